import { randomInt } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { itemsOf } from '../../core/values/dicts.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { randomSalt } from '../filters/hashes.ts'
import { expandUser } from '../filters/paths.ts'
import { shaCrypt } from '../filters/sha-crypt.ts'
import { drawBelow, randomSource } from '../python/random.ts'
import type { Lookup } from './define.ts'

const lower = 'abcdefghijklmnopqrstuvwxyz'
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

/** Names of character sets, as in Python's string module. */
const sets: Readonly<Record<string, string>> = {
  ascii_letters: lower + lower.toUpperCase(),
  ascii_lowercase: lower,
  ascii_uppercase: lower.toUpperCase(),
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation,
}

interface Wanted {
  readonly path: string
  readonly length: number
  readonly characters: string
  readonly encrypt: string | undefined
  readonly seed: unknown
}

const optionNames = ['length', 'encrypt', 'chars', 'ident', 'seed']

/** Splits `path with spaces length=20 chars=digits` as Ansible does: options are at the end. */
function read(term: string, options: Readonly<Record<string, unknown>>): Wanted {
  const first = term.search(new RegExp(`\\s(?:${optionNames.join('|')})=`))
  const path = first < 0 ? term : term.slice(0, first)
  const written = Object.fromEntries(
    [...(first < 0 ? '' : term.slice(first)).matchAll(/(\w+)=(\S*)/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  )
  const all: Record<string, unknown> = { ...options, ...written }
  const chars = all.chars ?? ['ascii_letters', 'digits', '.,:-_']
  const parts =
    typeof chars === 'string'
      ? chars
          .replaceAll(',,', ',\u0000')
          .split(',')
          .map((one) => one.replaceAll('\u0000', ','))
      : itemsOf(chars).map(str)
  const characters = parts
    .filter((one) => one !== '')
    .map((one) => (Object.hasOwn(sets, one) ? (sets[one] ?? one) : one))
    .join('')
  const encrypt =
    all.encrypt === undefined || all.encrypt === null || all.encrypt === '' ? undefined : str(all.encrypt)
  return { path, length: Number(all.length ?? 20), characters, encrypt, seed: all.seed }
}

function draw({ length, characters, seed }: Wanted): string {
  const letters = Array.from(new Set(characters)).join('') === '' ? '' : characters
  if (letters === '') throw new EvaluationError("lookup 'password': chars gives no characters")
  const source = seed === undefined || seed === null ? undefined : randomSource(seed)
  return Array.from(
    { length },
    () => letters[source === undefined ? randomInt(letters.length) : drawBelow(source, letters.length)],
  ).join('')
}

interface Stored {
  readonly password: string
  readonly salt: string | undefined
}

function load(path: string): Stored | undefined {
  if (path === '/dev/null') return undefined
  try {
    const [, password = '', salt] =
      /^(.*?)(?: salt=(\S+))?(?: ident=\S+)?\s*$/s.exec(readFileSync(path, 'utf8')) ?? []
    return { password, salt }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function store(path: string, { password, salt }: Stored): void {
  if (path === '/dev/null') return
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, `${password}${salt === undefined ? '' : ` salt=${salt}`}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
}

function hashed(stored: Stored, encrypt: string): string {
  const kind = encrypt.replace(/_crypt$/, '')
  if (kind !== 'sha512' && kind !== 'sha256')
    throw new EvaluationError(
      `lookup 'password': encrypt=${encrypt} is not supported; use sha512_crypt or sha256_crypt`,
    )
  return shaCrypt(stored.password, kind, stored.salt ?? '')
}

/** A password kept in a file: made when the file is not there; with `encrypt`, its hash is the result. */
export const password: Lookup = (terms, options, { baseDirectory }) =>
  terms.map((term) => {
    const wanted = read(text(term, 'the path of a password file'), options)
    const expanded = expandUser(wanted.path)
    const path = isAbsolute(expanded) ? expanded : join(baseDirectory, expanded)
    const known = load(path)
    const salt = known?.salt ?? (wanted.encrypt === undefined ? undefined : randomSalt(8))
    const stored = { password: known?.password ?? draw(wanted), salt }
    if (known === undefined || known.salt !== salt) store(path, stored)
    return wanted.encrypt === undefined ? stored.password : hashed(stored, wanted.encrypt)
  })
