import type { Manifest } from './manifest.ts'

/** A condition in an object's status that a task waits for. */
export interface WantedCondition {
  readonly type: string | undefined
  readonly status: string | undefined
  readonly reason: string | undefined
}

/** How far an object is. A failure is final: waiting longer cannot help. */
export type Readiness = 'ready' | 'waiting' | { readonly failed: string }

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

type Status = Readonly<Record<string, unknown>> & { readonly conditions?: readonly Condition[] }
type Numbers = Readonly<Record<string, number | undefined>>

const statusOf = (object: Manifest) => (object.status ?? {}) as Status
const conditionsOf = (object: Manifest) => statusOf(object).conditions ?? []
const when = (holds: boolean): Readiness => (holds ? 'ready' : 'waiting')

/** Whether its controller has seen the object as it is now. */
const isSeen = (object: Manifest) => statusOf(object).observedGeneration === object.metadata.generation

/** Kind → when an object of it is done. An object of any other kind is ready once it exists. */
const RULES: Readonly<Record<string, (object: Manifest) => Readiness>> = {
  Job: (object) =>
    when(conditionsOf(object).some(({ type, status }) => type === 'Complete' && status === 'True')),
  Pod(object) {
    const {
      phase,
      containerStatuses = [],
      reason,
      message,
    } = statusOf(object) as Status & {
      readonly containerStatuses?: readonly { readonly ready: boolean }[]
    }
    if (phase === 'Failed') return { failed: [phase, reason, message].filter(Boolean).join(': ') }
    const ready = containerStatuses.length > 0 && containerStatuses.every((container) => container.ready)
    return when(phase === 'Succeeded' || ready)
  },
  Deployment(object) {
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = statusOf(object) as Numbers
    const { replicas: wanted = 1 } = (object.spec ?? {}) as Numbers
    const done = updatedReplicas === wanted && availableReplicas === wanted && replicas === wanted
    return when(isSeen(object) && done)
  },
  StatefulSet(object) {
    const { replicas = 0, readyReplicas = 0, updatedReplicas = 0 } = statusOf(object) as Numbers
    const { replicas: wanted = 1 } = (object.spec ?? {}) as Numbers
    return when(
      isSeen(object) && replicas === wanted && readyReplicas === wanted && updatedReplicas === wanted,
    )
  },
  DaemonSet(object) {
    const {
      desiredNumberScheduled: wanted,
      updatedNumberScheduled = 0,
      numberReady = 0,
    } = statusOf(object) as Numbers
    return when(isSeen(object) && updatedNumberScheduled === wanted && numberReady === wanted)
  },
}

/**
 * How far an object is: by the condition that is asked for, else by what its kind calls done. A Job that failed has
 * failed, whatever is waited for.
 */
export function readiness(object: Manifest, wanted: WantedCondition | undefined): Readiness {
  const conditions = conditionsOf(object)
  if (wanted?.type !== undefined) {
    const { type, status = 'True', reason } = wanted
    const holds = conditions.some(
      (one) => one.type === type && one.status === status && (reason === undefined || one.reason === reason),
    )
    if (holds) return 'ready'
  }
  const failure = conditions.find(({ type, status }) => type === 'Failed' && status === 'True')
  if (object.kind === 'Job' && failure !== undefined) {
    return { failed: [failure.reason, failure.message].filter(Boolean).join(': ') || 'it failed' }
  }
  if (wanted?.type !== undefined) return 'waiting'
  return RULES[object.kind]?.(object) ?? 'ready'
}

/** An object's conditions in a few words, for whoever waited in vain. */
export function describeStatus(object: Manifest): string {
  const shown = conditionsOf(object).map(({ type, status, reason }) =>
    [`${type}=${status}`, reason === undefined ? '' : ` (${reason})`].join(''),
  )
  return shown.length > 0 ? shown.join(', ') : JSON.stringify(object.status ?? {})
}
