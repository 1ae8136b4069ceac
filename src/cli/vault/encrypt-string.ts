import { resolve } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { seal, type VaultKey } from '../../vars/vault/vault.ts'
import { ask } from '../ask.ts'
import type { Io } from '../io.ts'
import { replaceFile } from '../replace-file.ts'
import type { Use } from './files.ts'
import { encryptingKey } from './keys.ts'
import { readInput, writeOutput } from './streams.ts'

/** Flags of encrypt_string beside those of all. */
export interface StringFlags {
  readonly name?: readonly string[] | undefined
  readonly 'stdin-name'?: string | undefined
  readonly prompt?: boolean | undefined
  readonly 'show-input'?: boolean | undefined
}

interface Secret {
  readonly name: string | undefined
  readonly text: Buffer
  readonly from: string
}

const INDENT = ' '.repeat(10)

/** Encrypts texts of the command line, of standard input or of a question, and prints them as YAML to paste. */
export async function encryptString({
  flags,
  words,
  io,
}: Use & { readonly flags: StringFlags }): Promise<void> {
  const readsInput =
    words.includes('-') || flags['stdin-name'] !== undefined || (words.length === 0 && !flags.prompt)
  if (flags.prompt && readsInput) throw new UsageError('--prompt and standard input exclude each other')
  const key = await encryptingKey(flags, io, { inputIsData: readsInput })
  const secrets: Secret[] = []
  if (flags.prompt) secrets.push(await fromPrompt(flags, io))
  if (readsInput) {
    secrets.push({ name: flags['stdin-name'], text: await readInput('-', io), from: 'standard input' })
  }
  secrets.push(
    ...fromWords(
      words.filter((word) => word !== '-'),
      flags.name ?? [],
      io,
    ),
  )
  for (const { text, from } of secrets) {
    if (text.length === 0) throw new UsageError(`the text from ${from} is empty`)
  }
  const yaml = `${secrets.map((secret) => asYaml(secret, key)).join('\n')}\n`
  const { output } = flags
  if (secrets.length > 1)
    secrets.forEach(({ name, from }, index) => {
      io.err(
        `# ${index + 1}: ${name === undefined ? 'a text without a name' : `variable "${name}"`} from ${from}\n`,
      )
    })
  if (output === undefined || output === '-') writeOutput(yaml, io)
  else replaceFile(resolve(io.cwd, output), yaml)
  if (io.terminal) io.err('Encryption successful\n')
}

async function fromPrompt(flags: StringFlags, io: Io): Promise<Secret> {
  const given = flags.name?.[0] ?? (await ask('Variable name (enter for no name): ', io, { shown: true }))
  const shown = flags['show-input'] === true
  const text = await ask(`String to encrypt${shown ? '' : ' (hidden)'}: `, io, { shown })
  return { name: given === '' ? undefined : given, text: Buffer.from(text), from: 'the question' }
}

function fromWords(words: readonly string[], names: readonly string[], { err }: Io): readonly Secret[] {
  if (names.length > 0 && words.length > names.length) {
    err(`there are more texts than names: those after the variable "${names.at(-1)}" have none\n`)
  }
  return words.map((word, index) => ({
    name: names[index],
    text: Buffer.from(word),
    from: 'the command line',
  }))
}

function asYaml({ name, text }: Secret, key: VaultKey): string {
  const lines = seal(text, key).trimEnd().split('\n')
  return [`${name === undefined ? '' : `${name}: `}!vault |`, ...lines.map((line) => INDENT + line)].join(
    '\n',
  )
}
