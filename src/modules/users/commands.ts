import { TaskError } from '../../core/errors.ts'
import { type RunStep, run, type Step } from '../../core/module.ts'
import { lines, operands, Script, safePath, sh } from '../../core/quote.ts'
import type { Account, Passwd } from './account.ts'
import {
  type Differences,
  findGroup,
  memberships,
  wantedAges,
  wantedExpiry,
  wantedGroups,
} from './differences.ts'
import type { WantedUser } from './wanted.ts'

/** Steps that make a user, with shadow-utils or with busybox. @throws {MissingError} when a group is missing */
export function createSteps(wanted: WantedUser, account: Account): readonly Step[] {
  const primary = wanted.group === undefined ? undefined : findGroup(wanted.group, account.groups)
  const groups = wantedGroups(wanted, account, primary?.gid) ?? []
  const parent = wanted.home !== undefined && wanted.create_home ? parentFolder(wanted.home) : []
  const password =
    wanted.password === undefined ? undefined : lockedHash(wanted.password, wanted.password_lock)
  const lock = wanted.password_lock === true && password === undefined
  return [
    ...parent,
    ...(account.tools === 'shadow'
      ? [run(useradd(wanted, account, primary?.name, groups))]
      : adduser(wanted, primary?.name, groups)),
    ...(password === undefined ? [] : [passwordStep(wanted.name, password)]),
    ...(lock ? [run(['usermod', '-L', '--', wanted.name])] : []),
    ...ageSteps(wanted.name, wantedAges(wanted, undefined)),
  ]
}

/** Steps that change what differs about a user. @throws {TaskError} when busybox cannot */
export function modifySteps(wanted: WantedUser, account: Account, differences: Differences): readonly Step[] {
  const { uid, gid, comment, home, shell, groups, expire, hash, lock, ages } = differences
  if (account.tools === 'busybox') return busyboxModify(wanted, account, differences)
  const flags = [
    ...(uid === undefined ? [] : ['-u', String(uid), ...(wanted.non_unique ? ['-o'] : [])]),
    ...(gid === undefined ? [] : ['-g', String(gid)]),
    ...(groups === undefined ? [] : ['-G', groups.join(',')]),
    ...(comment === undefined ? [] : ['-c', comment]),
    ...(home === undefined ? [] : ['-d', home, ...(wanted.move_home ? ['-m'] : [])]),
    ...(shell === undefined ? [] : ['-s', shell]),
    ...(expire === undefined ? [] : ['-e', expiryDate(expire)]),
    ...(lock === undefined ? [] : [lock ? '-L' : '-U']),
  ]
  return [
    ...(flags.length === 0 ? [] : [run(['usermod', ...flags, '--', wanted.name])]),
    ...(hash === undefined ? [] : [passwordStep(wanted.name, hash)]),
    ...ageSteps(wanted.name, ages ?? {}),
  ]
}

/** A step that removes a user. */
export function removeStep({ name, force, remove }: WantedUser, { tools }: Account): Step {
  if (tools === 'busybox') return run(['deluser', ...(remove ? ['--remove-home'] : []), ...operands(name)])
  return run(['userdel', ...(force ? ['-f'] : []), ...(remove ? ['-r'] : []), '--', name])
}

/** A step that makes the missing home folder of an existing user, as useradd would have made it. */
export function homeStep(wanted: WantedUser, passwd: Pick<Passwd, 'home'>): Step {
  const home = safePath(wanted.home ?? passwd.home)
  const skeleton = safePath(wanted.skeleton ?? '/etc/skel')
  const setting = (name: string) => `$(awk '$1 == "${name}" { print $2 }' /etc/login.defs 2>/dev/null)`
  const mode =
    wanted.umask === undefined
      ? new Script(`o=${setting('HOME_MODE')}; m=${setting('UMASK')}; m=\${m:-022}`)
      : sh`o=; m=${wanted.umask}`
  const script = lines(
    sh`mkdir -p -- ${home.replace(/\/+[^/]*\/*$/, '') || '/'} || exit 1`,
    mode,
    sh`mkdir -m 0700 -- ${home} && if [ -d ${skeleton} ]; then cp -pR -- ${`${skeleton}/.`} ${home}; fi || exit 1`,
    new Script('[ -n "$o" ] || o=$(printf %o "$((0777 & ~0$m))")'),
    sh`chown -R -- "$(id -u ${operands(wanted.name)}):$(id -g ${operands(wanted.name)})" ${home} && chmod -- "$o" ${home}`,
  )
  return { kind: 'script', label: `make ${home}`, script }
}

function useradd(
  wanted: WantedUser,
  account: Account,
  group: string | undefined,
  groups: readonly string[],
): readonly string[] {
  const { name, uid, uid_min, uid_max, comment, home, shell, system } = wanted
  const expire = wantedExpiry(wanted)
  // A group of the user's name is there already: useradd would fail when it tries to make it.
  const own = group === undefined && account.groups.some((one) => one.name === name) ? ['-N'] : []
  return [
    'useradd',
    ...(uid === undefined ? [] : ['-u', String(uid), ...(wanted.non_unique ? ['-o'] : [])]),
    ...(uid_min === undefined ? [] : ['-K', `UID_MIN=${uid_min}`]),
    ...(uid_max === undefined ? [] : ['-K', `UID_MAX=${uid_max}`]),
    ...(group === undefined ? own : ['-g', group]),
    ...(groups.length === 0 ? [] : ['-G', groups.join(',')]),
    ...(comment === undefined ? [] : ['-c', comment]),
    ...(home === undefined ? [] : ['-d', home]),
    ...(shell === undefined ? [] : ['-s', shell]),
    ...(expire === undefined ? [] : ['-e', expiryDate(expire)]),
    ...homeFlags(wanted),
    ...(system ? ['-r'] : []),
    ...(wanted.seuser === undefined ? [] : ['-Z', wanted.seuser]),
    '--',
    name,
  ]
}

function homeFlags({ create_home, skeleton, umask }: WantedUser): readonly string[] {
  if (!create_home) return ['-M']
  return [
    '-m',
    ...(skeleton === undefined ? [] : ['-k', skeleton]),
    ...(umask === undefined ? [] : ['-K', `UMASK=${umask}`]),
  ]
}

function adduser(
  wanted: WantedUser,
  group: string | undefined,
  groups: readonly string[],
): readonly RunStep[] {
  const { name, uid, comment, home, shell, system, create_home, skeleton } = wanted
  const [unable] = (['uid_min', 'uid_max', 'seuser', 'umask'] as const).filter(
    (one) => wanted[one] !== undefined,
  )
  if (unable !== undefined) throw noBusybox(`takes ${unable}`)
  const argv = [
    'adduser',
    '-D',
    ...(create_home ? [] : ['-H']),
    ...(system ? ['-S'] : []),
    ...(uid === undefined ? [] : ['-u', String(uid)]),
    ...(group === undefined ? [] : ['-G', group]),
    ...(comment === undefined ? [] : ['-g', comment]),
    ...(home === undefined ? [] : ['-h', home]),
    ...(shell === undefined ? [] : ['-s', shell]),
    ...(skeleton === undefined ? [] : ['-k', skeleton]),
    ...operands(name),
  ]
  return [run(argv), ...groups.map((one) => run(['addgroup', ...operands(name, one)]))]
}

function busyboxModify(wanted: WantedUser, account: Account, differences: Differences): readonly Step[] {
  const { groups, hash, ...others } = differences
  const [other] = Object.keys(others)
  if (other !== undefined) {
    throw noBusybox(`changes the ${other} of ${wanted.name}`)
  }
  const before = memberships(wanted.name, account.groups)
  const added = (groups ?? before).filter((group) => !before.includes(group))
  const removed = before.filter((group) => groups !== undefined && !groups.includes(group))
  return [
    ...added.map((group) => run(['addgroup', ...operands(wanted.name, group)])),
    ...removed.map((group) => run(['delgroup', ...operands(wanted.name, group)])),
    ...(hash === undefined ? [] : [passwordStep(wanted.name, hash)]),
  ]
}

function noBusybox(what: string): TaskError {
  return new TaskError(`user: busybox has no command that ${what}`, {
    hint: 'Install the package shadow (useradd, usermod) on the target.',
  })
}

// On standard input, so that no list of processes shows it; chpasswd takes no empty one, and that is no secret.
function passwordStep(name: string, hash: string): Step {
  if (hash === '') return run(['usermod', '-p', '', '--', name])
  return run(['chpasswd', '-e'], { stdin: `${name}:${hash}\n`, label: `set the password of ${name}` })
}

function ageSteps(name: string, ages: Readonly<Record<string, number>>): readonly Step[] {
  const flags = Object.entries(ages).flatMap(([flag, days]) => [flag, String(days)])
  return flags.length === 0 ? [] : [run(['chage', ...flags, '--', name])]
}

function lockedHash(hash: string, lock: boolean | undefined): string {
  return lock === true ? `!${hash.replace(/^!+/, '')}` : hash
}

function parentFolder(home: string): readonly Step[] {
  const parent = home.replace(/\/+[^/]*\/*$/, '')
  return parent === '' || parent === '/home' ? [] : [run(['mkdir', '-p', '--', safePath(parent)])]
}

function expiryDate(expire: number | 'never'): string {
  return expire === 'never' ? '' : new Date(expire * 86_400_000).toISOString().slice(0, 10)
}
