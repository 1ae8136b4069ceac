import type { Role as ApiRole, IAM, InstanceProfile } from '@aws-sdk/client-iam'
import type { Controller } from '../../../core/module.ts'
import type { Variables } from '../../../core/scope.ts'
import { aws } from '../client.ts'
import { isAws } from '../errors.ts'
import { pages } from '../pages.ts'
import type { ConnectionArgs } from '../parameters.ts'
import { attachedPolicies, inlineNames, instanceProfiles, optionalFields, plainRole } from './state.ts'

/** Which roles to describe: one, those below a path, or all. */
export type Wanted = ConnectionArgs & {
  readonly name: string | undefined
  readonly path_prefix: string | undefined
}

/** Reads roles with all that hangs on them, with the fields of amazon.aws.iam_role_info. */
export async function readRoles(args: Wanted, controller: Controller): Promise<readonly Variables[]> {
  const { iam } = await aws(args, controller)
  const found: Variables[] = []
  for (const role of await listRoles(iam, args)) found.push(await describe(iam, role))
  return found
}

async function listRoles(iam: IAM, { name, path_prefix }: Wanted): Promise<readonly ApiRole[]> {
  if (name !== undefined) return roleNamed(iam, name)
  const prefix = path_prefix === undefined ? {} : { PathPrefix: withSlashes(path_prefix) }
  const roles: ApiRole[] = []
  for await (const { Roles = [] } of pages((marker) => iam.listRoles({ ...prefix, ...marker })))
    roles.push(...Roles)
  // Lists leave out tags and the boundary.
  return (await Promise.all(roles.map(({ RoleName = '' }) => roleNamed(iam, RoleName)))).flat()
}

async function roleNamed(iam: IAM, RoleName: string): Promise<readonly ApiRole[]> {
  try {
    const { Role: role } = await iam.getRole({ RoleName })
    return role === undefined ? [] : [role]
  } catch (error) {
    if (isAws(error, 'NoSuchEntity')) return []
    throw error
  }
}

async function describe(iam: IAM, role: ApiRole): Promise<Variables> {
  const { RoleName = '' } = role
  const plain = plainRole(role)
  const { arn, role_id, path, create_date, trust, max_session_duration, tags } = plain
  const managed = await attachedPolicies(iam, RoleName)
  return {
    role_name: RoleName,
    ...{ arn, role_id, path, create_date, max_session_duration, tags },
    assume_role_policy_document: trust,
    assume_role_policy_document_raw: trust,
    ...optionalFields(plain),
    inline_policies: await inlineNames(iam, RoleName),
    managed_policies: Object.entries(managed).map(([policy_arn, policy_name]) => ({
      policy_arn,
      policy_name,
    })),
    instance_profiles: (await instanceProfiles(iam, RoleName)).map(profileFields),
  }
}

function profileFields({
  Arn,
  InstanceProfileId,
  InstanceProfileName,
  Path,
  CreateDate,
  Roles = [],
}: InstanceProfile): Variables {
  return {
    arn: Arn,
    instance_profile_id: InstanceProfileId,
    instance_profile_name: InstanceProfileName,
    path: Path,
    create_date: CreateDate?.toISOString(),
    roles: Roles.map(plainRole).map((role, index) => ({
      role_name: Roles[index]?.RoleName,
      arn: role.arn,
      role_id: role.role_id,
      path: role.path,
      create_date: role.create_date,
    })),
  }
}

function withSlashes(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, '')}/`.replace('//', '/')
}
