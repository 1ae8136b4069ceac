import { setTimeout as pause } from 'node:timers/promises'
import { TaskError } from '../../core/errors.ts'
import type { ActStep, Remote } from '../../core/module.ts'
import { kubectlFailed, kubectlScript, objectsIn, readAnswers } from './kubectl.ts'
import { getScript } from './look-at.ts'
import { type Manifest, titleOf } from './manifest.ts'
import { describeStatus, type Readiness, readiness, type WantedCondition } from './ready.ts'
import { batchesOf, type Request } from './write.ts'

/** What to wait for, and how patiently. */
export interface Patience {
  readonly wait_condition: WantedCondition | undefined
  /** Seconds between looks. */
  readonly wait_sleep: number
  /** Seconds after which it fails. */
  readonly wait_timeout: number
}

/** What waiting came to: the objects as they were last seen, and for how many seconds it waited. */
export interface Waited {
  readonly objects: readonly Manifest[]
  readonly duration: number
}

/** A step that looks again and again until every object is ready; an object that failed ends it at once. */
export function waitStep(request: Request, manifests: readonly Manifest[], patience: Patience): ActStep {
  const label = `wait for ${manifests.map(titleOf).join(', ')}`
  return { kind: 'act', label, as: 'wait', act: (remote) => waitFor(request, manifests, patience, remote) }
}

async function waitFor(
  request: Request,
  manifests: readonly Manifest[],
  patience: Patience,
  { shell }: Remote,
): Promise<Waited> {
  const begin = Date.now()
  const batches = batchesOf({ ...request, state: 'absent' }, manifests)
  const questions = batches.map((batch) => getScript(batch, 'ask'))
  for (;;) {
    const reply = await shell.request(kubectlScript(request, shell.target.temp, ...questions))
    const answers = readAnswers(reply.stdout.toString('utf8'))
    const refused = answers.find(({ code }) => code !== 0)
    if (refused !== undefined) throw kubectlFailed('the cluster does not answer', refused)
    const objects = answers.flatMap(({ stdout }) => objectsIn(stdout))
    const duration = Math.round((Date.now() - begin) / 1000)
    if (objects.length === manifests.length && areReady(objects, patience.wait_condition)) {
      return { objects, duration }
    }
    if (Date.now() - begin >= patience.wait_timeout * 1000) throw timedOut(objects, patience, duration)
    await pause(patience.wait_sleep * 1000)
  }
}

/** Whether all objects are ready. @throws {TaskError} for one that never will be */
export function areReady(objects: readonly Manifest[], condition: WantedCondition | undefined): boolean {
  const found = objects.map((object) => ({ object, state: readiness(object, condition) }))
  const failed = found.find(({ state }) => typeof state === 'object')
  if (failed !== undefined) {
    const { failed: reason } = failed.state as Exclude<Readiness, string>
    throw new TaskError(`${titleOf(failed.object)} failed: ${reason}`, { result: { result: failed.object } })
  }
  return found.every(({ state }) => state === 'ready')
}

function timedOut(objects: readonly Manifest[], patience: Patience, duration: number): TaskError {
  const late = objects.find((object) => readiness(object, patience.wait_condition) !== 'ready')
  const { type } = patience.wait_condition ?? {}
  const goal = type === undefined ? 'ready' : `in condition ${type}`
  const message =
    late === undefined
      ? `not all objects are there after ${duration} s`
      : `${titleOf(late)} is not ${goal} after ${duration} s: ${describeStatus(late)}`
  return new TaskError(`Timed out waiting on resource: ${message}`, { result: { result: late, duration } })
}
