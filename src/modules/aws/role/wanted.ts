import { ArgumentError } from '../../../core/errors.ts'
import { type Policy, readPolicy } from '../policy.ts'
import type { RoleArgs } from './parameters.ts'

/** What the parameters say of a role, read and checked; undefined is left as it is. */
export interface WantedRole {
  readonly trust: Policy | undefined
  readonly inline: Readonly<Record<string, Policy>> | undefined
}

/**
 * Checks what AWS would refuse, before it is asked, and reads the policies.
 * @throws {ArgumentError} saying what is wrong and what is allowed
 */
export function readWanted(args: RoleArgs): WantedRole {
  const { name, path, boundary, max_session_duration: duration } = args
  if (!/^[\w+=,.@-]{1,64}$/.test(name))
    throw new ArgumentError(`name is '${name}'; it must have 1 to 64 letters, digits and any of +=,.@-_`)
  if (path !== undefined && !/^\/([\u0021-\u007e]{1,510}\/)?$/.test(path))
    throw new ArgumentError(`path is '${path}'; it must begin and end with a slash: /apps/`)
  if (duration !== undefined && (duration < 3600 || duration > 43_200))
    throw new ArgumentError(`max_session_duration is ${duration}; it must be between 3600 and 43200 seconds`)
  if (boundary && !boundary.startsWith('arn:'))
    throw new ArgumentError(`boundary is '${boundary}'; it must be the ARN of a policy`)
  if (boundary && args.create_instance_profile && args.state === 'present')
    throw new ArgumentError('a role with a boundary must have create_instance_profile: false')
  const inline = Object.entries(args.inline_policies ?? {}).map(([policy, document]): [string, Policy] => [
    policy,
    readPolicy(document, `inline_policies.${policy}`),
  ])
  const trust = args.assume_role_policy_document
  return {
    trust: trust === undefined ? undefined : readPolicy(trust, 'assume_role_policy_document'),
    inline: args.inline_policies === undefined ? undefined : Object.fromEntries(inline),
  }
}
