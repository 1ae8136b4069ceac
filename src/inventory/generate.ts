import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { InventoryError } from '../core/errors.ts'
import { optionalTextOutput, type TofuOutputs, type TofuSource, textOutput } from '../core/tofu/outputs.ts'
import { generatedInventory } from './generated-inventory.ts'
import { OUTPUTS, yamlOutput } from './tofu.ts'
import { type FileChange, writeAtomically } from './write-file.ts'

/** What to generate, and where. */
export interface GenerateOptions {
  /** From readTofuOutputs. */
  readonly outputs: TofuOutputs
  /** Folder that gets k3s-cluster.yml, known_hosts.txt and group_vars/all.yml. */
  readonly inventoryDir: string
  /** Where the private key goes; default: where the inventory says, else ~/.ssh/k3s-cluster. */
  readonly privateKeyFile?: string | undefined
  /** Replace a different private key, and inventory files that were not generated. */
  readonly force?: boolean
  /** Write known_hosts.txt and point ssh to it, for plain ssh and for Ansible; default: true. */
  readonly knownHosts?: boolean
}

/** What was generated. */
export interface Generated {
  readonly files: readonly GeneratedFile[]
  readonly warnings: readonly string[]
}

/** A file and what became of it; the content is never part of it. */
export interface GeneratedFile {
  readonly file: string
  readonly change: FileChange
}

const INVENTORY_FILE = 'k3s-cluster.yml'
/** Ansible skips `.txt` in an inventory folder; it would take a file `known_hosts` for an inventory. */
const KNOWN_HOSTS_FILE = 'known_hosts.txt'
const DEFAULT_KEY_FILE = '~/.ssh/k3s-cluster'
const MARK = '# Generated from the outputs of the OpenTofu stack; the next generation overwrites changes.\n'

/**
 * Writes an inventory from a stack's outputs: `ansible_inventory_yaml`, `ansible_vars`, and the private key, mode
 * 0600. The host's public key goes into the inventory and into known_hosts.txt, so that the very first connection
 * is verified, by ssh and by Ansible too. A second run with the same outputs writes nothing.
 * @returns every file with what became of it; a warning when no host key is among the outputs
 * @throws InventoryError for missing outputs; for a private key that differs from the one there, or a file that
 * was not generated, unless `force` is set. Then nothing has been written.
 */
export async function generateInventory(options: GenerateOptions): Promise<Generated> {
  const { outputs, inventoryDir, force = false, knownHosts = true } = options
  const wantedKeyFile = absolute(options.privateKeyFile)
  const { text, keyFile, known, unverified } = generatedInventory(outputs, {
    keyFile: wantedKeyFile,
    knownHostsFile: knownHosts ? KNOWN_HOSTS_FILE : undefined,
  })
  yamlOutput(outputs, OUTPUTS.variables)
  const files = [
    {
      file: join(inventoryDir, INVENTORY_FILE),
      raw: textOutput(outputs, OUTPUTS.inventory),
      content: MARK + text,
      mode: outputs.values.get(OUTPUTS.inventory)?.sensitive === true ? 0o600 : 0o644,
    },
    {
      file: join(inventoryDir, 'group_vars', 'all.yml'),
      raw: textOutput(outputs, OUTPUTS.variables),
      content: MARK + textOutput(outputs, OUTPUTS.variables),
      mode: outputs.values.get(OUTPUTS.variables)?.sensitive === true ? 0o600 : 0o644,
    },
    ...(known === ''
      ? []
      : [{ file: join(inventoryDir, KNOWN_HOSTS_FILE), raw: known, content: MARK + known, mode: 0o644 }]),
  ]
  const key = privateKey(outputs, wantedKeyFile ?? keyFile ?? DEFAULT_KEY_FILE)
  if (!force) {
    for (const { file, raw } of files) await refuseForeign(file, raw)
    if (key !== undefined) await refuseOtherKey(key)
  }
  const changes: GeneratedFile[] = []
  if (key !== undefined) {
    const change = await writeAtomically(key.file, key.content, { mode: 0o600, dirMode: 0o700 })
    changes.push({ file: key.file, change })
  }
  for (const { file, content, mode } of files) {
    changes.push({ file, change: await writeAtomically(file, content, { mode }) })
  }
  const warnings = unverified.map(
    (host) =>
      `the public key of host '${host}' is not among the outputs (${OUTPUTS.hostKey}): add it by hand before the first connection`,
  )
  return { files: changes, warnings }
}

/** A relative path in an inventory would start from whatever folder a run starts in. */
function absolute(path: string | undefined): string | undefined {
  return path === undefined || path.startsWith('~/') ? path : resolve(path)
}

/**
 * What `--from` means: a folder is a stack, `.tfstate` a state file, anything else the output of `tofu output -json`.
 * @throws InventoryError when there is nothing of that name
 */
export async function tofuSourceFrom(path: string, cwd: string): Promise<TofuSource> {
  const file = resolve(cwd, path)
  const found = await stat(file).catch((cause: unknown) => {
    throw new InventoryError('there is no such folder or file', { at: { file }, cause })
  })
  if (found.isDirectory()) return { project_path: file }
  return extname(file) === '.tfstate' ? { state_file: file } : { outputs_file: file }
}

interface PrivateKey {
  readonly file: string
  readonly content: string
}

function privateKey(outputs: TofuOutputs, path: string): PrivateKey | undefined {
  const text = optionalTextOutput(outputs, OUTPUTS.privateKey)
  if (text === undefined) return undefined
  if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*$/.test(text)) {
    throw new InventoryError(`output '${OUTPUTS.privateKey}' is not a private key in PEM form`, {
      at: { file: outputs.from },
    })
  }
  return { file: resolve(path.replace(/^~(?=\/)/, homedir())), content: `${text.trimEnd()}\n` }
}

async function refuseOtherKey({ file, content }: PrivateKey): Promise<void> {
  const old = await readOptional(file)
  if (old === undefined || old.trimEnd() === content.trimEnd()) return
  throw new InventoryError('another private key is there already; it was left as it is', {
    at: { file },
    hint: 'give another place with --private-key-file, or replace it with --force',
  })
}

async function refuseForeign(file: string, raw: string): Promise<void> {
  const old = await readOptional(file)
  if (old === undefined || old.trim() === '' || old.startsWith(MARK) || old.trim() === raw.trim()) return
  throw new InventoryError('was not generated, and would be overwritten; it was left as it is', {
    at: { file },
    hint: 'move it away, or replace it with --force',
  })
}

async function readOptional(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new InventoryError(`cannot be read: ${error.message}`, { at: { file }, cause: error })
  })
}
