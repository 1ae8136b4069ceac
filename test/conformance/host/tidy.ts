import type { Outcome, RunRecord } from '../record-types.ts'

type Fields = Readonly<Record<string, unknown>>

// What depends on the machine or the moment, is each tool's own text, or tells the same again.
const NOISE =
  /^(_ansible_.*|invocation|start|end|delta|cmd|stdout|stderr|stdout_lines|stderr_lines|warnings|deprecations|exception|changed|failed|skipped|diff|module_stdout|module_stderr|secontext|discovered_interpreter_python|ansible_loop_var|elapsed|ssh_fingerprint|ssh_public_key|cache_update_time|censored)$/

// Of all that systemd tells of a unit, what a task can have to do with.
const UNIT = ['Id', 'LoadState', 'ActiveState', 'UnitFileState', 'FragmentPath']

/** Leaves out of a run on a host what two runs of the same playbook on two hosts would not have in common. */
export function tidyHost(run: RunRecord): RunRecord {
  return {
    ...run,
    tasks: run.tasks.map((task) => ({
      ...task,
      hosts: Object.fromEntries(
        Object.entries(task.hosts).map(([host, one]) => [
          host,
          { ...one, outcomes: one.outcomes.map(tidyOutcome) },
        ]),
      ),
    })),
  }
}

// Texts of failures are each program's own.
function tidyOutcome({ fields, ...outcome }: Outcome): Outcome {
  if (outcome.status === 'failed' || outcome.status === 'skipped') return { ...outcome, fields: {} }
  const { ansible_loop_var = 'item', status, ...rest } = fields
  const kept = Object.entries(rest).filter(([name]) => !NOISE.test(name) && name !== ansible_loop_var)
  const unit = isRecord(status)
    ? { status: Object.fromEntries(UNIT.map((name) => [name, status[name]])) }
    : {}
  return { ...outcome, fields: { ...Object.fromEntries(kept), ...unit } }
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
