import { type Account, type Role, Shown } from './account.ts'
import { checkPolicy } from './policy.ts'
import { type Answer, type Parameters, Refusal } from './protocol.ts'

const DATE = new Date('2026-01-02T03:04:05Z')

type Handler = (account: Account, parameters: Parameters) => Answer

const nothing: Answer = {}

/** A short page, so that whoever reads lists must ask on. */
const PAGE = 2

const missing = (name: string) => new Refusal('NoSuchEntity', `The role with name ${name} cannot be found.`)

function shownRole(account: Account, parameters: Parameters): Shown<Role> {
  const name = parameters.required('RoleName')
  const shown = account.roles.get(name.toLowerCase())
  if (shown?.now?.name !== name) throw missing(name)
  return shown
}

function readRole(account: Account, parameters: Parameters): Role {
  const name = parameters.required('RoleName')
  const role = account.roles.get(name.toLowerCase())?.read()
  if (role?.name !== name) throw missing(name)
  return role
}

function changing(
  change: (role: Role, parameters: Parameters, account: Account) => Answer | undefined,
): Handler {
  return (account, parameters) => {
    const shown = shownRole(account, parameters)
    const next = structuredClone(shown.now as Role)
    const answer = change(next, parameters, account)
    shown.write(next, account.lag)
    return answer ?? nothing
  }
}

function describe(account: Account, role: Role): Answer {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: `AROA${role.name.toUpperCase().replace(/\W/g, '').padEnd(17, 'X')}`,
    Arn: `arn:aws:iam::${account.id}:role${role.path}${role.name}`,
    CreateDate: DATE,
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    ...(role.description === '' ? {} : { Description: role.description }),
    MaxSessionDuration: role.duration,
    ...(role.boundary === '' ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: role.boundary } }),
    Tags: [...role.tags].map(([Key, Value]) => ({ Key, Value })),
  }
}

function page<T>(parameters: Parameters, name: string, all: readonly T[]): Answer {
  const start = Number(parameters.optional('Marker') ?? 0)
  const next = start + PAGE
  return {
    [name]: all.slice(start, next),
    IsTruncated: next < all.length,
    ...(next < all.length ? { Marker: String(next) } : {}),
  }
}

function durationOf(text: string | undefined): number {
  const duration = Number(text ?? 3600)
  if (duration < 3600 || duration > 43_200)
    throw new Refusal(
      'ValidationError',
      "Value at 'maxSessionDuration' failed to satisfy constraint: 3600..43200",
    )
  return duration
}

export const ROLE_CALLS: Readonly<Record<string, Handler>> = {
  GetRole: (account, parameters) => ({ Role: describe(account, readRole(account, parameters)) }),
  ListRoles: (account, parameters) => {
    const prefix = parameters.optional('PathPrefix') ?? '/'
    const roles = [...account.roles.values()].flatMap((shown) => shown.read() ?? [])
    const found = roles.filter(({ path }) => path.startsWith(prefix)).map((role) => describe(account, role))
    return page(parameters, 'Roles', found)
  },
  CreateRole: (account, parameters) => {
    const name = parameters.required('RoleName')
    const trust = parameters.required('AssumeRolePolicyDocument')
    if (!/^[\w+=,.@-]{1,64}$/.test(name))
      throw new Refusal('ValidationError', `${name} is no name for a role`)
    const shown = account.roles.get(name.toLowerCase()) ?? new Shown<Role>()
    if (shown.now !== undefined)
      throw new Refusal('EntityAlreadyExists', `Role with name ${name} already exists.`)
    if ([...account.roles.values()].filter(({ now }) => now !== undefined).length >= account.limits.roles)
      throw new Refusal('LimitExceeded', `Cannot exceed quota for RolesPerAccount: ${account.limits.roles}`)
    checkPolicy(trust, account, 'trust')
    const role: Role = {
      name,
      path: parameters.optional('Path') ?? '/',
      trust,
      description: parameters.optional('Description') ?? '',
      duration: durationOf(parameters.optional('MaxSessionDuration')),
      boundary: parameters.optional('PermissionsBoundary') ?? '',
      tags: parameters.tags(),
      attached: [],
      inline: new Map(),
    }
    account.roles.set(name.toLowerCase(), shown)
    shown.write(role, account.lag)
    return { Role: describe(account, role) }
  },
  DeleteRole: (account, parameters) => {
    const shown = shownRole(account, parameters)
    const role = shown.now as Role
    const inProfile = [...account.profiles.values()].some(({ roles }) => roles.includes(role.name))
    if (inProfile || role.attached.length > 0 || role.inline.size > 0)
      throw new Refusal('DeleteConflict', 'Cannot delete entity, must detach all policies first.')
    shown.write(undefined, account.lag)
    return nothing
  },
  UpdateAssumeRolePolicy: changing((role, parameters, account) => {
    const text = parameters.required('PolicyDocument')
    checkPolicy(text, account, 'trust')
    role.trust = text
    return undefined
  }),
  UpdateRole: changing((role, parameters) => {
    role.description = parameters.optional('Description') ?? ''
    role.duration = durationOf(parameters.optional('MaxSessionDuration'))
    return undefined
  }),
  PutRolePermissionsBoundary: changing((role, parameters) => {
    role.boundary = parameters.required('PermissionsBoundary')
    return undefined
  }),
  DeleteRolePermissionsBoundary: changing((role) => {
    role.boundary = ''
    return undefined
  }),
  TagRole: changing((role, parameters) => {
    for (const [key, value] of parameters.tags()) role.tags.set(key, value)
    return undefined
  }),
  UntagRole: changing((role, parameters) => {
    for (const key of parameters.list('TagKeys')) role.tags.delete(key)
    return undefined
  }),
  AttachRolePolicy: changing((role, parameters, account) => {
    const arn = parameters.required('PolicyArn')
    if (!account.policies.has(arn))
      throw new Refusal('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`)
    if (!role.attached.includes(arn)) role.attached.push(arn)
    if (role.attached.length > account.limits.policies)
      throw new Refusal(
        'LimitExceeded',
        `Cannot exceed quota for PoliciesPerRole: ${account.limits.policies}`,
      )
    return undefined
  }),
  DetachRolePolicy: changing((role, parameters) => {
    const arn = parameters.required('PolicyArn')
    if (!role.attached.includes(arn)) throw new Refusal('NoSuchEntity', `Policy ${arn} was not found.`)
    role.attached = role.attached.filter((one) => one !== arn)
    return undefined
  }),
  ListAttachedRolePolicies: (account, parameters) =>
    page(
      parameters,
      'AttachedPolicies',
      readRole(account, parameters).attached.map((PolicyArn) => ({
        PolicyArn,
        PolicyName: account.policies.get(PolicyArn),
      })),
    ),
  ListRolePolicies: (account, parameters) =>
    page(parameters, 'PolicyNames', [...readRole(account, parameters).inline.keys()]),
  GetRolePolicy: (account, parameters) => {
    const PolicyName = parameters.required('PolicyName')
    const text = readRole(account, parameters).inline.get(PolicyName)
    if (text === undefined)
      throw new Refusal('NoSuchEntity', `The role policy ${PolicyName} cannot be found.`)
    return { RoleName: parameters.required('RoleName'), PolicyName, PolicyDocument: encodeURIComponent(text) }
  },
  PutRolePolicy: changing((role, parameters, account) => {
    const text = parameters.required('PolicyDocument')
    checkPolicy(text, account, 'identity')
    role.inline.set(parameters.required('PolicyName'), text)
    return undefined
  }),
  DeleteRolePolicy: changing((role, parameters) => {
    if (!role.inline.delete(parameters.required('PolicyName')))
      throw new Refusal('NoSuchEntity', 'The role policy cannot be found.')
    return undefined
  }),
  ListPolicies: (account, parameters) =>
    page(
      parameters,
      'Policies',
      [...account.policies]
        .filter(([arn]) => arn.startsWith('arn:aws:iam::aws:') === (parameters.optional('Scope') === 'AWS'))
        .map(([Arn, PolicyName]) => ({ Arn, PolicyName })),
    ),
}
