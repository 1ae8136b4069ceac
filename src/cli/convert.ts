import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ConvertReport } from '../convert/convert.ts'
import { UsageError } from '../core/errors.ts'
import { formatLocation } from '../core/location.ts'
import type { Io } from './io.ts'

const FLAGS = {
  out: { type: 'string' },
  force: { type: 'boolean' },
  replace: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const USAGE = `Usage: playscript convert ROLE|PLAYBOOK [--out DIR] [--force] [--replace]

ROLE is a role's folder, or its name in roles/; PLAYBOOK is a YAML file, converted with all that it names.
--out DIR    write there, with copies of all other files, instead of beside the YAML files
--force      write over TypeScript files that are there
--replace    remove the YAML files once TypeScript was found to give the same
`

/**
 * `playscript convert`: turns a role or a playbook from YAML into TypeScript and checks that both do the same.
 * @throws {UsageError} {YamlError} {PlaybookError}
 */
export async function convertCommand(argv: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(argv)
  if (values.help) {
    io.out(USAGE)
    return 0
  }
  const [given, second] = positionals
  if (given === undefined || second !== undefined) {
    throw new UsageError('say what to convert: one role or one playbook', { hint: USAGE })
  }
  if (values.out !== undefined && values.replace) {
    throw new UsageError('--replace removes files that --out leaves without a successor: give one of them')
  }
  const { convert } = await import('../convert/convert.ts')
  const out = values.out === undefined ? undefined : resolve(io.cwd, values.out)
  const { force, replace } = values
  print(await convert({ path: pathOf(given, io.cwd), out, force, replace }), io)
  return 0
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { hint: USAGE })
  }
}

function pathOf(given: string, cwd: string): string {
  const places = [resolve(cwd, given), join(cwd, 'roles', given)]
  const found = places.find((path) => existsSync(path))
  if (found === undefined) throw new UsageError(`there is no role or playbook '${given}'`)
  return found
}

function print({ written, removed, kept, remarks }: ConvertReport, { out, cwd }: Io): void {
  const short = (path: string) => {
    const name = relative(cwd, path)
    return name.startsWith('..') ? path : name
  }
  for (const path of written) out(`written: ${short(path)}\n`)
  for (const path of removed) out(`removed: ${short(path)}\n`)
  for (const { path, reason } of kept) out(`stays YAML: ${short(path)} (${reason})\n`)
  for (const { file, line, message } of remarks) {
    out(`${formatLocation({ file, ...(line === undefined ? {} : { line }) }, cwd)}: ${message}\n`)
  }
  out('Loaded from both languages, the plays are the same.\n')
}
