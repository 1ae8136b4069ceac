import type { Args } from '../core/arguments.ts'
import { TaskError } from '../core/errors.ts'
import { type Controller, defineModule, nothing, type Plan } from '../core/module.ts'
import { lines, sh } from '../core/quote.ts'
import { localPath, type Sums, sumsOf } from './shared/fetch/local-file.ts'
import { receive } from './shared/fetch/receive.ts'
import { fieldReader, hostPath, look, lookFunctions, readPath } from './shared/path-state.ts'

const ARGS = {
  src: {
    type: 'path',
    required: true,
    doc: 'The file on the target',
    only_text: 'Invalid type supplied for source option, it must be text',
  },
  dest: {
    type: 'str',
    required: true,
    doc: 'The folder on the controller; with flat the file, or a folder with a slash',
  },
  flat: { type: 'bool', default: false, doc: 'Leave out the folders named after the host and of src' },
  fail_on_missing: { type: 'bool', default: true, doc: 'A file that cannot be read is an error' },
  validate_checksum: { type: 'bool', default: true, doc: 'Compare what has arrived with the source' },
} as const
type FetchArgs = Args<typeof ARGS>

interface Local {
  readonly path: string
  readonly sums: Sums | undefined
}

/**
 * Bring a file of the target to the controller. Check mode skips it, as Ansible's does.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/fetch_module.html
 *
 * @example
 * { fetch: { src: '/etc/machine-id', dest: 'fetched' } }
 */
export const fetch = defineModule({
  name: 'fetch',
  doc: 'Bring a file of the target to the controller',
  args: ARGS,
  rules: { words: { incomplete: 'src and dest are required' } },
  not_in_check: () => ({ msg: 'check mode is not (yet) supported by fetch' }),
  prepare: findLocal,
  probe({ src }, { target }) {
    const file = hostPath(src)
    // Another user's file can be looked at and not be read, and then has no checksum; or it cannot even be looked at.
    return lines(
      lookFunctions(target.userland),
      sh`u=; if [ -f ${file} ] && [ ! -r ${file} ]; then u=unreadable
elif [ ! -e ${file} ]; then case $(stat -L -- ${file} 2>&1) in *'ermission denied'*) u=unreadable ;; esac; fi
printf '%s\000' "$u"
if [ -z "$u" ]; then ${look(src, { follow: true, checksum: 'sha1' })}; fi`,
    )
  },
  parse({ bytes }) {
    const fields = fieldReader(bytes)
    const unreadable = fields.next() !== ''
    return { unreadable, found: unreadable ? undefined : readPath(fields) }
  },
  plan(args, { unreadable, found }, { local }): Plan {
    const { src } = args
    if (unreadable) return missing(args, `the remote file is not readable: ${src}: Permission denied`)
    if (found === undefined) return missing(args, 'the remote file does not exist')
    if (found.type === 'directory') {
      return missing(args, 'remote file is a directory, fetch cannot work on directories')
    }
    const { path, sums } = local
    const { checksum = '' } = found
    if (sums?.sha1 === checksum) {
      return nothing({ md5sum: sums.md5, file: src, dest: path, checksum })
    }
    return {
      changes: [{ what: 'content', before: sums?.sha1, after: checksum }],
      steps: [
        {
          kind: 'act',
          label: `fetch ${src}`,
          as: 'received',
          act: (remote) => receive(remote, { path: src, size: found.size }, path),
        },
      ],
      result: { dest: path, checksum, remote_checksum: checksum, remote_md5sum: null, md5sum: null },
    }
  },
  finish({ received }, args, plan) {
    const sums = received?.value as Sums | undefined
    if (sums === undefined) return {}
    const fields = { checksum: sums.sha1, md5sum: sums.md5 }
    if (args.validate_checksum && sums.sha1 !== plan.result?.remote_checksum) {
      return { ...fields, failed: true, msg: 'checksum mismatch', file: args.src }
    }
    return fields
  },
})

function missing({ src, fail_on_missing }: FetchArgs, problem: string): Plan {
  if (!fail_on_missing) return nothing({ file: src, msg: `${problem}, not transferring, ignored` })
  throw new TaskError(problem, { result: { file: src } })
}

async function findLocal(args: FetchArgs, { variables }: Controller): Promise<Local> {
  const path = await localPath({
    ...args,
    base: String(variables.get('playbook_dir') ?? process.cwd()),
    host: String(variables.get('inventory_hostname') ?? 'localhost'),
  })
  return { path, sums: await sumsOf(path) }
}
