import { createHash, getHashes, randomInt } from 'node:crypto'
import { toIndex } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { type FilterTable, filter } from './define.ts'
import { shaCrypt } from './sha-crypt.ts'

const names: Readonly<Record<string, string>> = {
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  sha3_256: 'sha3-256',
  sha3_512: 'sha3-512',
}

/** The hexadecimal digest of a text, by Python's name of the algorithm. */
export function digest(value: unknown, algorithm: string): string {
  const name = names[algorithm] ?? algorithm
  if (!getHashes().includes(name)) throw new EvaluationError(`hash: unsupported hash type '${algorithm}'`)
  return createHash(name).update(str(value)).digest('hex')
}

const saltAlphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A random salt, of the characters that crypt accepts. */
export function randomSalt(length: number): string {
  return Array.from({ length }, () => saltAlphabet[randomInt(saltAlphabet.length)]).join('')
}

function passwordHash(password: string, kind: string, salt: string, rounds: number | undefined): string {
  if (kind !== 'sha512' && kind !== 'sha256') {
    throw new EvaluationError(`password_hash: the type '${kind}' is not supported; use sha512 or sha256`)
  }
  if (!/^[./0-9A-Za-z]{1,16}$/.test(salt))
    throw new EvaluationError('password_hash: a salt has 1 to 16 characters of ./0-9A-Za-z')
  return shaCrypt(password, kind, salt, rounds)
}

/** The name space in which Ansible makes UUIDs. */
const ansibleSpace = '361E6D51-FAEC-444A-9079-341386DA8E2E'

/** A version 5 UUID (RFC 9562): the SHA-1 of a name space and a name. */
function uuid(name: string, space: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Filters that hash. */
export const hashFilters: FilterTable = {
  hash: filter('hashtype', (value, [kind = 'sha1']) => digest(value, text(kind, 'hashtype'))),
  checksum: filter('', (value) => digest(value, 'sha1')),
  sha1: filter('', (value) => digest(value, 'sha1')),
  md5: filter('', (value) => digest(value, 'md5')),
  to_uuid: filter('namespace', (value, [given = ansibleSpace]) => {
    const space = str(given)
    if (!/^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(space))
      throw new EvaluationError(`to_uuid: the namespace is '${space}'; it must be a UUID`)
    return uuid(str(value), space)
  }),
  password_hash: filter(
    'hashtype salt salt_size rounds ident',
    (value, [kind = 'sha512', salt, size, rounds]) => {
      const length = size === undefined || size === null ? 16 : toIndex(size)
      const chosen = salt === undefined || salt === null ? randomSalt(length) : str(salt)
      return passwordHash(
        str(value),
        str(kind),
        chosen,
        rounds === undefined || rounds === null ? undefined : toIndex(rounds),
      )
    },
  ),
}
