import type { HostOutcome, Outcome, RunRecord, TaskRecord } from './record-types.ts'

type Fields = Readonly<Record<string, unknown>>

// What of a result counts, by module: texts of failures are each program's own, but for those people wrote.
const COUNTS: Readonly<Record<string, (fields: Fields, outcome: Outcome) => Fields>> = {
  debug: (fields, { status }) => (status === 'failed' ? {} : fields),
  fail: (fields) => pick(fields, ['msg']),
  assert: (fields) => pick(fields, ['msg']),
  set_fact: (fields) => pick(fields, ['ansible_facts']),
  command: (fields, { status }) =>
    status === 'skipped' ? {} : pick(fields, ['stdout', 'stderr', 'rc', 'attempts']),
  include_vars: (fields, { status }) => (status === 'failed' ? {} : pick(fields, ['ansible_facts'])),
}
const SAME: Readonly<Record<string, string>> = { shell: 'command', raw: 'command', script: 'command' }

/** What differs between a recorded run and ours, in words; empty when nothing does. */
export function differences(recorded: RunRecord, ours: RunRecord, byHost: boolean): readonly string[] {
  const found: string[] = []
  if (recorded.exit !== ours.exit) found.push(`exit: ${recorded.exit} recorded, ${ours.exit} here`)
  const [a, b] = byHost ? [pathsOf(recorded.tasks), pathsOf(ours.tasks)] : [recorded.tasks, ours.tasks]
  const names = (tasks: readonly TaskRecord[]) => tasks.map(({ task }) => task)
  if (show(names(a)) !== show(names(b)))
    found.push(`tasks: ${show(names(a))} recorded, ${show(names(b))} here`)
  else for (const [place, task] of a.entries()) found.push(...inTask(task, b[place]))
  const hosts = new Set([...Object.keys(recorded.recap), ...Object.keys(ours.recap)])
  for (const host of [...hosts].sort()) {
    const [want, have] = [sorted(recorded.recap[host]), sorted(ours.recap[host])]
    if (want !== have) found.push(`recap of ${host}: ${want} recorded, ${have} here`)
  }
  if (recorded.printed !== ours.printed)
    found.push(`printed: ${show(recorded.printed)} recorded, ${show(ours.printed)} here`)
  return found
}

// Each host's tasks one after another: where hosts do not go in step, only their own order is fixed.
function pathsOf(tasks: readonly TaskRecord[]): readonly TaskRecord[] {
  const paths = tasks.flatMap(({ task, module, hosts }) =>
    Object.entries(hosts).map(([host, outcome]) => ({
      host,
      record: {
        task: `${host}: ${task}`,
        ...(module === undefined ? {} : { module }),
        hosts: { [host]: outcome },
      },
    })),
  )
  return paths.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0)).map(({ record }) => record)
}

function inTask(recorded: TaskRecord, ours: TaskRecord | undefined): readonly string[] {
  const names = [...new Set([...Object.keys(recorded.hosts), ...Object.keys(ours?.hosts ?? {})])].sort()
  const module = (ours?.module ?? '').replace(/^ansible\.(builtin|legacy)\./, '')
  return names.flatMap((host) => {
    const [want, have] = [seen(recorded.hosts[host], module), seen(ours?.hosts[host], module)]
    return want === have ? [] : [`${recorded.task} on ${host}: ${want} recorded, ${have} here`]
  })
}

function seen(host: HostOutcome | undefined, module: string): string {
  if (host === undefined) return 'nothing'
  const outcomes = host.outcomes.map((outcome) => {
    const counted =
      outcome.status === 'skipped' ? {} : (COUNTS[SAME[module] ?? module]?.(outcome.fields, outcome) ?? {})
    const censored = 'censored' in outcome.fields ? { censored: true } : counted
    // How a dictionary is written as a label differs between Python and JavaScript.
    const label =
      outcome.label === undefined ? {} : { label: /^[[{]/.test(outcome.label) ? '…' : outcome.label }
    return { status: outcome.status, ...label, ...censored }
  })
  return show({ outcomes, ...(host.ignored ? { ignored: true } : {}) })
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.filter((name) => name in fields).map((name) => [name, fields[name]]))
}

function sorted(counts: Readonly<Record<string, number>> = {}): string {
  return show(counts)
}

/** JSON with sorted keys; numbers as text, since templates give back native types here. */
function show(value: unknown): string {
  return JSON.stringify(value, (_key, one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof one === 'number'
        ? String(one)
        : one,
  )
}
