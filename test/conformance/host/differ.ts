import type { RunRecord } from '../record-types.ts'
import type { HostRecord } from './cases.ts'

/**
 * What differs between the recorded runs on a host and ours, in words; empty when nothing does. Results of ours may
 * tell more than the recorded ones do, not less.
 */
export function hostDifferences(recorded: HostRecord, ours: HostRecord): readonly string[] {
  return [
    ...recorded.runs.flatMap((run, index) =>
      runDifferences(`(${run.args.join(' ')})`, run, ours.runs[index]),
    ),
    ...Object.entries(recorded.state).flatMap(([command, printed]) =>
      lineDifferences(`state: ${command}`, printed, ours.state[command] ?? ''),
    ),
  ]
}

function runDifferences(run: string, recorded: RunRecord, ours: RunRecord | undefined): readonly string[] {
  if (ours === undefined) return [`${run} did not run here`]
  const names = ({ tasks }: RunRecord) => tasks.map(({ task }) => task)
  const found = compare(`${run} tasks`, names(recorded), names(ours))
  if (found.length > 0) return found
  return [
    ...compare(`${run} exit`, recorded.exit, ours.exit),
    ...recorded.tasks.flatMap(({ task, hosts }, place) =>
      Object.entries(hosts).flatMap(([host, one]) => {
        const where = `${run} ${task}`
        const here = ours.tasks[place]?.hosts[host]
        const shape = (other: typeof here) => ({
          statuses: other?.outcomes.map(({ status }) => status),
          ignored: other?.ignored === true,
        })
        const differs = compare(where, shape(one), shape(here))
        if (differs.length > 0) return differs
        return one.outcomes.flatMap(({ fields }, index) =>
          Object.entries(fields).flatMap(([name, value]) =>
            compare(`${where}: ${name}`, value, here?.outcomes[index]?.fields[name]),
          ),
        )
      }),
    ),
    ...compare(`${run} recap`, recorded.recap, ours.recap),
  ]
}

function lineDifferences(what: string, recorded: string, here: string): readonly string[] {
  const [a, b] = [recorded.split('\n'), here.split('\n')]
  return [
    ...a.filter((line) => !b.includes(line)).map((line) => `${what}: only recorded: ${line}`),
    ...b.filter((line) => !a.includes(line)).map((line) => `${what}: only here: ${line}`),
  ]
}

function compare(what: string, recorded: unknown, here: unknown): readonly string[] {
  const [a, b] = [show(recorded), show(here)]
  return a === b ? [] : [`${what}: ${a} recorded, ${b} here`]
}

/** JSON with sorted keys; numbers as text, since templates give back native types here. */
function show(value: unknown): string {
  return (
    JSON.stringify(value, (_key, one) =>
      typeof one === 'object' && one !== null && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
        : typeof one === 'number'
          ? String(one)
          : one,
    ) ?? 'nothing'
  )
}
