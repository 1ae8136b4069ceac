import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError } from '../core/errors.ts'
import { formatLocation } from '../core/location.ts'
import { surroundingsOf } from './config/expand.ts'
import { loadSettings } from './config/load.ts'
import { inventoryExpressions } from './inventory-expressions.ts'
import type { Io } from './io.ts'
import { VAULT_FLAGS } from './vault/flags.ts'
import { decryptOf, openVault } from './vault/open-vault.ts'

const FLAGS = {
  inventory: { type: 'string', short: 'i', multiple: true },
  list: { type: 'boolean' },
  graph: { type: 'boolean' },
  vars: { type: 'boolean' },
  host: { type: 'string' },
  'extra-vars': { type: 'string', short: 'e', multiple: true },
  from: { type: 'string' },
  'private-key-file': { type: 'string' },
  force: { type: 'boolean' },
  ...VAULT_FLAGS,
  help: { type: 'boolean', short: 'h' },
} as const

const USAGE = `Usage: playscript inventory --list | --graph [--vars] | --host NAME   [-i SOURCE] [-e VARS]
       playscript inventory generate [--from STACK] [-i FOLDER] [--private-key-file FILE] [--force]

STACK is a folder with an OpenTofu or Terraform stack, its state file, or the output of \`tofu output -json\`.
`

/**
 * `playscript inventory`: shows an inventory as `ansible-inventory` does, or writes it from a stack's outputs.
 * @throws {UsageError} {InventoryError}
 */
export async function inventoryCommand(argv: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(argv)
  if (values.help) {
    io.out(USAGE)
    return 0
  }
  if (positionals[0] === 'generate') return generate(values, io)
  const { loadInventory } = await import('../inventory/load.ts')
  const { loadGroupVars } = await import('../inventory/variable-folder.ts')
  const show = await import('../inventory/show.ts')
  const { settings, warnings } = await loadSettings(surroundingsOf(io))
  for (const warning of warnings) io.err(`[WARNING]: ${warning}\n`)
  const decrypt = decryptOf(await openVault(values, io, { settings }))
  const beside = join(io.cwd, 'inventory')
  const sources = values.inventory ?? settings.inventory ?? (existsSync(beside) ? [beside] : [])
  const { parseExtraVars } = await import('./extra-vars.ts')
  const extraVars = parseExtraVars(values['extra-vars'] ?? [])
  const read = { decrypt, duplicateKeys: settings.duplicate_dict_key }
  const constructed = { expressions: inventoryExpressions, extraVars }
  const inventory = await loadInventory(sources, { cwd: io.cwd, signal: io.signal, ...read, ...constructed })
  for (const warning of inventory.warnings) io.err(`[WARNING]: ${warning}\n`)
  const options = { playbook: await loadGroupVars(io.cwd, read) }
  if (values.host !== undefined) io.out(`${show.hostInventory(inventory, values.host, options)}\n`)
  else if (values.graph)
    io.out(`${show.graphInventory(inventory, { ...options, vars: values.vars === true })}\n`)
  else if (values.list) io.out(`${show.listInventory(inventory, options)}\n`)
  else
    throw new UsageError(
      'No action selected, at least one of --host, --graph or --list needs to be specified.',
      {
        hint: USAGE,
      },
    )
  return 0
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { hint: USAGE })
  }
}

async function generate(values: ReturnType<typeof parse>['values'], io: Io): Promise<number> {
  const { generateInventory, tofuSourceFrom } = await import('../inventory/generate.ts')
  const { readTofuOutputs } = await import('../core/tofu/outputs.ts')
  const source = await tofuSourceFrom(values.from ?? join('infra', 'provision-k8s'), io.cwd)
  const { files, warnings } = await generateInventory({
    outputs: await readTofuOutputs(source, io.cwd),
    inventoryDir: resolve(io.cwd, values.inventory?.[0] ?? 'inventory'),
    privateKeyFile: values['private-key-file'],
    force: values.force === true,
  })
  for (const warning of warnings) io.err(`[WARNING]: ${warning}\n`)
  for (const { file, change } of files) io.out(`${change}: ${formatLocation({ file }, io.cwd)}\n`)
  return 0
}
