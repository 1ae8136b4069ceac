import { InventoryError, messageOf } from '../core/errors.ts'
import { inSlices } from '../core/slices.ts'
import type { Draft } from './draft.ts'
import { parseJson } from './json.ts'
import { addHostVariables, addListing } from './listing.ts'

const AT_ONCE = 8

/**
 * Runs an inventory program with `--list`, and with `--host NAME` for each host when its output has no
 * `_meta.hostvars`, and adds what it prints to a draft (Ansible docs: 'Inventory script conventions').
 * @param options.rest called between two slices of long work
 * @throws InventoryError when the program fails or prints something else
 */
export async function addProgram(
  draft: Draft,
  file: string,
  { cwd, rest }: { readonly cwd: string; readonly rest: () => Promise<void> },
): Promise<void> {
  const { data } = parseJson(await output(file, ['--list'], cwd), file)
  const silent = await inSlices(addListing(draft, data, file), rest)
  for (let from = 0; from < silent.length; from += AT_ONCE) {
    await rest()
    const batch = silent.slice(from, from + AT_ONCE)
    const answers = await Promise.all(batch.map((host) => output(file, ['--host', host], cwd)))
    for (const [index, host] of batch.entries()) {
      const text = answers[index]?.trim() ?? ''
      addHostVariables(draft, host, text === '' ? {} : parseJson(text, file).data, { file })
    }
  }
}

async function output(file: string, parameters: readonly string[], cwd: string): Promise<string> {
  // Loaded by those who need it: it takes longer than all the rest of an inventory.
  const { execa } = await import('execa')
  const result = await execa(file, parameters, { cwd, reject: false, stdin: 'ignore' })
  if (!result.failed) return result.stdout
  const why = result.stderr.trim() || (result.exitCode === undefined ? messageOf(result.cause) : '')
  throw new InventoryError(
    `inventory program ${parameters.join(' ')} failed${result.exitCode === undefined ? '' : ` (exit code ${result.exitCode})`}${why === '' ? '' : `: ${why}`}`,
    { at: { file } },
  )
}
