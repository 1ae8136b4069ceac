import type { Sealed } from './cipher.ts'
import { VaultError } from './errors.ts'

/** The label of a password that was given none, and of a text that names none. */
export const DEFAULT_ID = 'default'

const HEADER = '$ANSIBLE_VAULT;'
const COLUMNS = 80
const VERSIONS = ['1.1', '1.2']

/** An encrypted text, taken apart. */
export interface Envelope {
  /** The label of the password it was encrypted with, as the header says; nothing proves it. */
  readonly id: string
  readonly sealed: Sealed
}

/** Whether a text or file is encrypted as a whole. */
export function isVault(content: string | Buffer): boolean {
  const head = Buffer.isBuffer(content) ? content.subarray(0, HEADER.length).toString('latin1') : content
  return head.startsWith(HEADER)
}

/**
 * Takes an encrypted text apart: the header, then hexadecimal of three lines of hexadecimal. Line breaks of any
 * kind and any spaces around lines are allowed, since YAML and editors change them.
 * @throws {VaultError} saying what is wrong with the text
 */
export function readEnvelope(text: string): Envelope {
  const [first = '', ...lines] = text.trim().split(/\r\n|\r|\n/)
  const [, version = '', cipher = '', id = ''] = first.split(';').map((part) => part.trim())
  if (!isVault(first)) throw new VaultError('its text does not begin with $ANSIBLE_VAULT')
  if (!VERSIONS.includes(version)) {
    throw new VaultError(`it has format version '${version}'; versions ${VERSIONS.join(' and ')} are known`)
  }
  if (cipher !== 'AES256') throw new VaultError(`it is encrypted with '${cipher}'; only AES256 is known`)
  const inner = fromHex(lines.map((line) => line.trim()).join('')).toString('latin1')
  const [salt, mac, ciphertext, ...rest] = inner.split('\n').map(fromHex)
  if (salt === undefined || mac === undefined || ciphertext === undefined || rest.length > 0) {
    throw new VaultError('its text is damaged: it does not hold salt, checksum and ciphertext')
  }
  return { id: id === '' ? DEFAULT_ID : id, sealed: { salt, mac, ciphertext } }
}

/**
 * The text of a vault: format 1.1 for the default label, 1.2 with the label for another, in lines of 80 characters.
 */
export function writeEnvelope({ id, sealed }: Envelope): string {
  const header = id === DEFAULT_ID ? `${HEADER}1.1;AES256` : `${HEADER}1.2;AES256;${id}`
  const inner = [sealed.salt, sealed.mac, sealed.ciphertext].map((part) => part.toString('hex')).join('\n')
  const body = Buffer.from(inner).toString('hex')
  const lines = Array.from({ length: Math.ceil(body.length / COLUMNS) }, (_, index) =>
    body.slice(index * COLUMNS, (index + 1) * COLUMNS),
  )
  return [header, ...lines, ''].join('\n')
}

function fromHex(text: string): Buffer {
  if (text.length % 2 === 1 || !/^[\da-f]*$/i.test(text)) {
    throw new VaultError('its text is damaged: it is not hexadecimal throughout')
  }
  return Buffer.from(text, 'hex')
}
