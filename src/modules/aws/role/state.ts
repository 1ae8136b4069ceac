import type { Role as ApiRole, IAM, InstanceProfile } from '@aws-sdk/client-iam'
import type { Controller } from '../../../core/module.ts'
import type { Variables } from '../../../core/scope.ts'
import { aws } from '../client.ts'
import { isAws } from '../errors.ts'
import { type Identity, identityOf } from '../identity.ts'
import { pages } from '../pages.ts'
import { decodePolicy, type Policy } from '../policy.ts'
import { fromList, type Tags } from '../tags.ts'
import { policyArns } from './managed.ts'
import type { RoleArgs } from './parameters.ts'
import { readWanted } from './wanted.ts'

/** A role as IAM has it. Names of attached policies by their ARN. */
export interface Role {
  readonly arn: string
  readonly role_id: string
  readonly path: string
  readonly create_date?: string | undefined
  readonly trust: Policy
  readonly description: string
  readonly max_session_duration: number
  readonly boundary: string
  readonly tags: Tags
  readonly attached: Readonly<Record<string, string>>
  readonly inline: Readonly<Record<string, Policy>>
  readonly profiles: readonly string[]
}

export interface RoleState {
  readonly found: Role | undefined
  /** The ARNs of `managed_policies`. */
  readonly policies: readonly string[] | undefined
  /** Asked for where there is no role yet, to tell the ARN that it will get. */
  readonly identity?: Identity | undefined
}

/** Reads what IAM has of a role. */
export async function readRole(args: RoleArgs, controller: Controller): Promise<RoleState> {
  readWanted(args)
  const client = await aws(args, controller)
  const present = args.state === 'present'
  const policies = present ? await policyArns(client.iam, args.managed_policies) : undefined
  const found = await getRole(client.iam, args)
  return {
    found,
    policies,
    ...(found === undefined && present ? { identity: await identityOf(client) } : {}),
  }
}

/** The role of that name, with what the task looks at; undefined when there is none, or none yet for readers. */
export async function getRole(iam: IAM, args: RoleArgs): Promise<Role | undefined> {
  const RoleName = args.name
  try {
    const { Role: role } = await iam.getRole({ RoleName })
    if (role === undefined) return undefined
    const absent = args.state === 'absent'
    return {
      ...plainRole(role),
      attached: await attachedPolicies(iam, RoleName),
      inline: absent || args.inline_policies !== undefined ? await inlinePolicies(iam, RoleName) : {},
      profiles:
        absent || args.create_instance_profile
          ? (await instanceProfiles(iam, RoleName)).map(({ InstanceProfileName = '' }) => InstanceProfileName)
          : [],
    }
  } catch (error) {
    if (isAws(error, 'NoSuchEntity')) return undefined
    throw error
  }
}

/** What the API says of the role itself. */
export function plainRole(role: ApiRole): Role {
  return {
    arn: role.Arn ?? '',
    role_id: role.RoleId ?? '',
    path: role.Path ?? '/',
    create_date: role.CreateDate?.toISOString(),
    trust: decodePolicy(role.AssumeRolePolicyDocument ?? ''),
    description: role.Description ?? '',
    max_session_duration: role.MaxSessionDuration ?? 3600,
    boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? '',
    tags: fromList(role.Tags),
    attached: {},
    inline: {},
    profiles: [],
  }
}

/** What results tell of a role only where there is some: its description and its boundary. */
export function optionalFields({ description, boundary }: Pick<Role, 'description' | 'boundary'>): Variables {
  return {
    ...(description === '' ? {} : { description }),
    ...(boundary === ''
      ? {}
      : {
          permissions_boundary: {
            permissions_boundary_arn: boundary,
            permissions_boundary_type: 'PermissionsBoundaryPolicy',
          },
        }),
  }
}

/** The managed policies of a role: names by ARN. */
export async function attachedPolicies(iam: IAM, RoleName: string): Promise<Role['attached']> {
  const found: Record<string, string> = {}
  for await (const { AttachedPolicies = [] } of pages((marker) =>
    iam.listAttachedRolePolicies({ RoleName, ...marker }),
  )) {
    for (const { PolicyArn = '', PolicyName = '' } of AttachedPolicies) found[PolicyArn] = PolicyName
  }
  return found
}

/** The names of a role's own policies. */
export async function inlineNames(iam: IAM, RoleName: string): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { PolicyNames = [] } of pages((marker) => iam.listRolePolicies({ RoleName, ...marker })))
    names.push(...PolicyNames)
  return names
}

async function inlinePolicies(iam: IAM, RoleName: string): Promise<Role['inline']> {
  const names = await inlineNames(iam, RoleName)
  const documents = await Promise.all(
    names.map(async (PolicyName) => {
      const { PolicyDocument = '' } = await iam.getRolePolicy({ RoleName, PolicyName })
      return [PolicyName, decodePolicy(PolicyDocument)] as const
    }),
  )
  return Object.fromEntries(documents)
}

/** The instance profiles that a role is in. */
export async function instanceProfiles(iam: IAM, RoleName: string): Promise<readonly InstanceProfile[]> {
  const found: InstanceProfile[] = []
  for await (const { InstanceProfiles = [] } of pages((marker) =>
    iam.listInstanceProfilesForRole({ RoleName, ...marker }),
  ))
    found.push(...InstanceProfiles)
  return found
}
