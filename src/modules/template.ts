import { lstat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Args } from '../core/arguments.ts'
import { type Controller, defineModule } from '../core/module.ts'
import { ATTRIBUTE_ARGS } from './shared/attributes.ts'
import { planCopyFile } from './shared/copy/plan-copy-file.ts'
import { heldContent, type SourceEntry } from './shared/copy/source.ts'
import { type DestRequest, destProbe, readDest } from './shared/dest.ts'
import { encodeText } from './shared/encode-text.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  src: { type: 'str', required: true, doc: 'The template, on the controller' },
  dest: { type: 'path', required: true, doc: 'Where to write it; a folder takes it under its own name' },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
  force: { type: 'bool', default: true, doc: 'Replace a file that has another content' },
  follow: { type: 'bool', default: false, doc: 'Write through a symbolic link at dest' },
  validate: { type: 'str', doc: 'A command that judges the new file (%s) before it takes its place' },
  newline_sequence: {
    type: 'str',
    choices: ['\n', '\r', '\r\n', '\\n', '\\r', '\\r\\n'],
    default: '\n',
    doc: 'What ends the lines',
  },
  trim_blocks: { type: 'bool', default: true, doc: 'Drop the newline after a block' },
  lstrip_blocks: { type: 'bool', default: false, doc: 'Drop blanks before a block' },
  block_start_string: { type: 'str', default: '{%', doc: 'What begins a block' },
  block_end_string: { type: 'str', default: '%}', doc: 'What ends a block' },
  variable_start_string: { type: 'str', default: '{{', doc: 'What begins an expression' },
  variable_end_string: { type: 'str', default: '}}', doc: 'What ends an expression' },
  comment_start_string: { type: 'str', doc: 'What begins a comment; default {#' },
  comment_end_string: { type: 'str', doc: 'What ends a comment; default #}' },
  output_encoding: {
    type: 'str',
    default: 'utf-8',
    doc: 'How the characters are written; Unicode or one byte each',
  },
  ...ATTRIBUTE_ARGS,
} as const
type TemplateArgs = Args<typeof ARGS>

/**
 * Render a template of the controller into a file of the target.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/template_module.html
 *
 * @example
 * { template: { src: 'nginx.conf.njk', dest: '/etc/nginx/nginx.conf', validate: 'nginx -t -c %s' } }
 */
export const template = defineModule({
  name: 'template',
  doc: 'Render a template into a file of the target',
  args: ARGS,
  rules: { words: { incomplete: 'src and dest are required' } },
  prepare: render,
  probe: (args, { diff, target }) => destProbe(request(args, { diff, userland: target.userland })),
  parse: ({ bytes }, args, { diff, target }) =>
    readDest(bytes, request(args, { diff, userland: target.userland })),
  plan: (args, view, { local, diff }) => planCopyFile({ ...args, diff }, local, view),
  finish: readWritten,
})

async function render(args: TemplateArgs, controller: Controller): Promise<SourceEntry> {
  const path = controller.find('templates', args.src)
  const { comment_start_string, comment_end_string } = args
  const text = await controller.renderFile(path, {
    trim_blocks: args.trim_blocks,
    lstrip_blocks: args.lstrip_blocks,
    block_start_string: args.block_start_string,
    block_end_string: args.block_end_string,
    variable_start_string: args.variable_start_string,
    variable_end_string: args.variable_end_string,
    ...(comment_start_string !== undefined && { comment_start_string }),
    ...(comment_end_string !== undefined && { comment_end_string }),
    // YAML without quotes gives the two characters `\n`, which Ansible takes for a newline as well.
    newline_sequence: args.newline_sequence.replace('\\r', '\r').replace('\\n', '\n'),
    destination: args.dest,
    source: args.src,
  })
  const content = encodeText(text, args.output_encoding || 'utf-8')
  const mode = args.mode === 'preserve' ? (await lstat(path)).mode & 0o7777 : 0o644
  return { name: '', type: 'file', mode, ...heldContent(content) }
}

function request(
  args: TemplateArgs,
  options: { readonly diff: boolean; readonly userland: string },
): DestRequest {
  const { dest, owner, group, src } = args
  const content = options.diff ? 'diff' : 'none'
  return { dest, owner, group, content, userland: options.userland, name: basename(src) }
}
