import { operands, Script, sh } from '../../core/quote.ts'

/** What the target says of a user and of all groups. */
export interface Account {
  /** Whose commands make and change users: shadow-utils', or busybox's, which can do less. */
  readonly tools: 'shadow' | 'busybox'
  readonly passwd?: Passwd
  readonly shadow?: Shadow
  readonly groups: readonly Group[]
  readonly homeExists: boolean
  readonly key?: SshKey
}

/** An entry of passwd(5), without its name. */
export interface Passwd {
  readonly uid: number
  readonly gid: number
  readonly comment: string
  readonly home: string
  readonly shell: string
}

/** An entry of shadow(5); days are counted from 1970-01-01, undefined where the field is empty. */
export interface Shadow {
  readonly hash: string
  readonly min?: number
  readonly max?: number
  readonly warn?: number
  readonly inactive?: number
  readonly expire?: number
}

/** An entry of group(5). */
export interface Group {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** An SSH key pair on the target. */
export interface SshKey {
  readonly path: string
  readonly exists: boolean
  readonly fingerprint: string
  readonly public: string
}

export interface AccountQuestion {
  readonly name: string
  /** Ask the files alone, not the services that nsswitch.conf names. */
  readonly local: boolean
  /** The home folder that is wanted, where it is not the one that the user has. */
  readonly home?: string | undefined
  /** The key file to look at: absolute, or from the home folder on. */
  readonly key?: string | undefined
}

/** Reads all there is to know of a user, in sections that begin with `@`. */
export function probeAccount({ name, local, home, key }: AccountQuestion): Script {
  const get = (database: string) =>
    local
      ? sh`grep ${`^${name.replace(/[.[\]*^$\\]/g, '\\$&')}:`} ${`/etc/${database}`}`
      : sh`getent ${operands(database, name)}`
  return new Script(
    [
      'command -v useradd >/dev/null 2>&1 && echo @tools shadow || echo @tools busybox',
      `p=$(${get('passwd')}); r=$?; [ $r -le 2 ] || exit 1; printf '@passwd\\n%s\\n' "$p"`,
      `printf '@shadow\\n'; ${get('shadow')} 2>/dev/null`,
      `printf '@group\\n'; ${local ? 'cat /etc/group' : 'getent group || cat /etc/group'}`,
      'set -f; IFS=:; set -- $p; unset IFS; set +f',
      home === undefined
        ? `h="\${6:-${sh`/home/${new Script(name.replace(/[^\w.-]/g, ''))}`}}"`
        : sh`h=${home}`,
      'if [ -e "$h" ]; then echo @home yes; else echo @home no; fi',
      key === undefined ? '' : probeKey(key),
    ]
      .filter((line) => line !== '')
      .map(String)
      .join('\n'),
  )
}

function probeKey(key: string): string {
  const path = key.startsWith('/') ? sh`k=${key}` : sh`k=$h/${key}`
  return [
    path.text,
    'if [ -e "$k" ]; then e=yes; else e=no; fi',
    `printf '@key %s %s\\n' $e "$k"`,
    'if [ $e = yes ]; then ssh-keygen -l -f "$k" </dev/null; cat "$k.pub"; fi 2>/dev/null',
    'true',
  ].join('\n')
}

/** Reads what `probeAccount` printed. */
export function parseAccount(text: string): Account {
  const sections = new Map<string, { readonly head: string; readonly lines: readonly string[] }>()
  for (const section of text.split(/^@/m).slice(1)) {
    const [first = '', ...lines] = section.split('\n')
    const [, word = '', head = ''] = /^(\w+) ?(.*)$/.exec(first) ?? []
    sections.set(word, { head, lines: lines.filter((line) => line !== '') })
  }
  const line = (word: string) => sections.get(word)?.lines[0]
  const passwd = parsePasswd(line('passwd'))
  const shadow = parseShadow(line('shadow'))
  const key = sections.get('key')
  return {
    tools: sections.get('tools')?.head === 'busybox' ? 'busybox' : 'shadow',
    ...(passwd && { passwd }),
    ...(shadow && { shadow }),
    groups: (sections.get('group')?.lines ?? []).map(parseGroupLine),
    homeExists: sections.get('home')?.head === 'yes',
    ...(key && { key: parseKey(key.head, key.lines) }),
  }
}

function parsePasswd(line: string | undefined): Passwd | undefined {
  const [, , uid, gid, comment = '', home = '', shell = ''] = line?.split(':') ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid), comment, home, shell }
}

function parseShadow(line: string | undefined): Shadow | undefined {
  const [, hash, , min, max, warn, inactive, expire] = line?.split(':') ?? []
  if (hash === undefined) return undefined
  const days = (field: string | undefined) => (field ? Number(field) : undefined)
  const found = {
    min: days(min),
    max: days(max),
    warn: days(warn),
    inactive: days(inactive),
    expire: days(expire),
  }
  return { hash, ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) }
}

function parseGroupLine(line: string): Group {
  const [name = '', , gid, members = ''] = line.split(':')
  return { name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') }
}

function parseKey(head: string, [fingerprint = '', ...rest]: readonly string[]): SshKey {
  const [, exists, path = ''] = /^(yes|no) (.*)$/.exec(head) ?? []
  return { path, exists: exists === 'yes', fingerprint, public: rest.join('\n') }
}
