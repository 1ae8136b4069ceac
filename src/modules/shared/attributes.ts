import type { ArgumentSpecs } from '../../core/arguments.ts'
import { chownWord } from '../../core/chown.ts'
import type { Change, Plan, Step } from '../../core/module.ts'
import { PLACE } from '../../core/place.ts'
import { library, lines, Script, sh } from '../../core/quote.ts'
import { chmodMode, formatMode, resolveMode } from './file-mode.ts'
import { type FieldReader, hostPath, type PathState } from './path-state.ts'

/** The parameters that every module which makes or changes files has. */
export const ATTRIBUTE_ARGS = {
  mode: {
    type: 'mode',
    doc: 'Permissions, octal in quotes or symbolic; a new file gets the default otherwise',
  },
  owner: { type: 'str', doc: 'Name or number of the user that owns it' },
  group: { type: 'str', doc: 'Name or number of the group that owns it' },
} as const satisfies ArgumentSpecs

/** What is wanted of a file's owner, group and mode; undefined leaves it as it is. */
export interface Attributes {
  readonly owner: string | undefined
  readonly group: string | undefined
  readonly mode: string | number | undefined
}

/** Who the shell's user is, what new files get, and the numbers behind the wanted names. */
export interface Identity {
  readonly umask: number
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly primaryGroup: string
  /** Undefined where no owner is wanted, or where that user does not exist (yet). */
  readonly wantedUid: number | undefined
  readonly wantedGid: number | undefined
  /** The wanted owner and group that the host does not know, number or name. */
  readonly unknown: readonly ('owner' | 'group')[]
}

const isNumber = (name: string | undefined) => name !== undefined && /^\d+$/.test(name)

/** Shell text that prints what `readIdentity` reads. */
export function identityProbe({ owner, group }: Pick<Attributes, 'owner' | 'group'>): Script {
  const uid = owner === undefined ? undefined : sh`number_of ${owner} passwd`
  const gid = group === undefined ? undefined : sh`number_of ${group} group`
  return lines(NUMBERS, OWN, uid, sh`printf '\000'`, gid, sh`printf '\000'`)
}

// The shell said at its start who it is, and stays so.
const OWN = new Script(`umask; printf '\\000'; printf %s "\${playscript_identity-$(id)}"; printf '\\000'`)

// Most names stand in a short file that the shell can read itself; else a program is asked, as for those of a directory.
const NUMBERS = library(`number_of() {
  while IFS=: read -r n _ i _; do
    case $1 in "$n"|"$i") printf %s "$i"; return ;; esac
  done 2>/dev/null </etc/"$2"
  if command -v getent >/dev/null 2>&1; then getent "$2" "$1" | cut -d : -f 3
  elif [ "$2" = passwd ]; then id -u -- "$1" 2>/dev/null
  fi
}`)

/** Reads what `identityProbe` printed. */
export function readIdentity(
  fields: FieldReader,
  { owner, group }: Pick<Attributes, 'owner' | 'group'>,
): Identity {
  const [umask, id, uid, gid] = [fields.next(), fields.next(), fields.next().trim(), fields.next().trim()]
  const [, ownUid = '', user, ownGid = '', primaryGroup] =
    /uid=(\d+)(?:\((.*?)\))? gid=(\d+)(?:\((.*?)\))?/.exec(id) ?? []
  return {
    umask: Number.parseInt(umask, 8),
    uid: Number(ownUid),
    gid: Number(ownGid),
    user: user ?? ownUid,
    primaryGroup: primaryGroup ?? ownGid,
    wantedUid: isNumber(owner) ? Number(owner) : uid === '' ? undefined : Number(uid),
    wantedGid: isNumber(group) ? Number(group) : gid === '' ? undefined : Number(gid),
    unknown: [
      ...(owner !== undefined && uid === '' ? (['owner'] as const) : []),
      ...(group !== undefined && gid === '' ? (['group'] as const) : []),
    ],
  }
}

/** What a plan says of a wanted owner or group that the host does not know. */
export function unknownNames(wanted: Attributes, { unknown }: Identity): Pick<Plan, 'doubts' | 'needs'> {
  const problems = unknown.map((what) => {
    const name = wanted[what] ?? ''
    const kind = what === 'owner' ? 'user' : 'group'
    const [number, command] = [isNumber(name), what === 'owner' ? 'chown' : 'chgrp']
    return { number, command, text: `failed to look up ${kind}${number ? ` with ${kind[0]}id` : ''} ${name}` }
  })
  // A number is given to a file whether or not somebody has it.
  const fatal = problems.find(({ number }) => !number)
  return {
    ...(problems.length > 0 && {
      doubts: problems.map(({ text }) => `${text}; an earlier task must make it`),
    }),
    ...(fatal && { needs: `${fatal.command} failed: ${fatal.text}` }),
  }
}

/** Owner, group and mode a file will have, and what of that is a change. */
export interface AttributePlan {
  readonly changes: readonly Change[]
  /** Sets them on a file that is there already. A write step takes `owner`, `group` and `mode` instead. */
  readonly steps: readonly Step[]
  readonly owner: string | undefined
  readonly group: string | undefined
  readonly mode: string | undefined
  /** The result's fields, as far as they can be told before. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** The state of a file or directory that does not exist yet, as it will be when it has just been made. */
export function newPath(type: 'file' | 'directory', identity: Identity): PathState {
  return {
    type,
    mode: (type === 'directory' ? 0o777 : 0o666) & ~identity.umask,
    uid: identity.uid,
    gid: identity.gid,
    owner: identity.user,
    group: identity.primaryGroup,
    links: 1,
    inode: 0,
    device: 0,
    size: 0,
    atime: 0,
    mtime: 0,
    ctime: 0,
  }
}

/**
 * Compares a file's owner, group and mode with what is wanted. A user or group that does not exist counts as a
 * change: it may be made before this is carried out, and chown says so if it was not. A symbolic link has an owner
 * and a group of its own but no mode.
 * @throws {ArgumentError} when the mode is `preserve`
 */
export function planAttributes(
  path: string,
  wanted: Attributes,
  found: PathState,
  identity: Identity,
): AttributePlan {
  const uid = wanted.owner === undefined ? found.uid : identity.wantedUid
  const gid = wanted.group === undefined ? found.gid : identity.wantedGid
  const newOwner = uid === found.uid ? undefined : wanted.owner
  const newGroup = gid === found.gid ? undefined : wanted.group
  const base = { mode: found.mode, directory: found.type === 'directory', umask: identity.umask }
  const mode =
    wanted.mode === undefined || found.type === 'link' ? found.mode : resolveMode(wanted.mode, base)
  const changes = [
    ...(newOwner === undefined ? [] : [{ what: 'owner', before: found.owner, after: newOwner }]),
    ...(newGroup === undefined ? [] : [{ what: 'group', before: found.group, after: newGroup }]),
    ...(mode === found.mode
      ? []
      : [{ what: 'mode', before: formatMode(found.mode), after: formatMode(mode) }]),
  ]
  return {
    changes,
    steps: attributeSteps(path, {
      newOwner,
      newGroup,
      mode,
      found,
      modeWanted: wanted.mode !== undefined,
      owners: uid === undefined ? [] : [...new Set([found.uid, uid])],
    }),
    owner: newOwner,
    group: newGroup,
    mode: wanted.mode === undefined || found.type === 'link' ? undefined : chmodMode(mode),
    fields: {
      mode: formatMode(mode),
      uid,
      gid,
      owner: newOwner ?? found.owner,
      group: newGroup ?? found.group,
    },
  }
}

function attributeSteps(
  path: string,
  to: {
    readonly newOwner: string | undefined
    readonly newGroup: string | undefined
    readonly mode: number
    readonly found: PathState
    readonly modeWanted: boolean
    /** Whose the file may be when it is changed: the owner found, and the new one. */
    readonly owners: readonly number[]
  },
): Step[] {
  const steps: Step[] = []
  const { type } = to.found
  const kind = type === 'directory' ? 'd' : type === 'link' ? 'l' : 'f'
  const set = (label: string, owner: string, mode: string) =>
    steps.push({
      kind: 'script',
      label,
      script: lines(
        PLACE,
        sh`place_beside ${hostPath(path)}; place_set ${to.owners.join(' ')} ${kind} ${owner} ${mode}`,
      ),
    })
  if (to.newOwner !== undefined || to.newGroup !== undefined) {
    const who = chownWord(to.newOwner, to.newGroup)
    set(`chown ${who} ${path}`, who, '')
  }
  // chown(2) takes set-id bits away, so a mode with such bits is set again after it.
  const again = steps.length > 0 && to.modeWanted && (to.mode & 0o6000) !== 0
  if (kind !== 'l' && (to.mode !== to.found.mode || again)) {
    set(`chmod ${formatMode(to.mode)} ${path}`, '', chmodMode(to.mode))
  }
  return steps
}

/** The fields of a file as it is: what results say of a path. */
export function statusFields(state: PathState): Readonly<Record<string, unknown>> {
  return {
    mode: formatMode(state.mode),
    uid: state.uid,
    gid: state.gid,
    owner: state.owner,
    group: state.group,
    size: state.size,
    state: stateWord(state),
  }
}

/** Ansible's word for what a path is: `hard` is a file with several names. */
export function stateWord(state: PathState | undefined): 'absent' | 'directory' | 'link' | 'hard' | 'file' {
  if (state === undefined) return 'absent'
  if (state.type === 'directory' || state.type === 'link') return state.type
  return state.links > 1 ? 'hard' : 'file'
}
