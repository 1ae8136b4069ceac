import { open, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { InventoryError } from '../core/errors.ts'
import { type Decrypt, readText } from '../core/read-text.ts'
import { inSlices } from '../core/slices.ts'
import { didYouMean } from '../core/suggest.ts'
import { readTofuOutputs } from '../core/tofu/outputs.ts'
import { type DuplicateKeys, warningsOf } from '../core/yaml/duplicates.ts'
import type { YamlDocument } from '../core/yaml/parse.ts'
import { parseYamlInSlices } from '../core/yaml/parse-in-slices.ts'
import { addConstructed, CONSTRUCTED_PLUGINS, type ConstructedOptions } from './constructed.ts'
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
  /** What constructed sources evaluate with; asked for by the first of them. */
  readonly construct?: (() => Promise<ConstructedOptions>) | undefined
  /** Called between two slices of long work; may throw to give up. */
  readonly rest: () => Promise<void>
}

const COLLECT = { duplicateKeys: 'collect' } as const

type Reader = (draft: Draft, file: string, options: SourceOptions) => Promise<void>

const READERS: Readonly<Record<string, Reader>> = {
  '.yml': addYaml,
  '.yaml': addYaml,
  '.json': addYaml,
  '.ts': addModule,
  '.mts': addModule,
  '.js': addModule,
  '.mjs': addModule,
  '.ini': async (draft, file, { decrypt, rest }) =>
    inSlices(addIni(draft, await readText(file, decrypt), file), rest),
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
  if (await isProgram(file)) return addProgram(draft, file, options)
  const text = await readText(file, options.decrypt)
  if (isJson(file, text) || isYaml(text)) return addText(draft, text, file, options)
  return inSlices(addIni(draft, text, file), options.rest)
}

/** Adds the hosts of a list such as `web1,web[2:3],`; they are in no group. */
export function addHostList(draft: Draft, list: string): void {
  for (const word of list.split(',')) {
    const pattern = word.trim()
    if (pattern === '') continue
    const { names, port } = hostsOf(pattern)
    for (const name of names) {
      const host = addHost(draft, name, 'ungrouped', undefined)
      if (port !== undefined) host.vars.set('ansible_port', port)
    }
  }
}

async function addYaml(draft: Draft, file: string, options: SourceOptions): Promise<void> {
  return addText(draft, await readText(file, options.decrypt), file, options)
}

async function addText(draft: Draft, text: string, file: string, options: SourceOptions): Promise<void> {
  const json = isJson(file, text)
  const document = json ? parseJson(text, file) : await parseYamlInSlices(text, file, options.rest, COLLECT)
  for (const warning of warningsOf(document.duplicates, options.duplicateKeys)) draft.warnings.push(warning)
  return addDocument(draft, document, file, options, json)
}

async function addModule(draft: Draft, file: string, options: SourceOptions): Promise<void> {
  const data = await importDefault(file)
  refusePrototypeKeys(data, file)
  return addDocument(draft, { data, locate: () => ({ file }), duplicates: [] }, file, options)
}

async function addDocument(
  draft: Draft,
  document: YamlDocument,
  file: string,
  { rest, construct }: SourceOptions,
  json = false,
): Promise<void> {
  const { data, locate } = document
  const plugin = typeof data === 'object' && data !== null ? (data as { plugin?: unknown }).plugin : undefined
  if (typeof plugin === 'string') {
    if (TOFU_PLUGINS.includes(plugin)) return addTofu(draft, data as Record<string, unknown>, file)
    if (CONSTRUCTED_PLUGINS.includes(plugin) && construct !== undefined)
      return addConstructed(draft, data as Record<string, unknown>, file, await construct())
    const known = [...TOFU_PLUGINS, ...CONSTRUCTED_PLUGINS]
    throw new InventoryError(`inventory plugin '${plugin}' is not known${didYouMean(plugin, known)}`, {
      at: locate(data, 'plugin'),
      hint: `plugins: ${known.join(', ')}; anything else works as a program that prints JSON for --list`,
    })
  }
  if (json && isListing(data)) await inSlices(addListing(draft, data, file), rest)
  else await inSlices(addTree(draft, data, file, locate), rest)
}

function isJson(file: string, text: string): boolean {
  return file.endsWith('.json') || text.trimStart().startsWith('{')
}

/** Whether the first line that says something starts a document or is a key of YAML; else it is INI. */
function isYaml(text: string): boolean {
  const first = /^(?![ \t]*(?:[#;]|$)).+/m.exec(text)?.[0] ?? ''
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
