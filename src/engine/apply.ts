import { createReadStream, statSync } from 'node:fs'
import { TaskError } from '../core/errors.ts'
import { stripMarks } from '../core/marks.ts'
import type { ActStep, Content, Remote, Step, StepOutput, WriteStep } from '../core/module.ts'
import { PLACE } from '../core/place.ts'
import { lines, Script, sh } from '../core/quote.ts'
import type { Reply, RequestOptions, Shell } from '../core/remote.ts'
import { type Compiled, compileSteps, exportVariables, type ShellStep } from './compile.ts'
import { CHANGED, StaleError } from './guard.ts'
import { printBytes, type Uploaded } from './write-file.ts'

/** Content up to this many bytes travels inside the request; what is larger goes in pieces beforehand. */
const INSIDE = 128 * 1024
const PIECE = 512 * 1024

/** How many pieces are on their way at a time. */
const UNDERWAY = 4

/** Content from this many bytes on takes long enough that one wants to see how far it is. */
const SLOW = 20_000_000

/** Signals have the numbers up to this; a higher exit code is one that a command has chosen, such as 255. */
const SIGNALS = 64

export interface ApplyOptions extends RequestOptions {
  /** The task's `environment`. */
  readonly environment?: Readonly<Record<string, string>>
  /** What act steps get to work with; without it there must be none. */
  readonly remote?: Remote | undefined
  /** A directory that is locked for these steps. */
  readonly locked?: string | undefined
}

/**
 * Carries out steps in order and gives the outputs of those that have a name (`as`). Shell steps that follow one
 * another share a round trip. The first failure stops.
 * @throws {TaskError} naming the step that failed, with its rc, stdout and stderr
 */
export async function applySteps(
  shell: Shell | undefined,
  steps: readonly Step[],
  options: ApplyOptions = {},
): Promise<Readonly<Record<string, StepOutput>>> {
  const outputs: Record<string, StepOutput> = {}
  const groups = groupSteps(steps)
  // What an act step does comes and goes in ways of its own.
  const { sent, ...rest } = options
  const inGroup = groups.length === 1 ? options : rest
  for (const group of groups) {
    if (!Array.isArray(group)) {
      outputs[group.as ?? group.label] = await runAct(group, options.remote)
      continue
    }
    if (shell === undefined) throw new Error(`no host to run on: ${group[0]?.label}`)
    Object.assign(outputs, await runShellSteps(shell, group, inGroup))
  }
  return outputs
}

function groupSteps(steps: readonly Step[]): (ActStep | ShellStep[])[] {
  const groups: (ActStep | ShellStep[])[] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (step.kind === 'act') groups.push(step)
    else if (Array.isArray(last)) last.push(step)
    else groups.push([step])
  }
  return groups
}

async function runAct(step: ActStep, remote: Remote | undefined): Promise<StepOutput> {
  if (remote === undefined) throw new Error(`nothing to act with: ${step.label}`)
  const start = Date.now() / 1000
  const value = await step.act(remote)
  return { code: 0, stdout: '', stderr: '', value, start, end: Date.now() / 1000 }
}

async function runShellSteps(
  shell: Shell,
  steps: readonly ShellStep[],
  options: ApplyOptions,
): Promise<Record<string, StepOutput>> {
  const { script, mark } = await prepareSteps(shell, steps, options)
  const start = Date.now() / 1000
  const reply = await shell.request(script, {
    ...options,
    onOutput: withoutMarks(mark, options.onOutput),
  })
  const end = Date.now() / 1000
  return readOutputs(steps, mark, reply, { start, end })
}

/**
 * Compiles steps into one script that runs with the task's environment; what is too large for it is sent beforehand,
 * into the folder `temp` of the shell's target.
 */
export async function prepareSteps(
  shell: Shell,
  steps: readonly ShellStep[],
  options: ApplyOptions,
): Promise<Compiled> {
  const uploads = new Map<WriteStep, Uploaded>()
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'write' && sizeable(step.content)) {
      uploads.set(step, await upload(shell, step.content, index, options))
    }
  }
  const { script, mark } = compileSteps(steps, uploads, options.locked)
  return { script: lines(new Script(exportVariables(options.environment ?? {})), script), mark }
}

/** Content that the controller sends; a script's output is on the target already. */
type Sent = Exclude<Content, { readonly script: Script }>

function sizeable(content: Content): content is Sent {
  if (typeof content === 'string' || Buffer.isBuffer(content)) return content.length > INSIDE
  return 'file' in content
}

// Into a directory that only this shell's user can enter; the shell removes it when it ends, so that a cut link leaves
// nothing behind.
async function upload(
  shell: Shell,
  content: Sent,
  index: number,
  options: RequestOptions,
): Promise<Uploaded> {
  const place = { folder: shell.target.temp, name: String(index) }
  const enter = lines(PLACE, sh`place_keep ${place.folder}`)
  const start = lines(enter, sh`: >${place.name}`)
  const isFile = typeof content === 'object' && !Buffer.isBuffer(content)
  const pieces = isFile ? readPieces(content.file) : cut(content)
  const size = isFile ? statSync(content.file).size : Buffer.byteLength(content)
  const base64 = shell.target.tools.has('base64')
  const arrived = tellProgress(size, options.onOutput)
  const underway: Promise<void>[] = []
  await confirm(shell.request(start, { timeout: options.timeout, signal: options.signal }))
  try {
    for await (const piece of pieces) {
      const print = base64
        ? sh`printf %s ${piece.toString('base64')} | base64 -d`
        : new Script(printBytes(piece))
      const sent = send(shell, lines(enter, sh`${print} >>${place.name}`), options).then(() =>
        arrived(piece.length),
      )
      sent.catch(() => {})
      underway.push(sent)
      if (underway.length === UNDERWAY) await underway.shift()
    }
    await Promise.all(underway)
  } finally {
    await Promise.allSettled(underway)
  }
  return place
}

// The shell works on one piece while the next ones are on their way.
async function send(shell: Shell, script: Script, options: RequestOptions): Promise<void> {
  const { timeout, signal } = options
  const sent = shell.readAhead?.(script)
  await confirm(sent === undefined ? shell.request(script, { timeout, signal }) : sent({ timeout, signal }))
}

async function confirm(reply: Promise<Reply>): Promise<void> {
  const { code, stderr } = await reply
  if (code !== 0) throw new TaskError(`the upload failed: ${stderr.toString().trim()}`)
}

// Tells each tenth of what takes a while.
function tellProgress(size: number, tell: RequestOptions['onOutput']): (bytes: number) => void {
  let done = 0
  let told = 0
  return (bytes) => {
    done += bytes
    const tenths = Math.floor((done / size) * 10)
    if (size < SLOW || tenths === told) return
    told = tenths
    tell?.('stdout', Buffer.from(`sent ${tenths * 10} % of ${Math.round(size / 1e6)} MB\n`))
  }
}

function readPieces(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: PIECE })
}

function* cut(content: string | Buffer): Iterable<Buffer> {
  const bytes = Buffer.from(content)
  for (let offset = 0; offset < bytes.length; offset += PIECE) yield bytes.subarray(offset, offset + PIECE)
}

function withoutMarks(mark: string, onOutput: RequestOptions['onOutput']): RequestOptions['onOutput'] {
  if (onOutput === undefined) return undefined
  return (stream, chunk) => {
    const text = chunk.toString('latin1').replaceAll(new RegExp(`${mark}( \\d+)?\n`, 'g'), '')
    if (text !== '') onOutput(stream, Buffer.from(text, 'latin1'))
  }
}

/**
 * The outputs of steps, from what their script printed.
 * @throws {TaskError} for the first step whose exit code is no success
 */
export function readOutputs(
  steps: readonly ShellStep[],
  mark: string,
  reply: { readonly code: number; readonly stdout: Buffer; readonly stderr: Buffer },
  times: { readonly start: number; readonly end: number },
): Record<string, StepOutput> {
  const outputs: Record<string, StepOutput> = {}
  const stdout = reply.stdout.toString('utf8').split(new RegExp(`${mark} (\\d+)\n`))
  const stderr = reply.stderr.toString('utf8').split(`${mark}\n`)
  for (const [index, step] of steps.entries()) {
    const code = stdout[index * 2 + 1]
    const output = {
      // Without a mark the script itself was ended in this step: by a signal, or by the end of its shell.
      code: code === undefined ? reply.code || 1 : Number(code),
      stdout: stdout[index * 2] ?? '',
      // Where the step's own shell was killed, bash prints what it ran, and so the mark.
      stderr: code === undefined ? stripMarks(stderr[index] ?? '') : (stderr[index] ?? ''),
      ...times,
    }
    if (step.expects !== undefined && output.code === CHANGED) throw new StaleError(step)
    if (step.ok !== 'any' && !(step.ok ?? [0]).includes(output.code)) throw stepFailed(step, output)
    if (step.as !== undefined) outputs[step.as] = output
  }
  return outputs
}

function stepFailed(step: ShellStep, { code, stdout, stderr }: StepOutput): TaskError {
  const said = stderr.trim() || stdout.trim() || 'it said nothing'
  const ended =
    code > 128 && code <= 128 + SIGNALS
      ? `was ended by signal ${code - 128}`
      : `failed with exit code ${code}`
  const result: Record<string, unknown> = { rc: code, stdout, stderr }
  if (step.kind === 'run') result.cmd = step.argv
  return new TaskError(`${step.label} ${ended}: ${said}`, { result })
}
