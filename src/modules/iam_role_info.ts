import type { Role as ApiRole, IAM, InstanceProfile } from '@aws-sdk/client-iam'
import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { type Controller, defineModule, nothing } from '../core/module.ts'
import type { Variables } from '../core/scope.ts'
import { aws } from './aws/client.ts'
import { isAws } from './aws/errors.ts'
import { pages } from './aws/pages.ts'
import { CONNECTION_PARAMETERS, CONNECTION_RULES } from './aws/parameters.ts'
import { attachedPolicies, inlineNames, instanceProfiles, plainRole } from './aws/role/state.ts'

const PARAMETERS = {
  name: { type: 'str', aliases: ['role_name'], doc: 'The one role to describe' },
  path_prefix: { type: 'str', aliases: ['path', 'prefix'], doc: 'Describe the roles below that path' },
  ...CONNECTION_PARAMETERS,
} as const satisfies ArgumentSpecs

/**
 * Describe roles of an AWS account. It runs on the controller and changes nothing.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/amazon/aws/iam_role_info_module.html
 *
 * @example
 * { iam_role_info: { name: 'app' }, register: 'found' }
 */
export const iam_role_info = defineModule({
  name: 'iam_role_info',
  doc: 'Describe roles of an AWS account',
  args: PARAMETERS,
  rules: {
    ...CONNECTION_RULES,
    mutually_exclusive: [...CONNECTION_RULES.mutually_exclusive, ['name', 'path_prefix']],
  },
  local: true,
  read: (args, controller) => readRoles(args, controller),
  plan: (_args, iam_roles) => nothing({ iam_roles }),
})

async function readRoles(
  args: Args<typeof PARAMETERS>,
  controller: Controller,
): Promise<readonly Variables[]> {
  const { iam } = await aws(args, controller)
  const found: Variables[] = []
  for (const role of await listRoles(iam, args)) found.push(await describe(iam, role))
  return found
}

async function listRoles(
  iam: IAM,
  { name, path_prefix }: Args<typeof PARAMETERS>,
): Promise<readonly ApiRole[]> {
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
  const { arn, role_id, path, create_date, trust, description, max_session_duration, boundary, tags } =
    plainRole(role)
  const managed = await attachedPolicies(iam, RoleName)
  return {
    role_name: RoleName,
    ...{ arn, role_id, path, create_date, description, max_session_duration, tags },
    assume_role_policy_document: trust,
    assume_role_policy_document_raw: trust,
    ...(boundary === '' ? {} : { permissions_boundary: { permissions_boundary_arn: boundary } }),
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
}: InstanceProfile): Variables {
  return {
    arn: Arn,
    instance_profile_id: InstanceProfileId,
    instance_profile_name: InstanceProfileName,
    path: Path,
    create_date: CreateDate?.toISOString(),
  }
}

function withSlashes(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, '')}/`.replace('//', '/')
}
