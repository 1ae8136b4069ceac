import type { Args } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { lines, sh } from '../core/quote.ts'
import { describeState } from './shared/describe-state.ts'
import { FILE_FLAGS } from './shared/file-flags.ts'
import { fieldReader, hostPath, look, lookFunctions, type PathState, readPath } from './shared/path-state.ts'

const ARGS = {
  path: { type: 'path', required: true, aliases: ['dest', 'name'], doc: 'The path to look at' },
  follow: { type: 'bool', default: false, doc: 'Look at what a symbolic link leads to' },
  get_checksum: { type: 'bool', default: true, doc: 'Give the checksum of a file' },
  checksum_algorithm: {
    type: 'str',
    choices: ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
    default: 'sha1',
    aliases: ['checksum', 'checksum_algo'],
    doc: 'Which checksum',
  },
  get_mime: {
    type: 'bool',
    default: true,
    aliases: ['mime', 'mime_type', 'mime-type'],
    doc: 'Give its media type',
  },
  get_attributes: {
    type: 'bool',
    default: true,
    aliases: ['attr', 'attributes'],
    doc: 'Give its flags, as lsattr does',
  },
} as const

interface Found extends PathState {
  readonly blocks: number
  readonly block_size: number
  readonly device_type: number
  readonly readable: boolean
  readonly writeable: boolean
  readonly executable: boolean
  readonly real: string
  readonly mime: string
  readonly flags: string
}

/**
 * Look at a path. It changes nothing; the result's `stat` tells what is there.
 * Parameters and result: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/stat_module.html
 *
 * @example
 * { stat: { path: '/etc/passwd' }, register: 'passwd' }
 */
export const stat = defineModule({
  name: 'stat',
  doc: 'Look at a path: what it is, its size, owner, times and checksum',
  args: ARGS,
  probe(args, { target }) {
    const { path, follow } = args
    const file = hostPath(path)
    const checksum = args.get_checksum ? args.checksum_algorithm : undefined
    return lines(
      lookFunctions(target.userland),
      sh`if [ -r ${file} ]; then ${look(path, { follow, checksum })}; else ${look(path, { follow })}; fi`,
      sh`if [ -e ${file} ] || [ -L ${file} ]; then
stat ${follow ? ['-L'] : []} -c '%b %o %t %T' -- ${file} 2>/dev/null
for t in -r -w -x; do if [ $t ${file} ]; then printf 1; else printf 0; fi; done
fi; printf '\000'
if [ -L ${file} ]; then readlink -f -- ${file}; fi; printf '\000'`,
      args.get_mime
        ? sh`if [ -e ${file} ] || [ -L ${file} ]; then file -b ${follow ? ['-L'] : []} --mime -- ${file} 2>/dev/null; fi`
        : undefined,
      sh`printf '\000'`,
      args.get_attributes
        ? sh`if [ -e ${file} ] && [ ! -L ${file} ]; then lsattr -v -d -- ${file} 2>/dev/null; fi`
        : undefined,
      sh`printf '\000'`,
    )
  },
  parse: ({ bytes }) => readFound(bytes),
  plan: (args, found) => nothing({ stat: found === undefined ? { exists: false } : describe(args, found) }),
})

function readFound(bytes: Buffer): Found | undefined {
  const fields = fieldReader(bytes)
  const state = readPath(fields)
  const [more, real, mime, flags] = [fields.next(), fields.next(), fields.next(), fields.next()]
  if (state === undefined) return undefined
  const [numbers = '', access = ''] = more.split('\n')
  const [blocks, block_size, major = '0', minor = '0'] = numbers.split(' ')
  const [high, low] = [Number.parseInt(major, 16), Number.parseInt(minor, 16)]
  return {
    ...state,
    blocks: Number(blocks),
    block_size: Number(block_size),
    // As the kernel puts the two numbers of a device into one: makedev(3).
    device_type: (low & 0xff) | ((high & 0xfff) << 8) | ((low & ~0xff) << 12),
    readable: access[0] === '1',
    writeable: access[1] === '1',
    executable: access[2] === '1',
    real: real.replace(/\n$/, ''),
    mime: mime.trim(),
    flags: flags.trim(),
  }
}

/** The `stat` of the result, under Ansible's names. */
function describe(args: Args<typeof ARGS>, found: Found): Readonly<Record<string, unknown>> {
  const { type } = found
  return {
    exists: true,
    path: args.path,
    ...describeState(found),
    ...{ blocks: found.blocks, block_size: found.block_size, device_type: found.device_type },
    ...{ readable: found.readable, writeable: found.writeable, executable: found.executable },
    ...(found.checksum !== undefined && { checksum: found.checksum }),
    ...(type === 'link' && { lnk_source: found.real, lnk_target: found.target }),
    ...(args.get_mime && describeMime(found.mime)),
    ...(args.get_attributes && describeFlags(found.flags)),
  }
}

function describeMime(text: string): Readonly<Record<string, string>> {
  const [, mimetype = 'unknown', charset = 'unknown'] = /^(\S+\/\S+); charset=(\S+)$/.exec(text) ?? []
  return { mimetype, charset }
}

/** Reads a line of `lsattr -v`: version, padded to ten characters, flags and path. Not every file system has them. */
function describeFlags(line: string): Readonly<Record<string, unknown>> {
  const [, version, letters = ''] = /^\s*(\d+) +([-\w]+) /.exec(line) ?? []
  if (version === undefined) return {}
  const flags = letters.replaceAll('-', '')
  return { version, attr_flags: flags, attributes: [...flags].map((letter) => FILE_FLAGS[letter] ?? letter) }
}
