import { createHash } from 'node:crypto'
import type { Change } from '../../core/module.ts'

export { sha1 } from '../../core/digest.ts'

/** More than this is not shown in a diff: Ansible's MAX_FILE_SIZE_FOR_DIFF. */
export const LARGEST_DIFF = 104448

/** The MD5 in hexadecimal: what some of Ansible's results have as well. */
export function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex')
}

/** A file's content as far as it is known: all of it, or its checksum and size. */
export interface KnownContent {
  readonly bytes?: Buffer | undefined
  readonly checksum?: string | undefined
  readonly size?: number | undefined
}

/** The change from one content to another: as texts when a diff is wanted and both can be shown, else as checksums. */
export function contentChange(
  path: string,
  before: KnownContent | undefined,
  after: KnownContent,
  { diff }: { readonly diff: boolean },
): Change {
  if (!diff) return { what: 'content', before: before?.checksum, after: after.checksum ?? 'new' }
  return {
    what: 'content',
    before: before === undefined ? '' : shown(before),
    after: shown(after),
    file: path,
  }
}

function shown({ bytes, checksum, size }: KnownContent): string {
  const length = size ?? bytes?.length ?? 0
  const sum = checksum === undefined ? '' : `, sha1 ${checksum}`
  if (length > LARGEST_DIFF) return `(${length} bytes, too large to show${sum})\n`
  if (bytes === undefined) return `(not shown${sum})\n`
  return bytes.includes(0) ? `(${length} bytes of binary data${sum})\n` : bytes.toString('utf8')
}
