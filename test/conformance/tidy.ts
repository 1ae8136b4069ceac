import type { RunRecord } from './record-types.ts'

// What depends on the machine or the moment, or tells the same again.
const NOISE =
  /^(_ansible_.*|invocation|start|end|delta|cmd|stdout_lines|stderr_lines|warnings|deprecations|exception|changed|failed|skipped|diff|module_stdout|module_stderr|uid|gid|owner|group|mode|size|secontext|md5sum|checksum|src|dest|path|state|backup|skip_reason|false_condition|failed_when_result|ansible_loop_var|ansible_index_var|ansible_loop|discovered_interpreter|hostname|sleep|elapsed|validate_args_context|argument_spec_data|argument_errors|assertion|evaluated_to|unreachable|verbose_always)$/

/** Leaves out of a run what two runs on two machines would not have in common. */
export function tidy(run: RunRecord, places: Readonly<Record<string, string>>): RunRecord {
  const tasks = run.tasks.map((task) => ({
    ...task,
    hosts: mapValues(task.hosts, (host) => ({
      ...host,
      outcomes: host.outcomes.map((one) => ({
        ...one,
        fields: tidyFields(one.fields),
      })),
    })),
  }))
  const printed = run.printed === undefined ? {} : { printed: tidyList(run.printed) }
  let text = JSON.stringify({ ...run, ...printed, tasks })
  for (const [place, name] of Object.entries(places)) text = text.replaceAll(place, name)
  return JSON.parse(text)
}

// Ansible lists hosts in the order of a Python set, and the playbook by the path it was given.
function tidyList(printed: string): string {
  return printed
    .replace(/^Using .*\n/m, '')
    .replace(/^playbook: .*\//m, 'playbook: ')
    .trim()
    .replace(/(?<=hosts \(\d+\):\n)(?: {6}\S+(?:\n|$))+/g, (hosts) =>
      hosts
        .replace(/\n$/, '')
        .split('\n')
        .sort()
        .join('\n')
        .concat(hosts.endsWith('\n') ? '\n' : ''),
    )
}

// The item itself stands in the label.
function tidyFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { ansible_loop_var = 'item', ansible_index_var } = fields
  const kept = Object.entries(fields).filter(
    ([name]) => !NOISE.test(name) && name !== ansible_loop_var && name !== ansible_index_var,
  )
  return Object.fromEntries(kept)
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(
    Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, map(value)]),
  )
}
