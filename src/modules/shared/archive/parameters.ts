import type { Args } from '../../../core/arguments.ts'
import { ATTRIBUTE_ARGS } from '../attributes.ts'

/** The parameters of the unarchive module. */
export const UNARCHIVE_ARGS = {
  src: { type: 'str', required: true, doc: 'The archive; with remote_src a path or a URL on the target' },
  dest: { type: 'path', required: true, doc: 'The folder to unpack into; it must exist' },
  remote_src: { type: 'bool', doc: 'src is on the target' },
  copy: { type: 'bool', doc: 'The opposite of remote_src' },
  creates: { type: 'path', doc: 'When this exists nothing is done' },
  include: { type: 'list', elements: 'str', default: [], doc: 'Members to unpack, and no others' },
  exclude: { type: 'list', elements: 'str', default: [], doc: 'Members to leave out' },
  extra_opts: { type: 'list', elements: 'str', default: [], doc: 'More options for tar or unzip' },
  keep_newer: { type: 'bool', default: false, doc: 'Leave files that are newer than those of the archive' },
  max_size: {
    type: 'int',
    default: 100 * 1024 ** 3,
    doc: 'Bytes that all members may have together (default: 100 GiB); a larger archive is refused',
  },
  list_files: { type: 'bool', default: false, doc: 'Give the names of all members' },
  validate_certs: { type: 'bool', default: true, doc: 'Check the certificate of the server' },
  decrypt: { type: 'bool', default: true, doc: 'Decrypt a source that ansible-vault encrypted' },
  ...ATTRIBUTE_ARGS,
} as const
/** Its checked arguments. */
export type UnarchiveArgs = Args<typeof UNARCHIVE_ARGS>
