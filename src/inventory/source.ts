import { open, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { InventoryError } from '../core/errors.ts'
import { type Decrypt, readText } from '../core/read-text.ts'
import { didYouMean } from '../core/suggest.ts'
import { readTofuOutputs } from '../core/tofu/outputs.ts'
import { type DuplicateKeys, warningsOf } from '../core/yaml/duplicates.ts'
import { parseYaml, type YamlDocument } from '../core/yaml/parse.ts'
import { addHost, type Draft } from './draft.ts'
import { addIni } from './ini.ts'
import { parseJson, refusePrototypeKeys } from './json.ts'
import { addListing, isListing } from './listing.ts'
import { addProgram } from './program.ts'
import { importDefault } from './read-file.ts'
import { addOutputs, addTofu, TOFU_PLUGINS } from './tofu.ts'
import { addTree, hostsOf } from './tree.ts'

/** What a source needs to know beside its file. */
export interface SourceOptions {
  readonly cwd: string
  readonly decrypt?: Decrypt | undefined
  /** What keys are that stand twice in one mapping. */
  readonly duplicateKeys?: DuplicateKeys | undefined
}

type Reader = (draft: Draft, file: string, options: SourceOptions) => Promise<void>

const READERS: Readonly<Record<string, Reader>> = {
  '.yml': addYaml,
  '.yaml': addYaml,
  '.json': addYaml,
  '.ts': addModule,
  '.mts': addModule,
  '.js': addModule,
  '.mjs': addModule,
  '.ini': async (draft, file, { decrypt }) => addIni(draft, await readText(file, decrypt), file),
  '.tfstate': async (draft, file, { cwd }) =>
    addOutputs(draft, await readTofuOutputs({ state_file: file }, cwd), file),
}

/**
 * Adds one inventory file to a draft. What kind it is shows in its name; a file without a known ending may be a
 * program, YAML, JSON or INI.
 * @throws InventoryError with the place
 */
export async function addFile(draft: Draft, file: string, options: SourceOptions): Promise<void> {
  const reader = READERS[extname(file)]
  if (reader !== undefined) return reader(draft, file, options)
  if (await isProgram(file)) return addProgram(draft, file, options.cwd)
  const text = await readText(file, options.decrypt)
  if (isJson(file, text)) return addDocument(draft, parseJson(text, file), file, true)
  if (isYaml(text)) return addDocument(draft, documentOf(text, file, draft, options), file)
  return addIni(draft, text, file)
}

/** Adds the hosts of a list such as `web1,web[2:3],`; they are in no group. */
export function addHostList(draft: Draft, list: string): void {
  for (const word of list.split(',')) {
    const pattern = word.trim()
    if (pattern === '') continue
    const { names, port } = hostsOf(pattern, undefined)
    for (const name of names) {
      const host = addHost(draft, name, 'ungrouped', undefined)
      if (port !== undefined) host.vars.set('ansible_port', port)
    }
  }
}

async function addYaml(draft: Draft, file: string, options: SourceOptions): Promise<void> {
  const text = await readText(file, options.decrypt)
  return isJson(file, text)
    ? addDocument(draft, parseJson(text, file), file, true)
    : addDocument(draft, documentOf(text, file, draft, options), file)
}

function documentOf(
  text: string,
  file: string,
  { warnings }: Draft,
  { duplicateKeys }: SourceOptions,
): YamlDocument {
  const document = parseYaml(text, file, { duplicateKeys: 'collect' })
  warnings.push(...warningsOf(document.duplicates, duplicateKeys))
  return document
}

async function addModule(draft: Draft, file: string): Promise<void> {
  const data = await importDefault(file)
  refusePrototypeKeys(data, file)
  return addDocument(draft, { data, locate: () => ({ file }), duplicates: [] }, file)
}

async function addDocument(draft: Draft, document: YamlDocument, file: string, json = false): Promise<void> {
  const { data, locate } = document
  const plugin = typeof data === 'object' && data !== null ? (data as { plugin?: unknown }).plugin : undefined
  if (typeof plugin === 'string') {
    if (TOFU_PLUGINS.includes(plugin)) return addTofu(draft, data as Record<string, unknown>, file)
    throw new InventoryError(`inventory plugin '${plugin}' is not known${didYouMean(plugin, TOFU_PLUGINS)}`, {
      at: locate(data, 'plugin'),
      hint: `plugins: ${TOFU_PLUGINS.join(', ')}; anything else works as a program that prints JSON for --list`,
    })
  }
  if (json && isListing(data)) addListing(draft, data, file)
  else addTree(draft, data, file, locate)
}

function isJson(file: string, text: string): boolean {
  return file.endsWith('.json') || text.trimStart().startsWith('{')
}

/** Whether the first line that says something starts a document or is a key of YAML; else it is INI. */
function isYaml(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)) ?? ''
  return /^(?:---|['"]?[^\s=[\]'"]+['"]?:(?:\s|$))/.test(first)
}

/** Executable and made to be run: a set mode bit alone says nothing on some file systems. */
async function isProgram(file: string): Promise<boolean> {
  const { mode } = await stat(file)
  if ((mode & 0o111) === 0 || basename(file).startsWith('.')) return false
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4) })
    const head = buffer.subarray(0, bytesRead).toString('latin1')
    return head.startsWith('#!') || head === '\x7fELF'
  } finally {
    await handle.close()
  }
}
