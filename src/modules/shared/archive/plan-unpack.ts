import { chownWord } from '../../../core/chown.ts'
import type { Change, Step } from '../../../core/module.ts'
import { PLACE } from '../../../core/place.ts'
import { lines, type Script, sh } from '../../../core/quote.ts'
import { type Attributes, type Identity, newPath, planAttributes } from '../attributes.ts'
import { chmodMode } from '../file-mode.ts'
import { hostPath, joinPath, type PathState } from '../path-state.ts'
import { type Member, plainName } from './member.ts'

/** Paths that go into one command: enough of them to be quick, few enough for any system's limit. */
const AT_ONCE = 500

/** A member's file as it is at the destination. */
export type MemberState = Pick<PathState, 'type' | 'mode' | 'uid' | 'gid' | 'owner' | 'group' | 'mtime'>

/** Reads the lines of `statAll`, by the members' plain names. */
export function readMemberStates(text: string): ReadonlyMap<string, MemberState> {
  const states = new Map<string, MemberState>()
  for (const record of text.split('//\n')) {
    const [, bits = '', uid, gid, names = '', mtime, path] =
      /^(\S+) (\d+) (\d+) (.*?) (\d+) (\.\/.*)$/s.exec(record) ?? []
    if (path === undefined) continue
    const raw = Number.parseInt(bits, 16)
    const type = { 4: 'directory', 10: 'link' }[raw >> 12] ?? 'file'
    const [owner = '', group = ''] = names.split(':')
    states.set(plainName(path), {
      type: type as PathState['type'],
      mode: raw & 0o7777,
      uid: Number(uid),
      gid: Number(gid),
      owner,
      group,
      mtime: Number(mtime),
    })
  }
  return states
}

/** The members whose files are missing or have another content, less those that are newer and are to be kept. */
export function staleMembers(
  members: readonly Member[],
  differing: ReadonlySet<string>,
  kept: ReadonlyMap<string, MemberState> | undefined,
): readonly Member[] {
  return members.filter((member) => {
    const name = plainName(member.name)
    if (name === '' || !differing.has(name)) return false
    const there = kept?.get(name)
    return there === undefined || member.type !== 'file' || !(there.mtime >= member.mtime)
  })
}

/**
 * Owner, group and mode of what the archive holds: compared where it is there already, set on all of it when it is
 * unpacked anew. The destination folder itself is no part of it. Links have no mode.
 */
export function planMemberAttributes(
  dest: string,
  members: readonly Member[],
  wanted: Attributes,
  context: {
    readonly states: ReadonlyMap<string, MemberState>
    readonly identity: Identity
    readonly unpacked: boolean
    /** The destination is another user's, who may swap names in it. */
    readonly foreign: boolean
  },
): { readonly changes: readonly Change[]; readonly steps: readonly Step[] } {
  const { states, identity, unpacked, foreign } = context
  const named = members
    .map((member) => ({ member, name: plainName(member.name) }))
    .filter(({ name }) => name !== '')
  const changes: Change[] = []
  const touched: Touched[] = []
  for (const { member, name } of named) {
    const found = states.get(name)
    const path = joinPath(dest, name)
    const plan = found && planAttributes(path, wanted, { ...newPath('file', identity), ...found }, identity)
    for (const change of plan?.changes ?? []) changes.push({ ...change, what: `${change.what} of ${path}` })
    if (unpacked || (plan !== undefined && plan.changes.length > 0)) {
      touched.push({ path: hostPath(path), type: member.type })
    }
  }
  return { changes, steps: attributeSteps(touched, wanted, foreign) }
}

interface Touched {
  readonly path: string
  readonly type: Member['type']
}

// One by one, each held while it is changed.
function setHeld(some: readonly Touched[], owner: string, mode: string): Script {
  const kinds: Partial<Record<Member['type'], string>> = { link: 'l', directory: 'd' }
  const one = ({ path, type }: Touched) =>
    sh`( place_beside ${path}; place_set '' ${kinds[type] ?? 'f'} ${owner} ${mode} ) || exit 1`
  return lines(PLACE, ...some.map(one))
}

function attributeSteps(
  touched: readonly Touched[],
  { owner, group, mode }: Attributes,
  foreign: boolean,
): readonly Step[] {
  const steps: Step[] = []
  const step = (label: string, script: Script) => steps.push({ kind: 'script', label, script })
  // What lies deepest comes first: a folder that loses its x bit can still be entered until then.
  const all = [...touched].reverse()
  const pathsOf = (some: readonly Touched[]) => some.map(({ path }) => path)
  if (owner !== undefined || group !== undefined) {
    const who = chownWord(owner, group)
    for (const some of chunks(all)) {
      const script = foreign ? setHeld(some, who, '') : sh`chown -h -- ${who} ${pathsOf(some)}`
      step(`chown ${who} what was unpacked`, script)
    }
  }
  if (mode !== undefined) {
    const text = String(mode)
    const bits = /^[0-7]+$/.test(text) ? chmodMode(Number.parseInt(text, 8)) : text
    for (const some of chunks(all.filter(({ type }) => type !== 'link'))) {
      const script = foreign ? setHeld(some, '', bits) : sh`chmod -- ${bits} ${pathsOf(some)}`
      step(`chmod ${text} what was unpacked`, script)
    }
  }
  return steps
}

function chunks<T>(list: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / AT_ONCE) }, (_, index) =>
    list.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  )
}

/** Options of tar and unzip that keep the bits with which a file runs as its owner or group. */
const KEEPS = ['-p', '--preserve-permissions', '--same-permissions', '-K']

/**
 * How to take the bits off with which unpacked files would run as their owner or group: whoever made the archive must
 * not get a program that runs as root. The script runs in the destination. Undefined where there are none, and where the options ask to keep them.
 */
export function dropSetid(
  extra_opts: readonly string[],
  members: readonly Member[],
): { readonly script: Script; readonly warning: string } | undefined {
  const names = members.filter(({ setid }) => setid).map(({ name }) => plainName(name))
  if (names.length === 0 || extra_opts.some((option) => KEEPS.includes(option))) return undefined
  const paths = names.map(hostPath)
  const shown = names.length === 1 ? names[0] : `${names[0]} and ${names.length - 1} more`
  return {
    script: sh`chmod -- u-s,g-s ${paths} || exit 1`,
    warning: `set-user-ID and set-group-ID bits were not unpacked: ${shown}. extra_opts: ['-p'] keeps those of a tar archive, ['-K'] those of a zip archive`,
  }
}
