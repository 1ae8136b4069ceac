import { basename } from 'node:path'
import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { type Content, defineModule, type Finish, nothing, type Step } from '../core/module.ts'
import { PLACE } from '../core/place.ts'
import { lines, quote, Script, safePath, sh } from '../core/quote.ts'
import { shellWords } from '../core/shell-words.ts'
import { INLINE_PARAMETERS, readFreeForm } from './commands/free-form.ts'
import { type GuardState, parseGuards, probeGuards } from './commands/guards.ts'
import { commandFields, outputFields } from './commands/outcome.ts'
import { GUARD_PARAMETERS, inlineBoolean } from './commands/parameters.ts'
import type { ScriptFunction } from './script/function.ts'

const ARGS = {
  _raw_params: {
    type: 'str',
    doc: 'The local file and its arguments, as a string in place of the parameters',
  },
  cmd: { type: 'str', doc: 'The local file and its arguments' },
  function: { type: 'raw', doc: 'A TypeScript function in place of the parameters: zx on the target' },
  ...GUARD_PARAMETERS,
  executable: { type: 'str', doc: 'The program that runs the file; without it the file’s first line says' },
  decrypt: { type: 'bool', default: true, doc: 'Decrypt a file that is encrypted with vault' },
} as const satisfies ArgumentSpecs

/**
 * Run a local script file on the target, or a TypeScript function that works on the target through zx. Check mode skips
 * a file, which may change something or not, as Ansible's does; with `creates` or `removes`, and for a function, it says
 * that there would be a change.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/script_module.html
 *
 * @example
 * { script: async ({ $ }) => ({ kernel: await $`uname -r`.text(), changed: false }) }
 */
export const script = defineModule({
  name: 'script',
  doc: 'Run a local script file, or a TypeScript function, on the target',
  args: ARGS,
  free_form: '_raw_params',
  takes_function: true,
  rules: {
    mutually_exclusive: [['_raw_params', 'cmd', 'function']],
    required_one_of: [['_raw_params', 'cmd', 'function']],
  },
  not_in_check(args) {
    if (args.function !== undefined) return undefined
    const { creates, removes } = readScript(args)
    return creates || removes ? undefined : { msg: 'check mode is not supported for this task' }
  },
  async prepare(args, controller): Promise<{ path: string; content: Content } | undefined> {
    if (args.function !== undefined) return undefined
    const { file, decrypt } = readScript(args)
    const path = controller.find('files', file)
    return { path, content: decrypt ? await controller.read(path) : { file: path } }
  },
  probe: (args) => (args.function === undefined ? probeGuards(readScript(args)) : undefined),
  parse: ({ text }) => parseGuards(text),
  plan(args, state: GuardState | undefined, { local, target }) {
    if (local === undefined) return planFunction(args.function)
    const wanted = readScript(args)
    const skipped = reason(wanted, state)
    if (skipped !== undefined) return { ...nothing(), skipped }
    return {
      changes: [{ what: 'script', before: undefined, after: wanted.line }],
      steps: runSteps(wanted, local, target.temp),
      result: { rc: 0, ...outputFields('', '') },
    }
  },
  finish({ script: output, function: returned }): Finish {
    if (returned !== undefined) {
      const { value } = returned
      if (value === undefined || value === null) return {}
      return typeof value === 'object' && !Array.isArray(value) ? { ...value } : { value }
    }
    if (output === undefined) return {}
    const { start: _, end: __, delta: ___, ...fields } = commandFields(output, false)
    return fields
  },
}) as ScriptModule

type ScriptModule = import('../core/module.ts').Module<
  typeof ARGS,
  GuardState | undefined,
  { path: string; content: Content } | undefined,
  '_raw_params',
  false
> & { readonly takes_function: true }

function planFunction(act: unknown) {
  if (typeof act !== 'function') throw new ArgumentError('script: function must be a TypeScript function')
  const label = act.name && act.name !== 'script' ? `function ${act.name}` : 'a function'
  const step: Step = {
    kind: 'act',
    label,
    as: 'function',
    async act(remote) {
      const { callFunction } = await import('./script/call-function.ts')
      return callFunction(act as ScriptFunction<unknown>, remote)
    },
  }
  return { changes: [{ what: 'script', before: undefined, after: label }], steps: [step] }
}

interface LocalScript {
  readonly line: string
  readonly file: string
  /** What follows the file's name: shell text, as its author wrote it. */
  readonly rest: string
  readonly chdir: string | undefined
  readonly creates: string | undefined
  readonly removes: string | undefined
  readonly executable: string | undefined
  readonly decrypt: boolean
}

function readScript(args: Args<typeof ARGS>): LocalScript {
  const { command, parameters } = readFreeForm(args._raw_params ?? '', [...INLINE_PARAMETERS, 'decrypt'])
  const line = (args.cmd ?? command).trim()
  const [first = ''] = /^("[^"]*"|'[^']*'|\S)+/.exec(line) ?? []
  const [file] = shellWords(first)
  if (file === undefined) throw new ArgumentError('script needs the name of a local file')
  return {
    line,
    file,
    rest: line.slice(first.length).trim(),
    chdir: parameters.chdir ?? args.chdir,
    creates: parameters.creates ?? args.creates,
    removes: parameters.removes ?? args.removes,
    executable: parameters.executable ?? args.executable,
    decrypt: inlineBoolean(parameters.decrypt) ?? args.decrypt,
  }
}

function reason({ creates, removes }: LocalScript, state: GuardState = {}): string | undefined {
  if (state.creates === true) return `${creates} exists, matching creates option`
  if (state.removes === false) return `${removes} does not exist, matching removes option`
  return undefined
}

// The folder is this shell's own, so that a name in it can be known beforehand; the file is gone when it has run.
function runSteps(wanted: LocalScript, local: { path: string; content: Content }, folder: string): Step[] {
  const path = `${folder}/${basename(local.path)}`
  const { chdir, executable, rest } = wanted
  const program = executable === undefined ? '' : `${executable} `
  return [
    {
      kind: 'script',
      label: 'make a private folder',
      script: lines(PLACE, sh`place_keep ${folder}`),
    },
    { kind: 'write', label: `send ${local.path}`, path, content: local.content, mode: '0700' },
    {
      kind: 'script',
      label: wanted.line,
      as: 'script',
      ok: 'any',
      script: lines(
        sh`trap ${`rm -f -- ${quote(path)}`} EXIT`,
        chdir === undefined ? undefined : sh`cd ${safePath(chdir)} || exit 1`,
        new Script(`${program}${quote(path)} ${rest}`.trimEnd()),
      ),
    },
  ]
}
