import { createHash } from 'node:crypto'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const defaultRounds = 5000

interface Variant {
  readonly prefix: string
  readonly size: number
  /** In which order the digest's bytes are written, three at a time. */
  readonly order: readonly (readonly [number, number, number])[]
  /** What is left of the digest, and how many characters it gives. */
  readonly rest: readonly [bytes: readonly number[], characters: number]
}

/** The published orders: each row names one byte of every third of the digest, turned by a place a row. */
function turning(rows: number, step: 1 | 2): [number, number, number][] {
  return Array.from({ length: rows }, (_, row) => {
    const triple = [row, row + rows, row + 2 * rows]
    const at = (place: number): number => triple[(row * step + place) % 3] ?? 0
    return [at(0), at(1), at(2)]
  })
}

const variants: Readonly<Record<'sha256' | 'sha512', Variant>> = {
  sha256: { prefix: '$5$', size: 32, order: turning(10, 2), rest: [[31, 30], 3] },
  sha512: { prefix: '$6$', size: 64, order: turning(21, 1), rest: [[63], 2] },
}

/**
 * Hashes a password as crypt(3) does for `$5$` and `$6$`.
 * @param rounds how often the digest is repeated, 1000 to 999999999; 5000 when left out, and then not written
 * @see https://www.akkadia.org/drepper/SHA-crypt.txt
 */
export function shaCrypt(password: string, kind: 'sha256' | 'sha512', salt: string, rounds?: number): string {
  const { prefix, size, order, rest } = variants[kind]
  const hash = (...parts: Uint8Array[]): Buffer =>
    parts.reduce((sum, part) => sum.update(part), createHash(kind)).digest()
  const [key, seasoning] = [Buffer.from(password), Buffer.from(salt)]
  const fill = (block: Buffer, length: number): Buffer => Buffer.alloc(length, block)
  const times = Math.min(999_999_999, Math.max(1000, rounds ?? defaultRounds))

  const alternate = hash(key, seasoning, key)
  const mixed: Uint8Array[] = [key, seasoning, fill(alternate, key.length)]
  for (let bits = key.length; bits > 0; bits >>= 1) mixed.push(bits & 1 ? alternate : key)
  let sum = hash(...mixed)

  const keyBytes = fill(hash(...Array.from({ length: key.length }, () => key)), key.length)
  const saltBytes = fill(
    hash(...Array.from({ length: 16 + (sum[0] ?? 0) }, () => seasoning)),
    seasoning.length,
  )
  for (let round = 0; round < times; round += 1) {
    const odd = round % 2 === 1
    const parts: Uint8Array[] = [odd ? keyBytes : sum]
    if (round % 3 !== 0) parts.push(saltBytes)
    if (round % 7 !== 0) parts.push(keyBytes)
    parts.push(odd ? sum : keyBytes)
    sum = hash(...parts)
  }

  const letters = (bytes: readonly number[], count: number): string => {
    let value = bytes.reduce((total, index) => (total << 8) | (sum[index] ?? 0), 0)
    let text = ''
    for (let index = 0; index < count; index += 1) {
      text += alphabet[value & 0x3f]
      value >>= 6
    }
    return text
  }
  const body = order.map((triple) => letters(triple, 4)).join('') + letters(...rest)
  if (sum.length !== size) throw new Error(`${kind} gave ${sum.length} bytes`)
  return `${prefix}${rounds === undefined ? '' : `rounds=${times}$`}${salt}$${body}`
}
