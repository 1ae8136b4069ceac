import type { Change } from '../../../core/module.ts'
import { formatPolicy, type Policy, samePolicy } from '../policy.ts'
import { compareTags, withTags } from '../tags.ts'
import type { RoleArgs } from './parameters.ts'
import type { Role, RoleState } from './state.ts'
import { readWanted } from './wanted.ts'

/** What a role is made with when nothing else is said. */
export const NEW_ROLE: Role = {
  arn: '',
  role_id: '',
  path: '/',
  trust: {},
  description: '',
  max_session_duration: 3600,
  boundary: '',
  tags: {},
  attached: {},
  inline: {},
  profiles: [],
}

/** The role as the parameters want it; what they do not say stays as it is in `found`. */
export function wantedRole(args: RoleArgs, found: Role, policies: RoleState['policies']): Role {
  const { trust, inline } = readWanted(args)
  return {
    ...found,
    trust: trust ?? found.trust,
    description: args.description ?? found.description,
    max_session_duration: args.max_session_duration ?? found.max_session_duration,
    boundary: args.boundary ?? found.boundary,
    tags: withTags(found.tags, compareTags(found.tags, args.tags, args.purge_tags)),
    attached: wantedPolicies(found.attached, policies, args.purge_policies),
    inline:
      inline === undefined
        ? found.inline
        : { ...(args.purge_inline_policies ? {} : found.inline), ...inline },
    profiles:
      args.create_instance_profile && !found.profiles.includes(args.name)
        ? [...found.profiles, args.name]
        : found.profiles,
  }
}

function wantedPolicies(
  found: Role['attached'],
  arns: RoleState['policies'],
  purge: boolean,
): Role['attached'] {
  if (arns === undefined) return found
  const wanted = arns.map((arn) => [arn, found[arn] ?? arn.replace(/^.*\//, '')] as const)
  return { ...(purge ? {} : found), ...Object.fromEntries(wanted) }
}

/** What differs between two states of a role, in the words of the parameters; policies as texts, for a diff. */
export function changesBetween(name: string, before: Role, after: Role): readonly Change[] {
  const plain = {
    description: (role: Role) => role.description,
    max_session_duration: (role: Role) => role.max_session_duration,
    boundary: (role: Role) => role.boundary,
    tags: (role: Role) => role.tags,
    managed_policies: (role: Role) => Object.keys(role.attached).sort(),
    instance_profiles: (role: Role) => role.profiles,
  }
  const differing = Object.entries(plain)
    .map(([what, of]) => ({ what, before: of(before), after: of(after) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after))
  const inline = [...new Set([...Object.keys(before.inline), ...Object.keys(after.inline)])].sort()
  return [
    ...differing,
    ...policyChange('assume_role_policy_document', `trust policy of ${name}`, before.trust, after.trust),
    ...inline.flatMap((policy) =>
      policyChange(
        `inline_policies.${policy}`,
        `inline policy ${policy} of ${name}`,
        before.inline[policy],
        after.inline[policy],
      ),
    ),
  ]
}

function policyChange(
  what: string,
  file: string,
  before: Policy | undefined,
  after: Policy | undefined,
): readonly Change[] {
  const text = (policy: Policy | undefined) =>
    policy === undefined || Object.keys(policy).length === 0 ? '' : formatPolicy(policy)
  const same = before === undefined || after === undefined ? before === after : samePolicy(before, after)
  return same ? [] : [{ what, before: text(before), after: text(after), file }]
}
