import { basename } from 'node:path'
import type { Args } from '../core/arguments.ts'
import { expandHome } from '../core/check-arguments.ts'
import { ArgumentError, MissingError } from '../core/errors.ts'
import { type Controller, defineModule, nothing, type Plan } from '../core/module.ts'
import { lines, type Script, sh } from '../core/quote.ts'
import type { Target } from '../core/remote.ts'
import { toJson } from '../core/values/json.ts'
import { str } from '../core/values/text.ts'
import { isDict } from '../core/values/types.ts'
import { ATTRIBUTE_ARGS } from './shared/attributes.ts'
import { planCopyFile } from './shared/copy/plan-copy-file.ts'
import { heldContent, readSource, type Source } from './shared/copy/source.ts'
import {
  hostEntry,
  hostTreeProbe,
  planTreeCopy,
  readHostTree,
  readTree,
  type TreeRequest,
  type TreeView,
  treeProbe,
} from './shared/copy/tree.ts'
import { unseal } from './shared/copy/unseal.ts'
import { type DestRequest, type DestView, destProbe, readDest } from './shared/dest.ts'
import {
  baseName,
  fieldReader,
  hostPath,
  joinPath,
  look,
  lookFunctions,
  type PathState,
  readPath,
} from './shared/path-state.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  dest: { type: 'path', required: true, doc: 'Where to copy to; with a slash at the end a folder' },
  src: { type: 'str', doc: 'The file or folder; with a slash at the end what is in the folder' },
  content: { type: 'raw', doc: 'The text to write, in place of src' },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
  force: { type: 'bool', default: true, doc: 'Replace a file that has another content' },
  validate: { type: 'str', doc: 'A command that judges the new file (%s) before it takes its place' },
  directory_mode: { type: 'mode', doc: 'Mode of folders that are made' },
  remote_src: { type: 'bool', default: false, doc: 'src is on the target' },
  follow: { type: 'bool', default: false, doc: 'Write through a symbolic link at dest' },
  local_follow: {
    type: 'bool',
    doc: 'Copy what links in the source lead to; the default is true, and with remote_src false',
  },
  checksum: { type: 'str', doc: 'SHA-1 that the source must have' },
  decrypt: { type: 'bool', default: true, doc: 'Decrypt a source that ansible-vault encrypted' },
  ...ATTRIBUTE_ARGS,
} as const
const NO_SOURCE = 'src (or content) is required'
type CopyArgs = Args<typeof ARGS>

/** The source as far as the controller knows it; undefined when it is on the target. */
interface Local {
  readonly source: Source | undefined
}
type View =
  | { readonly kind: 'file'; readonly dest: DestView; readonly source: PathState | undefined }
  | { readonly kind: 'tree'; readonly tree: TreeView; readonly request: TreeRequest }

/**
 * Copy a file, a folder or a text to the target, with owner, group and mode.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/copy_module.html
 *
 * @example
 * { copy: { content: 'hello\n', dest: '/etc/motd', mode: '0644' } }
 */
export const copy = defineModule({
  name: 'copy',
  doc: 'Copy a file, a folder or a text to the target',
  exact: true,
  args: ARGS,
  rules: {
    mutually_exclusive: [['src', 'content']],
    required_one_of: [['src', 'content']],
    words: { none_given: NO_SOURCE, incomplete: 'dest is required' },
  },
  prepare: async (args, controller): Promise<Local> => ({ source: await localSource(args, controller) }),
  probe(args, { local, target, diff }): Script {
    const { userland } = target
    const { source } = local
    if (source?.isFolder) return treeProbe(treeRequest(args, { userland, diff }), source.entries)
    const dest = destProbe(destRequest(args, { userland, diff }))
    if (source !== undefined) return dest
    const src = onTarget(args, target)
    const folder = hostTreeProbe(treeRequest(args, { userland, diff }), src, {
      follow: args.local_follow ?? false,
    })
    return sh`if [ -d ${hostPath(src)} ]; then printf 'tree\000'
${folder}
else printf 'file\000'
${lines(lookFunctions(userland), look(src, { follow: true, checksum: 'sha1' }))}
${dest}
fi`
  },
  parse({ bytes }, args, { local, target, diff }): View {
    const options = { userland: target.userland, diff }
    const request = treeRequest(args, options)
    const { source } = local
    if (source?.isFolder) return { kind: 'tree', request, tree: readTree(bytes, request, source.entries) }
    if (source !== undefined) {
      return { kind: 'file', source: undefined, dest: readDest(bytes, destRequest(args, options)) }
    }
    const fields = fieldReader(bytes)
    if (fields.next() === 'tree') {
      return { kind: 'tree', request, tree: readHostTree(fields.rest(), request, onTarget(args, target)) }
    }
    const found = readPath(fields)
    return { kind: 'file', source: found, dest: readDest(fields.rest(), destRequest(args, options)) }
  },
  plan(args, view, { local, diff, target }): Plan {
    const result = { dest: args.dest, src: args.src }
    if (view.kind === 'tree')
      return { ...planTreeCopy(view.request, view.tree), result: { ...result, dest: view.request.dest } }
    if (view.source !== undefined && view.source.type !== 'file')
      return { ...nothing(result), failed: `Source ${args.src} is not a file: it is a ${view.source.type}` }
    const remote = view.source && hostEntry(onTarget(args, target), '', view.source)
    const entry = local.source?.entries[0] ?? remote
    if (entry === undefined) throw new MissingError(`Source ${args.src} not found`, { result })
    if (args.checksum !== undefined && args.checksum !== entry.checksum) {
      const failed = `Copied file does not match the expected checksum. Transfer failed: ${args.src ?? 'the content'} has ${entry.checksum}, not ${args.checksum}`
      return {
        changes: [],
        steps: [],
        result: { ...result, checksum: entry.checksum, expected_checksum: args.checksum },
        failed,
      }
    }
    if (args.content !== undefined && view.dest.found?.type === 'directory') {
      return { ...nothing(result), failed: 'can not use content with a dir as dest' }
    }
    return planCopyFile({ ...args, diff }, entry, view.dest)
  },
  finish: readWritten,
})

// A source on the controller has the controller's home directory, so that src is no path of the target from the start.
function onTarget({ src = '' }: CopyArgs, { home }: Target): string {
  return expandHome(src, home)
}

async function localSource(args: CopyArgs, controller: Controller): Promise<Source | undefined> {
  if (args.content !== undefined) {
    if (args.dest.endsWith('/')) throw new ArgumentError('can not use content with a dir as dest')
    if (args.mode === 'preserve')
      throw new ArgumentError("mode 'preserve' needs src: content has no mode to keep")
    const text =
      Array.isArray(args.content) || isDict(args.content) ? toJson(args.content) : str(args.content)
    const entry = { name: '', type: 'file', mode: 0o644, ...heldContent(Buffer.from(text)) } as const
    return { isFolder: false, entries: [entry] }
  }
  if (args.src === '') throw new ArgumentError(NO_SOURCE)
  if (args.remote_src) return undefined
  const path = controller.find('files', args.src ?? '')
  const source = await readSource(path, { follow: args.local_follow ?? true })
  return args.decrypt ? unseal(source, path, controller) : source
}

function destRequest(args: CopyArgs, options: { userland: string; diff: boolean }): DestRequest {
  const { dest, owner, group } = args
  const content = options.diff ? 'diff' : 'none'
  return {
    dest,
    owner,
    group,
    content,
    userland: options.userland,
    name: args.src === undefined ? undefined : basename(args.src),
  }
}

// `src: dir` becomes `dest/dir`, `src: dir/` becomes `dest`.
function treeRequest(args: CopyArgs, options: { userland: string; diff: boolean }): TreeRequest {
  const { src = '' } = args
  const onTarget = args.remote_src ? { links: args.local_follow !== undefined } : undefined
  const dest = src.endsWith('/') ? args.dest : joinPath(args.dest, baseName(src))
  return { ...args, ...options, dest, onTarget }
}
