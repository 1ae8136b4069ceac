import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { TaskError } from '../core/errors.ts'
import type { Context, Controller, Module } from '../core/module.ts'
import { lines, Script } from '../core/quote.ts'
import type { RequestOptions, Shell } from '../core/remote.ts'
import type { HostAhead } from './ahead.ts'
import { exportVariables } from './compile.ts'

/** What reading the state of a host needs. */
export interface ReadOptions extends Pick<RequestOptions, 'timeout' | 'signal'> {
  /** The shell of the host; a module that works on the controller alone needs none. */
  readonly shell: Shell | undefined
  readonly controller: Controller
  readonly environment?: Readonly<Record<string, string>>
  /** What was read ahead; it holds until something is done. */
  readonly ahead?: HostAhead | undefined
}

/** The probe of a module as it is sent; undefined where nothing is to be read. */
export function probeScript<S extends ArgumentSpecs>(
  module: Module<S>,
  args: Args<S>,
  context: Context<unknown>,
  { environment = {} }: Pick<ReadOptions, 'environment'>,
): Script | undefined {
  const probe = module.probe?.(args, context)
  return probe && lines(new Script(exportVariables(environment)), probe)
}

/**
 * Asks for the state of a host, or takes what was read of it ahead.
 * @throws {TaskError} when it could not be read
 */
export async function readState<S extends ArgumentSpecs>(
  module: Module<S>,
  args: Args<S>,
  context: Context<unknown>,
  options: ReadOptions,
): Promise<unknown> {
  const { shell, ahead, controller, timeout, signal } = options
  if (module.read !== undefined) return module.read(args, controller)
  const script = probeScript(module, args, context, options)
  if (script === undefined) return undefined
  if (shell === undefined) throw new Error(`${module.name} has a probe but no host`)
  const ask = () => shell.request(script, { timeout, signal })
  const reply = await (ahead?.take(shell, script, { timeout, signal }, ask) ?? ask())
  const text = reply.stdout.toString('utf8')
  if (reply.code !== 0) {
    const stderr = reply.stderr.toString('utf8')
    throw new TaskError(
      `${module.name} could not read the state of the host: ${stderr.trim() || `exit code ${reply.code}`}`,
      {
        result: { rc: reply.code, stdout: text, stderr },
      },
    )
  }
  return module.parse === undefined ? text : module.parse({ text, bytes: reply.stdout }, args, context)
}
