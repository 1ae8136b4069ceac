import { MissingError } from '../../core/errors.ts'
import type { Change } from '../../core/module.ts'
import type { Account, Group, Passwd, Shadow } from './account.ts'
import type { WantedUser } from './wanted.ts'

const DAY = 86_400

/** What has to change about a user, as commands need it; a key that is missing needs no change. */
export interface Differences {
  readonly uid?: number
  readonly gid?: number
  readonly comment?: string
  readonly home?: string
  readonly shell?: string
  /** All supplementary groups that the user is to have in the end. */
  readonly groups?: readonly string[]
  /** Days since 1970, or never. */
  readonly expire?: number | 'never'
  readonly hash?: string
  readonly lock?: boolean
  readonly ages?: Readonly<Record<string, number>>
}

/** Differences, and the changes to show for them; a password's hash is never shown. */
export interface Compared {
  readonly differences: Differences
  readonly changes: readonly Change[]
}

/**
 * Compares an existing user with the one that is wanted.
 * @throws {MissingError} when a group does not exist
 */
export function compareUser(wanted: WantedUser, account: Account, passwd: Passwd): Compared {
  const changes: Change[] = []
  const differences: { -readonly [K in keyof Differences]: Differences[K] } = {}
  const differs = <T>(what: string, before: unknown, after: T | undefined): after is T => {
    if (after === undefined || after === before) return false
    changes.push({ what, before, after })
    return true
  }
  const gid = wanted.group === undefined ? undefined : findGroup(wanted.group, account.groups).gid
  if (differs('uid', passwd.uid, wanted.uid)) differences.uid = wanted.uid
  if (differs('group', passwd.gid, gid)) differences.gid = gid
  if (differs('comment', passwd.comment, wanted.comment)) differences.comment = wanted.comment
  if (differs('home', passwd.home, wanted.home)) differences.home = wanted.home
  if (differs('shell', passwd.shell, wanted.shell)) differences.shell = wanted.shell
  const groups = wantedGroups(wanted, account, gid ?? passwd.gid)
  if (groups !== undefined) {
    const before = memberships(wanted.name, account.groups)
    // When memberships change, a primary group that is named among them gets the user as a member, too.
    if (differs('groups', before.join(','), groups.join(','))) {
      differences.groups = [...new Set([...groups, ...namedGroups(wanted, account)])].sort()
    }
  }
  Object.assign(differences, comparePassword(wanted, account.shadow, changes))
  return { differences, changes }
}

/** The names of the groups that list a user as a member, sorted. */
export function memberships(name: string, groups: readonly Group[]): readonly string[] {
  return groups
    .filter(({ members }) => members.includes(name))
    .map((group) => group.name)
    .sort()
}

/** The groups a user is to be in, by name and sorted, without the primary one; undefined when nothing was said. */
export function wantedGroups(
  { name, groups, append }: WantedUser,
  account: Account,
  primary: number | undefined,
): readonly string[] | undefined {
  const named = groups?.filter((group) => group !== '')
  if (named === undefined || (append && named.length === 0)) return undefined
  const found = named.map((group) => findGroup(group, account.groups))
  const before = memberships(name, account.groups)
  // A primary group that also lists the user stays as it is: no command would leave a trace of it otherwise.
  const names = found
    .filter(({ gid, name: group }) => gid !== primary || before.includes(group))
    .map((one) => one.name)
  return [...new Set([...names, ...(append ? before : [])])].sort()
}

function namedGroups({ groups = [] }: WantedUser, account: Account): readonly string[] {
  return groups.filter((group) => group !== '').map((group) => findGroup(group, account.groups).name)
}

/** A group by name or number. @throws {MissingError} */
export function findGroup(nameOrNumber: string, groups: readonly Group[]): Group {
  const found =
    groups.find(({ name }) => name === nameOrNumber) ?? groups.find(({ gid }) => String(gid) === nameOrNumber)
  if (found === undefined) throw new MissingError(`Group ${nameOrNumber} does not exist`)
  return found
}

/** The parameters for the ages of a password, with chage's flag and the field of shadow(5). */
const AGES = [
  ['password_expire_min', '-m', 'min'],
  ['password_expire_max', '-M', 'max'],
  ['password_expire_warn', '-W', 'warn'],
  ['password_expire_account_disable', '-I', 'inactive'],
] as const

/** What chage(1) has to be told, by its flags. */
export function wantedAges(wanted: WantedUser, shadow: Shadow | undefined): Readonly<Record<string, number>> {
  return Object.fromEntries(
    AGES.flatMap(([parameter, flag, field]) => {
      const days = wanted[parameter]
      return days === undefined || days === shadow?.[field] ? [] : [[flag, days]]
    }),
  )
}

/** The day of expiry that is wanted; undefined when nothing was said. */
export function wantedExpiry({ expires }: WantedUser): number | 'never' | undefined {
  if (expires === undefined) return undefined
  return expires < 0 ? 'never' : Math.floor(expires / DAY)
}

function comparePassword(wanted: WantedUser, shadow: Shadow | undefined, changes: Change[]): Differences {
  const ages = wantedAges(wanted, shadow)
  for (const [parameter, flag, field] of AGES) {
    const after = ages[flag]
    if (after !== undefined) changes.push({ what: parameter, before: shadow?.[field], after })
  }
  const expire = wantedExpiry(wanted)
  const expires = expire !== undefined && expire !== (shadow?.expire ?? 'never')
  if (expires) changes.push({ what: 'expires', before: shadow?.expire ?? 'never', after: expire })
  const hash = shadow?.hash ?? ''
  const bare = (text: string) => text.replace(/^!+/, '')
  const password = wanted.update_password === 'always' ? wanted.password : undefined
  const changesPassword = password !== undefined && bare(password) !== bare(hash)
  if (changesPassword) changes.push({ what: 'password', before: 'another', after: 'as given' })
  const locked = hash.startsWith('!')
  const lock =
    wanted.password_lock === undefined || wanted.password_lock === locked ? undefined : wanted.password_lock
  // A lone `!` locks nothing: unlocking it would leave an account without a password, which usermod refuses.
  const locks = lock === true || (lock === false && (changesPassword || bare(hash) !== ''))
  if (locks) changes.push({ what: 'password_lock', before: locked, after: lock })
  const keepsLock = wanted.password_lock ?? locked
  return {
    ...(Object.keys(ages).length > 0 && { ages }),
    ...(expires && { expire }),
    ...(changesPassword && { hash: keepsLock && wanted.password_lock ? `!${bare(password)}` : password }),
    ...(locks && !changesPassword && { lock }),
  }
}
