/** A line of authorized_keys(5) that holds a key: sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
export interface Key {
  readonly options: readonly (readonly [name: string, value: string | undefined])[]
  readonly type: string
  readonly base64: string
  readonly comment: string
}

const TYPE =
  /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp(256|384|521)|rsa-sha2-(256|512)|(webauthn-)?sk-(ecdsa-sha2-nistp256|ssh-ed25519)@openssh\.com|ssh-xmss@openssh\.com|[a-z0-9-]+-cert-v01@openssh\.com)$/

/** Reads one line; undefined for what is no key: comments, empty lines, and what sshd would pass over. */
export function parseKey(line: string): Key | undefined {
  if (line.trim().startsWith('#')) return undefined
  const words = line.trim().split(/\s+/)
  const at = words.findIndex((word) => TYPE.test(word))
  const base64 = words[at + 1]
  if (at < 0 || base64 === undefined) return undefined
  return {
    options: parseOptions(optionText(line.trim(), words, at)),
    type: words[at] ?? '',
    base64,
    comment: words.slice(at + 2).join(' '),
  }
}

// Blanks inside quotes are part of a value, so the text itself is cut, and not put together again from words.
function optionText(line: string, words: readonly string[], at: number): string {
  if (at === 0) return ''
  const rest = words.slice(at).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return line.replace(new RegExp(`\\s+${rest.join('\\s+')}\\s*$`), '')
}

/** Reads options as `key_options` has them: separated by commas that are not inside quotes. */
export function parseOptions(text: string): Key['options'] {
  return [...text.matchAll(/(?:[^,"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map(([option]) => {
    const end = option.indexOf('=')
    return end < 0 ? ([option, undefined] as const) : ([option.slice(0, end), option.slice(end + 1)] as const)
  })
}

/** A key as a line, as Ansible writes it: a blank before the comment even where that is empty. */
export function formatKey({ options, type, base64, comment }: Key): string {
  const shown = options.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join(',')
  return `${shown === '' ? '' : `${shown} `}${type} ${base64} ${comment}`
}

function sameKey(a: Key, b: Key): boolean {
  const sorted = ({ options }: Key) =>
    JSON.stringify(options.map(([name, value]) => [name, value ?? null]).sort())
  return a.type === b.type && a.comment === b.comment && sorted(a) === sorted(b)
}

/** What is wanted of the keys of a file. */
export interface KeyWish {
  readonly keys: readonly Key[]
  readonly state: 'absent' | 'present'
  /** No other keys may be there; their own order counts then. */
  readonly exclusive: boolean
}

/** The text of an authorized_keys file with keys as wanted; the same text when they are. Other lines stay. */
export function editKeys(text: string, { keys, state, exclusive }: KeyWish): string {
  const old = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const found = new Map(old.flatMap((line) => parseKey(line) ?? []).map((key) => [key.base64, key]))
  const wanted = new Map(keys.map((key) => [key.base64, key]))
  if (state === 'absent') {
    if (![...wanted.keys()].some((base64) => found.has(base64))) return text
    return written(old.filter((line) => !wanted.has(parseKey(line)?.base64 ?? '')))
  }
  const isRight = (key: Key) => {
    const before = found.get(key.base64)
    return before !== undefined && sameKey(before, key)
  }
  const added = [...wanted.values()].filter((key) => !isRight(key))
  const strangers = exclusive && old.some((line) => !wanted.has(parseKey(line)?.base64 ?? ''))
  if (added.length === 0 && !strangers) return text
  const replaced = new Set(added.map(({ base64 }) => base64))
  const kept = old.filter((line) => {
    const base64 = parseKey(line)?.base64
    if (base64 === undefined) return !exclusive
    return !replaced.has(base64) && (!exclusive || wanted.has(base64))
  })
  return written([...kept, ...added.map(formatKey)])
}

// Every key once, where it stands last, and each in the one form.
function written(lines: readonly string[]): string {
  const keys = lines.map(parseKey)
  const once = lines.flatMap((line, index) => {
    const key = keys[index]
    if (key === undefined) return [line]
    const last = keys.findLastIndex((other) => other?.base64 === key.base64)
    return last === index ? [formatKey(key)] : []
  })
  return once.map((line) => `${line}\n`).join('')
}
