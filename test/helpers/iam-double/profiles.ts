import type { Account } from './account.ts'
import { type Answer, type Parameters, Refusal } from './protocol.ts'

type Handler = (account: Account, parameters: Parameters) => Answer

function find(account: Account, parameters: Parameters) {
  const name = parameters.required('InstanceProfileName')
  const found = account.profiles.get(name)
  if (found === undefined) throw new Refusal('NoSuchEntity', `Instance Profile ${name} cannot be found.`)
  return { name, found }
}

function describe(account: Account, name: string): Answer {
  const { path, roles } = account.profiles.get(name) ?? { path: '/', roles: [] }
  return {
    Path: path,
    InstanceProfileName: name,
    InstanceProfileId: 'AIPAXXXXXXXXXXXXXXXXX',
    Arn: `arn:aws:iam::${account.id}:instance-profile${path}${name}`,
    CreateDate: new Date('2026-01-02T03:04:05Z'),
    Roles: roles.map((RoleName) => ({ RoleName, Path: '/', RoleId: 'x', Arn: 'x', CreateDate: new Date(0) })),
  }
}

export const PROFILE_CALLS: Readonly<Record<string, Handler>> = {
  CreateInstanceProfile: (account, parameters) => {
    const name = parameters.required('InstanceProfileName')
    if (account.profiles.has(name))
      throw new Refusal('EntityAlreadyExists', `Instance Profile ${name} already exists.`)
    account.profiles.set(name, { path: parameters.optional('Path') ?? '/', roles: [] })
    return { InstanceProfile: describe(account, name) }
  },
  GetInstanceProfile: (account, parameters) => ({
    InstanceProfile: describe(account, find(account, parameters).name),
  }),
  DeleteInstanceProfile: (account, parameters) => {
    const { name, found } = find(account, parameters)
    if (found.roles.length > 0)
      throw new Refusal('DeleteConflict', 'Cannot delete entity, must remove roles first.')
    account.profiles.delete(name)
    return {}
  },
  AddRoleToInstanceProfile: (account, parameters) => {
    const { found } = find(account, parameters)
    if (found.roles.length > 0)
      throw new Refusal('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')
    found.roles.push(parameters.required('RoleName'))
    return {}
  },
  RemoveRoleFromInstanceProfile: (account, parameters) => {
    const { found } = find(account, parameters)
    found.roles.splice(0, found.roles.length)
    return {}
  },
  ListInstanceProfilesForRole: (account, parameters) => ({
    InstanceProfiles: [...account.profiles]
      .filter(([, { roles }]) => roles.includes(parameters.required('RoleName')))
      .map(([name]) => describe(account, name)),
    IsTruncated: false,
  }),
}
