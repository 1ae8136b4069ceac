import type { IAM } from '@aws-sdk/client-iam'
import type { ActStep, Remote } from '../../core/module.ts'
import { aws } from './client.ts'
import { AwsError } from './errors.ts'
import type { ConnectionArgs, WaitArgs } from './parameters.ts'
import { isBusy, type Patience, patienceOf, patiently, until } from './settle.ts'

/** Seconds that somebody else's change is waited for at least, whatever the task says of waiting. */
const BUSY = 20

/** What a step that changes something in IAM works with. */
export interface Acting {
  readonly iam: IAM
  readonly patience: Patience
  readonly remote: Remote
}

/**
 * A step that asks IAM to change something. It is tried again while somebody else changes the same thing.
 * @param passes which errors pass as well, within the task's `wait_timeout`
 */
export function change(
  label: string,
  args: ConnectionArgs & WaitArgs,
  work: (acting: Acting) => Promise<unknown>,
  { as, passes = () => false }: { as?: string; passes?: (error: AwsError) => boolean } = {},
): ActStep {
  const act = async (remote: Remote): Promise<unknown> => {
    const { signal } = remote.controller
    const { iam } = await aws(args, remote.controller)
    const patience = patienceOf(args, signal)
    return patiently(
      () => work({ iam, patience, remote }),
      (error) => isBusy(error) || (args.wait && passes(error)),
      { ...patience, seconds: Math.max(patience.seconds, BUSY) },
    )
  }
  return { kind: 'act', label, act, ...(as === undefined ? {} : { as }) }
}

/**
 * A step that waits until readers of IAM see what was written.
 * @param read asks for the thing as readers see it
 * @param left what of the wanted changes is not to be seen yet
 */
export function settled<T>(
  args: ConnectionArgs & WaitArgs,
  read: (acting: Acting) => Promise<T | undefined>,
  left: (found: T) => readonly { readonly what: string }[],
): ActStep {
  return change('wait until IAM shows the changes', args, async (acting) => {
    if (!args.wait) return
    const unseen = (found: T | undefined) => (found === undefined ? [{ what: 'state' }] : left(found))
    const last = await until(
      () => read(acting),
      (found) => unseen(found).length === 0,
      acting.patience,
    )
    const still = unseen(last).map(({ what }) => what)
    if (still.length === 0) return
    throw new AwsError(
      'NotSettled',
      `IAM does not show the changes ${args.wait_timeout} seconds later: ${still.join(', ')}`,
    )
  })
}
