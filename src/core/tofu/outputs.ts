import { access, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { InventoryError } from '../errors.ts'
import { readText } from '../read-text.ts'
import { didYouMean } from '../suggest.ts'
import { readJson as parseJson } from '../values/read-json.ts'

/** The outputs of an OpenTofu or Terraform stack. Values may be secrets: none is ever put into a message. */
export interface TofuOutputs {
  /** Where they were read, for messages. */
  readonly from: string
  readonly values: ReadonlyMap<string, TofuOutput>
}

export interface TofuOutput {
  readonly value: unknown
  readonly sensitive: boolean
  /** The type as OpenTofu writes it: `"string"`, `["list", "string"]`. */
  readonly type?: unknown
}

/** Where to read outputs; the first that is given wins: outputs_file, state_file, project_path. */
export interface TofuSource {
  /** The stack's folder; its outputs are asked of `tofu`, else `terraform`, else of its local state. */
  readonly project_path?: string
  /** A state file of format 4, relative to project_path. */
  readonly state_file?: string
  /** What `tofu output -json` printed. */
  readonly outputs_file?: string
  /** The program to ask, instead of looking for `tofu` and `terraform`. */
  readonly binary_path?: string
  /** The workspace to ask for; default: the one selected in project_path. */
  readonly workspace?: string
}

type Fields = Readonly<Record<string, unknown>>

const LOCAL_STATE = 'terraform.tfstate'
const APPLY = 'apply the stack first: tofu apply'

/**
 * Reads the outputs of a stack.
 * @param source paths relative to `cwd`
 * @throws InventoryError when nothing can be read, saying what else works; when the state is empty or encrypted
 */
export async function readTofuOutputs(source: TofuSource, cwd: string): Promise<TofuOutputs> {
  const project = resolve(cwd, source.project_path ?? '.')
  if (source.outputs_file !== undefined) return readJson(resolve(cwd, source.outputs_file), outputsOf)
  if (source.state_file !== undefined) return readJson(resolve(project, source.state_file), stateOutputs)
  if (!(await isFolder(project))) {
    throw new InventoryError('is not a folder', {
      at: { file: project },
      hint: 'project_path is the stack’s folder',
    })
  }
  const printed = await askProgram(project, source)
  if (printed !== undefined) return nonEmpty(project, outputsOf(parse(printed, project), project))
  const state = join(project, localState(source.workspace))
  if (await exists(state)) return readJson(state, stateOutputs)
  throw new InventoryError(
    `neither tofu nor terraform is installed, and there is no ${localState(source.workspace)} to read instead`,
    {
      at: { file: project },
      hint: "install OpenTofu, or give outputs_file (the output of 'tofu output -json') or state_file",
    },
  )
}

/**
 * One output that must be text.
 * @throws InventoryError naming the output, and the nearest one when it is missing
 */
export function textOutput(outputs: TofuOutputs, name: string): string {
  const found = outputNamed(outputs, name)
  const at = { file: outputs.from }
  if (typeof found.value !== 'string') {
    throw new InventoryError(`output '${name}' must be text, but is ${kindOf(found.value)}`, { at })
  }
  return found.value
}

/**
 * One output, whatever its value is.
 * @throws InventoryError naming the nearest one when it is missing
 */
export function outputNamed(outputs: TofuOutputs, name: string): TofuOutput {
  const found = outputs.values.get(name)
  const at = { file: outputs.from }
  if (found === undefined) {
    const names = [...outputs.values.keys()]
    throw new InventoryError(`there is no output '${name}'${didYouMean(name, names)}`, {
      at,
      hint: `outputs there: ${names.join(', ') || 'none'}`,
    })
  }
  if (found.value === null || found.value === undefined) {
    throw new InventoryError(`output '${name}' has no value yet`, { at, hint: APPLY })
  }
  return found
}

/** One output that must be text when it is there; undefined when it is missing or null. */
export function optionalTextOutput(outputs: TofuOutputs, name: string): string | undefined {
  const value = outputs.values.get(name)?.value
  return value === undefined || value === null ? undefined : textOutput(outputs, name)
}

async function askProgram(project: string, source: TofuSource): Promise<string | undefined> {
  const programs = source.binary_path === undefined ? ['tofu', 'terraform'] : [source.binary_path]
  for (const program of programs) {
    const env = {
      TF_IN_AUTOMATION: '1',
      ...(source.workspace === undefined ? {} : { TF_WORKSPACE: source.workspace }),
    }
    const { execa } = await import('execa')
    const result = await execa(program, ['output', '-json', '-no-color'], {
      cwd: project,
      env,
      reject: false,
      stdin: 'ignore',
    })
    if (!result.failed) return result.stdout
    if (result.code !== 'ENOENT') {
      throw new InventoryError(
        `'${program} output -json' failed: ${result.stderr.trim() || result.shortMessage}`,
        {
          at: { file: project },
          hint: `run '${program} init' there, or give state_file or outputs_file`,
        },
      )
    }
  }
  if (source.binary_path === undefined) return undefined
  throw new InventoryError(`binary_path '${source.binary_path}' does not exist`, { at: { file: project } })
}

async function readJson(
  file: string,
  pick: (data: Fields, file: string) => Map<string, TofuOutput>,
): Promise<TofuOutputs> {
  return nonEmpty(file, pick(parse(await readText(file), file), file))
}

function nonEmpty(from: string, values: Map<string, TofuOutput>): TofuOutputs {
  if (values.size > 0) return { from, values }
  throw new InventoryError('there are no outputs: the state is empty', { at: { file: from }, hint: APPLY })
}

/** What `tofu output -json` prints, or `tofu show -json`, which has the same below `values`. */
function outputsOf(data: Fields, file: string): Map<string, TofuOutput> {
  const values = data.values
  const outputs = isFields(values) && isFields(values.outputs) ? values.outputs : data
  const found = Object.entries(outputs).filter(([, output]) => isFields(output) && 'value' in output)
  if (found.length === 0 && Object.keys(outputs).length > 0) {
    throw new InventoryError("is not the output of 'tofu output -json'", {
      at: { file },
      hint: 'a state file goes into state_file',
    })
  }
  return new Map(found.map(([name, output]) => [name, toOutput(output as Fields)]))
}

function stateOutputs(data: Fields, file: string): Map<string, TofuOutput> {
  const at = { file }
  if ('encrypted_data' in data) {
    throw new InventoryError('the state is encrypted', {
      at,
      hint: 'give project_path, so that tofu itself reads it',
    })
  }
  if (data.version !== 4 || !isFields(data.outputs)) {
    throw new InventoryError(`is not a state file of version 4 (version: ${JSON.stringify(data.version)})`, {
      at,
      hint: "run 'tofu output -json' into a file and give it as outputs_file",
    })
  }
  return new Map(Object.entries(data.outputs).map(([name, output]) => [name, toOutput(output as Fields)]))
}

function toOutput(output: Fields): TofuOutput {
  const type = output.type === undefined ? {} : { type: output.type }
  return { value: output.value, sensitive: output.sensitive === true, ...type }
}

function parse(text: string, file: string): Fields {
  const at = { file }
  if (text.trim() === '') throw new InventoryError('is empty', { at, hint: APPLY })
  try {
    const data = parseJson(text)
    if (isFields(data)) return data
  } catch {
    // JSON.parse quotes the text around a mistake, which may be a secret: its message and the cause are dropped.
  }
  throw new InventoryError('is not a JSON object', { at })
}

function localState(workspace: string | undefined): string {
  return workspace === undefined || workspace === 'default'
    ? LOCAL_STATE
    : join('terraform.tfstate.d', workspace, LOCAL_STATE)
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
