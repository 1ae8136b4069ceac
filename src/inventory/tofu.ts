import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { InventoryError, PlayscriptError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import { atOnce } from '../core/slices.ts'
import { didYouMean } from '../core/suggest.ts'
import {
  optionalTextOutput,
  readTofuOutputs,
  type TofuOutputs,
  type TofuSource,
  textOutput,
} from '../core/tofu/outputs.ts'
import { parseYaml, type YamlDocument } from '../core/yaml/parse.ts'
import { type Draft, setGroupVariable } from './draft.ts'
import { HOST_KEY_VARIABLE } from './host-key.ts'
import { addTree } from './tree.ts'

/** Values of `plugin:` that mean this source. */
export const TOFU_PLUGINS: readonly string[] = ['tofu', 'opentofu', 'terraform']

/** The outputs a stack gives its inventory by, and their names in infra/provision-k8s. */
export const OUTPUTS = {
  inventory: 'ansible_inventory_yaml',
  variables: 'ansible_vars',
  privateKey: 'ssh_private_key',
  hostKey: 'ssh_host_public_key',
} as const

const KEYS: readonly string[] = [
  'plugin',
  'project_path',
  'state_file',
  'outputs_file',
  'binary_path',
  'workspace',
]

/**
 * Adds what a stack's outputs say to a draft: the groups and hosts of `ansible_inventory_yaml`, `ansible_vars` as
 * variables of `all`, and `ssh_host_public_key` for its host.
 * @param config the mapping with `plugin: tofu`; its keys are those of the collection cloud.terraform where that has
 * them (project_path, state_file, binary_path, workspace), and outputs_file. Paths are relative to `file`.
 * @throws InventoryError for an unknown key, or outputs that are missing or wrong
 */
export async function addTofu(
  draft: Draft,
  config: Readonly<Record<string, unknown>>,
  file: string,
): Promise<void> {
  for (const key of Object.keys(config)) {
    if (KEYS.includes(key)) continue
    throw new InventoryError(`'${key}' is not a key of plugin tofu${didYouMean(key, KEYS)}`, {
      at: { file },
      hint: `keys: ${KEYS.join(', ')}`,
    })
  }
  const paths = config.project_path
  const many = Array.isArray(paths) ? paths : [paths]
  for (const path of many) {
    const source = { ...config, ...(path === undefined ? {} : { project_path: path }) }
    addOutputs(draft, await readTofuOutputs(sourceOf(source, file), dirname(file)), file)
  }
}

/** Adds outputs that have been read already. */
export function addOutputs(draft: Draft, outputs: TofuOutputs, file: string): void {
  warnWhenReadable(draft, outputs)
  const before = new Set(draft.hosts.keys())
  const inventory = yamlOutput(outputs, OUTPUTS.inventory)
  quietly(outputs, OUTPUTS.inventory, () => atOnce(addTree(draft, inventory.data, file, inventory.locate)))
  if (outputs.values.get(OUTPUTS.variables)?.value != null) {
    const { data } = yamlOutput(outputs, OUTPUTS.variables)
    for (const [name, value] of Object.entries(data ?? {})) setGroupVariable(draft, 'all', name, value)
  }
  const added = [...draft.hosts.values()].filter((host) => !before.has(host.name))
  const [only] = added
  const hostKey = optionalTextOutput(outputs, OUTPUTS.hostKey)
  if (
    only !== undefined &&
    added.length === 1 &&
    hostKey !== undefined &&
    !only.vars.has(HOST_KEY_VARIABLE)
  ) {
    only.vars.set(HOST_KEY_VARIABLE, hostKey.trim())
  }
  if (!outputs.values.has(OUTPUTS.privateKey)) return
  for (const host of added) {
    const key = host.vars.get('ansible_ssh_private_key_file')
    if (
      typeof key === 'string' &&
      !key.includes('{{') &&
      !existsSync(resolve(key.replace(/^~(?=\/)/, homedir())))
    ) {
      draft.warnings.push(
        `${key}, the private key of host '${host.name}', is not there: 'playscript inventory generate' writes it`,
      )
    }
  }
}

/** A state or outputs file with secrets in it should be its owner's alone. */
function warnWhenReadable(draft: Draft, { from, values }: TofuOutputs): void {
  const found = statSync(from, { throwIfNoEntry: false })
  const secret = [...values.values()].some(({ sensitive }) => sensitive)
  if (!secret || found === undefined || !found.isFile() || (found.mode & 0o004) === 0) return
  draft.warnings.push(`${from} holds secrets and is readable by everyone; run: chmod 600 ${from}`)
}

/**
 * The mapping that an output holds as YAML text.
 * @throws InventoryError with the line inside the output; without its text when the output is sensitive
 */
export function yamlOutput(outputs: TofuOutputs, name: string): YamlDocument {
  const text = textOutput(outputs, name)
  return quietly(outputs, name, () => {
    const document = parseYaml(text, `${outputs.from} (output ${name})`)
    if (typeof document.data === 'object' && !Array.isArray(document.data)) return document
    throw new InventoryError('the output must hold a mapping in YAML', { at: document.locate() })
  })
}

/** Runs something that may quote the output in its error, and takes the quote out when the output is sensitive. */
function quietly<T>(outputs: TofuOutputs, name: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof PlayscriptError) || outputs.values.get(name)?.sensitive !== true) throw error
    const at: Location = error.at ?? { file: `${outputs.from} (output ${name})` }
    throw new InventoryError(
      `output '${name}' is not a valid inventory here; its text is sensitive and not shown`,
      {
        at,
      },
    )
  }
}

function sourceOf(config: Readonly<Record<string, unknown>>, file: string): TofuSource {
  const { plugin: _, ...keys } = config
  for (const [key, value] of Object.entries(keys)) {
    if (typeof value !== 'string')
      throw new InventoryError(`'${key}' must be a path, as text`, { at: { file } })
  }
  return keys
}
