import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Io } from './io.ts'
import { encryptString } from './vault/encrypt-string.ts'
import * as files from './vault/files.ts'
import { VAULT_FLAGS } from './vault/flags.ts'

type Flags = Readonly<Record<string, { readonly value?: string; readonly help: string } & Option>>
type Option = NonNullable<ParseArgsConfig['options']>[string]

interface Action {
  readonly words: string
  readonly help: string
  readonly flags: Flags
  readonly run: (use: files.Use) => Promise<void>
}

const OUTPUT = {
  output: { type: 'string', value: 'FILE', help: 'write there; - is standard output' },
} as const
const ENCRYPT = {
  'encrypt-vault-id': {
    type: 'string',
    value: 'LABEL',
    help: 'the vault id to encrypt with; needed when there are several',
  },
} as const
const REKEY = {
  'new-vault-id': { type: 'string', value: 'LABEL@SOURCE', help: 'the new password, with its label' },
  'new-vault-password-file': {
    type: 'string',
    value: 'FILE',
    help: 'the file or program of the new password',
  },
} as const
const STRING = {
  name: {
    type: 'string',
    short: 'n',
    multiple: true,
    value: 'NAME',
    help: 'name of the variable; repeatable',
  },
  'stdin-name': { type: 'string', value: 'NAME', help: 'name of the variable that standard input holds' },
  prompt: { type: 'boolean', short: 'p', help: 'ask for the text' },
  'show-input': { type: 'boolean', help: 'show the text while it is typed' },
} as const

const ACTIONS: Readonly<Record<string, Action>> = {
  encrypt: {
    words: '[FILE…]',
    help: 'encrypt files, or standard input',
    flags: { ...OUTPUT, ...ENCRYPT },
    run: files.encryptFiles,
  },
  decrypt: {
    words: '[FILE…]',
    help: 'decrypt files, or standard input',
    flags: OUTPUT,
    run: files.decryptFiles,
  },
  view: { words: 'FILE…', help: 'show what is in encrypted files', flags: {}, run: files.viewFiles },
  edit: { words: 'FILE…', help: 'change encrypted files with $EDITOR', flags: {}, run: files.editFiles },
  create: { words: 'FILE', help: 'write a new file with $EDITOR', flags: ENCRYPT, run: files.createFile },
  rekey: {
    words: 'FILE…',
    help: 'encrypt files with another password',
    flags: { ...REKEY, ...ENCRYPT },
    run: files.rekeyFiles,
  },
  encrypt_string: {
    words: '[TEXT…]',
    help: 'encrypt texts as YAML values',
    flags: { ...STRING, ...OUTPUT, ...ENCRYPT },
    run: encryptString,
  },
}

/**
 * `playscript vault`: the work of `ansible-vault`; what either encrypts, the other decrypts.
 * @throws {UsageError} {VaultError}
 */
export async function vaultCommand(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h') {
    io.out(overview())
    return 0
  }
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (action === undefined) {
    throw new UsageError(`there is no command 'vault ${name}'${didYouMean(name, Object.keys(ACTIONS))}`)
  }
  const options: Flags = {
    ...action.flags,
    ...VAULT_FLAGS,
    help: { type: 'boolean', short: 'h', help: 'show this help' },
  }
  const { values, positionals } = parse(rest, options)
  if (values.help === true) io.out(usage(name, action, options))
  else await action.run({ flags: values as files.Use['flags'], words: positionals, io })
  return 0
}

function parse(argv: readonly string[], options: Flags) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const flag = /Unknown option '--([^'=]+)/.exec(message)?.[1]
    if (flag === undefined) throw new UsageError(message.split('. ')[0] ?? message)
    throw new UsageError(`unknown option --${flag}${didYouMean(flag, Object.keys(options))}`)
  }
}

function overview(): string {
  const rows = Object.entries(ACTIONS).map(
    ([name, { words, help }]) => [`  vault ${name} ${words}`, help] as const,
  )
  return `Usage: playscript vault COMMAND\n\n${table(rows)}`
}

function usage(name: string, { words, help }: Action, options: Flags): string {
  const rows = Object.entries(options).map(([flag, { short, value, help }]) => {
    const left = `  ${short === undefined ? '    ' : `-${short}, `}--${flag}${value === undefined ? '' : ` ${value}`}`
    return [left, help] as const
  })
  return `Usage: playscript vault ${name} ${words} [options]: ${help}\n\n${table(rows)}`
}

function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => `${left.padEnd(width)}${right}\n`).join('')
}
