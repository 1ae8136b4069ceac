import { ArgumentError } from '../../../core/errors.ts'

/** A checksum parameter: `<algorithm>:<hexadecimal or URL of a file of checksums>`. */
export interface WantedChecksum {
  readonly algorithm: string
  /** In lower case; undefined when it is in the file at `url`. */
  readonly sum: string | undefined
  readonly url: string | undefined
}

const DIGITS: Readonly<Record<string, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
}

/** @throws {ArgumentError} for another form, an unknown algorithm, and a sum of the wrong length */
export function parseChecksum(text: string): WantedChecksum | undefined {
  if (text === '') return undefined
  const [, name, value = ''] = /^([A-Za-z0-9]+):(.*)$/s.exec(text.trim()) ?? []
  if (name === undefined) {
    throw new ArgumentError(
      'The checksum parameter has to be in format <algorithm>:<checksum>, for example sha256:9f86d0…',
    )
  }
  const algorithm = name.toLowerCase()
  const digits = DIGITS[algorithm]
  if (digits === undefined) {
    throw new ArgumentError(
      `the checksum algorithm '${name}' is not known; use one of: ${Object.keys(DIGITS).join(', ')}`,
    )
  }
  const rest = value.trim()
  if (/^(https?|ftp|file):\/\//.test(rest)) return { algorithm, sum: undefined, url: rest }
  const sum = rest.replace(/\W/g, '').toLowerCase()
  if (!/^[0-9a-f]+$/.test(sum) || sum.length !== digits) {
    throw new ArgumentError(`'${rest}' is no ${algorithm} checksum: it has ${digits} hexadecimal digits`)
  }
  return { algorithm, sum, url: undefined }
}

/**
 * Finds a file's checksum in what sha256sum and its like write (`sum  name`, `sum *name`), in the BSD form
 * (`SHA256 (name) = sum`), or in a file that holds one sum and nothing else. Names may begin with `./`.
 */
export function findSum(text: string, name: string): string | undefined {
  const rows = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const [only = ''] = rows
  if (rows.length === 1 && /^\s*[0-9A-Fa-f]{32,128}\s*$/.test(only)) return only.trim().toLowerCase()
  for (const row of rows) {
    const bsd = /^\s*[\w-]+ ?\((.*)\) ?= ?([0-9A-Fa-f]+)\s*$/.exec(row)
    const plain = /^\\?([0-9A-Fa-f]{32,128})\s+[*]?(.*?)\s*$/.exec(row)
    const [file, sum] = bsd ? [bsd[1], bsd[2]] : [plain?.[2], plain?.[1]]
    if (file?.replace(/^\.\//, '') === name) return sum?.toLowerCase()
  }
  return undefined
}

/** The last part of a URL's path: what a download is called. */
export function urlFileName(url: string): string {
  const { pathname } = new URL(url)
  const name = pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(name).replaceAll('/', '_') || 'index.html'
  } catch {
    return name || 'index.html'
  }
}
