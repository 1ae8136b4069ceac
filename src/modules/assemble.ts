import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Args } from '../core/arguments.ts'
import { TaskError } from '../core/errors.ts'
import { type Controller, defineModule } from '../core/module.ts'
import { lines, type Script, sh } from '../core/quote.ts'
import { assembleFragments, type Fragment } from './shared/assemble-fragments.ts'
import { ATTRIBUTE_ARGS } from './shared/attributes.ts'
import { sha1 } from './shared/content.ts'
import { planCopyFile } from './shared/copy/plan-copy-file.ts'
import { type DestRequest, type DestView, destProbe, readDest } from './shared/dest.ts'
import { fieldReader, hostPath } from './shared/path-state.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  src: { type: 'path', required: true, doc: 'The folder with the parts' },
  dest: { type: 'path', required: true, doc: 'The file to make of them' },
  delimiter: { type: 'str', doc: 'Text between the parts; escapes such as \\n are read' },
  regexp: { type: 'str', doc: 'Which names are parts, as a Python regular expression' },
  ignore_hidden: { type: 'bool', default: false, doc: 'Names that begin with a dot are none' },
  remote_src: { type: 'bool', default: true, doc: 'The parts are on the target' },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
  follow: { type: 'bool', default: false, doc: 'Write through a symbolic link at dest' },
  validate: { type: 'str', doc: 'A command that judges the new file (%s) before it takes its place' },
  decrypt: { type: 'bool', default: true, doc: 'Decrypt parts that ansible-vault encrypted' },
  ...ATTRIBUTE_ARGS,
} as const
type AssembleArgs = Args<typeof ARGS>

interface View {
  /** What is wrong with the source; empty when nothing is. */
  readonly problem: string
  readonly fragments: readonly Fragment[]
  readonly dest: DestView
}

/**
 * Make one file of the files in a folder, in the order of their names.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/assemble_module.html
 *
 * @example
 * { assemble: { src: '/etc/app/conf.d', dest: '/etc/app/app.conf', validate: 'app --check %s' } }
 */
export const assemble = defineModule({
  name: 'assemble',
  doc: 'Make one file of the files in a folder',
  args: ARGS,
  rules: { words: { incomplete: 'src and dest are required' } },
  prepare: async (args, controller) => ({ fragments: await localFragments(args, controller) }),
  probe(args, { local, diff, target }): Script {
    const dest = destProbe(request(args, { diff, userland: target.userland }))
    return local.fragments === undefined ? lines(fragmentsProbe(args.src), dest) : dest
  },
  parse({ bytes }, args, { local, diff, target }): View {
    const options = request(args, { diff, userland: target.userland })
    if (local.fragments !== undefined) {
      return { problem: '', fragments: local.fragments, dest: readDest(bytes, options) }
    }
    const fields = fieldReader(bytes)
    const problem = fields.next()
    const fragments: Fragment[] = []
    for (let name = fields.next(); name !== ''; name = fields.next()) {
      fragments.push({ name, content: Buffer.from(fields.next(), 'base64') })
    }
    return { problem, fragments, dest: readDest(fields.rest(), options) }
  },
  plan(args, { problem, fragments, dest }, { diff }) {
    if (problem !== '') throw new TaskError(`Source (${args.src}) ${problem}`)
    const content = assembleFragments(fragments, args)
    const source = {
      name: '',
      type: 'file',
      mode: 0o644,
      size: content.length,
      checksum: sha1(content),
      content,
    } as const
    const plan = planCopyFile({ ...args, force: true, diff }, source, dest)
    const md5sum = createHash('md5').update(content).digest('hex')
    return { ...plan, result: { ...plan.result, src: args.src, md5sum, msg: 'OK' } }
  },
  finish: readWritten,
})

// As base64: a part may hold NUL bytes, which end fields here.
function fragmentsProbe(src: string): Script {
  const folder = hostPath(src)
  const each = sh`for f do if [ -f "$f" ]; then printf '%s\000' "$f"; base64 <"$f" || exit 1; printf '\000'; fi; done`
  return sh`if [ ! -e ${folder} ]; then printf 'does not exist\000\000'
elif [ ! -d ${folder} ]; then printf 'is not a directory\000\000'
else printf '\000'; ( cd -- ${folder} && find . -mindepth 1 -maxdepth 1 -exec sh -c ${each.text} sh {} + ) || exit 1; printf '\000'
fi`
}

async function localFragments(
  { src, remote_src, decrypt }: AssembleArgs,
  controller: Controller,
): Promise<readonly Fragment[] | undefined> {
  if (remote_src) return undefined
  const folder = controller.find('files', src)
  if (!(await stat(folder)).isDirectory()) throw new TaskError(`Source (${src}) is not a directory`)
  const fragments: Fragment[] = []
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (!(await stat(path)).isFile()) continue
    fragments.push({ name, content: decrypt ? await controller.read(path) : await readFile(path) })
  }
  return fragments
}

function request(
  { dest, owner, group }: AssembleArgs,
  options: { readonly diff: boolean; readonly userland: string },
): DestRequest {
  const content = options.diff ? 'diff' : 'none'
  return { dest, owner, group, content, userland: options.userland, name: undefined }
}
