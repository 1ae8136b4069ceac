import { extentOf, type Member, plainName } from './member.ts'
import { readZipLine } from './zip.ts'

/** What `tar --diff -vv` tells of an archive and of what lies at its destination. */
export interface TarReport {
  readonly members: readonly Member[]
  /** Names of what is missing or has another content, type, or link target. Owner, mode and times do not count. */
  readonly differing: ReadonlySet<string>
  /** The beginning of names that the program took away, since they would leave the destination. */
  readonly taken: string | undefined
  /** What went wrong, where it was more than a difference. */
  readonly problem: string | undefined
}

const TYPES: Readonly<Record<string, Member['type']>> = {
  '-': 'file',
  C: 'file',
  S: 'file',
  d: 'directory',
  l: 'link',
  h: 'hard',
  p: 'fifo',
  b: 'device',
  c: 'device',
}

const LINE =
  /^([-CSdlhpbc])([-rwxsStTlL]{9})\S? +\S+ +(\S+) (\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?)(?:\.\d+)? (.*)$/
const DIFFERS =
  /^(?:tar: )?(.*?): (?:Contents differ|Size differs|File type differs|Symlink differs|Not linked to .*|(?:Warning: )?Cannot (?:stat|readlink|open): (?:No such file or directory|Not a directory))$/

/** How a listing's lines and names are written. */
export interface ReportFormat {
  readonly decode: (name: string) => string
  readonly readLine: (line: string) => Member | undefined
}

const GNU: ReportFormat = { decode: unescapeName, readLine: (line) => readTarLine(line, unescapeName) }
const PLAIN: ReportFormat = { decode: (name) => name, readLine: (line) => readTarLine(line, (name) => name) }

// busybox's tar says of each pattern that it was not found, also when members matched.
const PATTERN_MISSED = /^tar: .*[*?[].*: not found in archive$/

/** The format of what each program prints. */
export const FORMATS: Readonly<Record<string, ReportFormat>> = {
  gnu: GNU,
  busybox: PLAIN,
  zip: { ...PLAIN, readLine: readZipLine },
}

/**
 * Reads the output of GNU tar's `--diff -vv --full-time --quoting-style=escape --show-transformed-names` (both streams,
 * in the C locale, times in UTC).
 * @param status tar's exit code: 1 says that there are differences, 2 that something failed
 * @param how the format of the listing; busybox and unzip write names as they are
 */
export function readTarReport(text: string, status: number, how: ReportFormat = GNU): TarReport {
  const { decode, readLine } = how
  const members: Member[] = []
  const differing = new Set<string>()
  const rest: string[] = []
  for (const line of text.split('\n')) {
    const member = readLine(line)
    const name = DIFFERS.exec(line)?.[1]
    if (member !== undefined) members.push(member)
    else if (name !== undefined) differing.add(plainName(decode(name)))
    else if (/^\S+: /.test(line) && !/: (Mod time|Mode|Uid|Gid) differs$/.test(line)) rest.push(line)
  }
  const taken = /removing leading [`'‘](.*?)['’] from (?:member|hard link)/i.exec(text)?.[1]
  // What unpacks says so when it fails, for tar may be content with what came until then.
  const failed = status > 1 || /^archive: /m.test(text)
  return {
    members,
    differing,
    taken,
    problem:
      failed &&
      !(
        how === PLAIN &&
        members.length > 0 &&
        rest.length > 0 &&
        rest.every((line) => PATTERN_MISSED.test(line))
      )
        ? rest.join('\n') || `tar ended with ${status}`
        : undefined,
  }
}

/** Reads one line of a verbose listing; undefined when it is none. */
export function readTarLine(line: string, decode: (name: string) => string): Member | undefined {
  const [, letter = '', bits = '', size, day, time, rest = ''] = LINE.exec(line) ?? []
  const type = TYPES[letter]
  if (type === undefined) return undefined
  const mtime = Date.parse(`${day}T${time}Z`) / 1000
  const separator = type === 'link' ? ' -> ' : type === 'hard' ? ' link to ' : undefined
  if (separator === undefined) return { name: decode(rest), type, mtime, ...extentOf(type, bits, size) }
  const at = rest.indexOf(separator)
  if (at < 0) return { name: decode(rest), type, mtime }
  return { name: decode(rest.slice(0, at)), type, mtime, target: decode(rest.slice(at + separator.length)) }
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, '\\': 92 }

/** A name as `--quoting-style=escape` writes it: backslash escapes and octal bytes. */
export function unescapeName(text: string): string {
  const bytes = text.replace(/\\([0-7]{3}|.)/g, (token, code: string) => {
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    const byte = ESCAPES[code]
    return byte === undefined ? token : String.fromCharCode(byte)
  })
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
