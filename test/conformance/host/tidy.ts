import type { Outcome, RunRecord } from '../record-types.ts'

type Fields = Readonly<Record<string, unknown>>

// What depends on the machine or the moment, is each tool's own text, or tells the same again.
const NOISE =
  /^(_ansible_.*|invocation|start|end|delta|cmd|stdout|stderr|stdout_lines|stderr_lines|warnings|deprecations|exception|changed|failed|skipped|diff|module_stdout|module_stderr|secontext|discovered_interpreter_python|ansible_loop_var|elapsed|ssh_fingerprint|ssh_public_key|cache_update_time|censored)$/

// What a service makes up, wherever it stands, and a policy whose keys the collection of Ansible 7 turns to lower case:
// another field has it as it is.
const MADE_UP = /^(create_date|role_id|role_last_used|instance_profile_id|date|assume_role_policy_document)$/

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
  // The collection of Ansible 7 tells all of a role twice; later ones do not.
  const once = 'iam_role' in rest ? kept.filter(([name]) => name === 'iam_role') : kept
  return { ...outcome, fields: withoutMadeUp({ ...Object.fromEntries(once), ...unit }) as Fields }
}

function withoutMadeUp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMadeUp)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([name]) => !MADE_UP.test(name))
  return Object.fromEntries(
    kept.map(([name, one]) => [name, name === 'metadata' && isRecord(one) ? named(one) : withoutMadeUp(one)]),
  )
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

// Of what a cluster says about an object, what its definition can say.
function named({ name, namespace, labels }: Fields): Fields {
  return { name, namespace, labels }
}
