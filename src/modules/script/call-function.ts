import { inspect } from 'node:util'
import type { ProcessOutput } from 'zx/core'
import { TaskError } from '../../core/errors.ts'
import type { Remote } from '../../core/module.ts'
import { quote } from '../../core/quote.ts'
import type { Scope } from '../../core/scope.ts'
import { withStrayErrors } from '../../core/stray-errors.ts'
import { outputFields } from '../commands/outcome.ts'
import { checkedValues } from './checked-values.ts'
import type { ScriptContext, ScriptFunction } from './function.ts'
import { remoteProcesses } from './remote-process.ts'

/**
 * Calls a script function with zx on the target and on the controller.
 * @returns what the function returned
 * @throws {TaskError} what it threw; a command's failure with its rc, stdout and stderr
 * @throws {UnreachableError} when the link was lost
 */
export async function callFunction(act: ScriptFunction<unknown>, remote: Remote): Promise<unknown> {
  const zx = await import('zx/core')
  const { variables } = remote.controller
  const processes = remoteProcesses(remote.shell)
  const common = { quote, prefix: '', postfix: '', verbose: false, preferLocal: false }
  const log = (entry: { readonly kind: string; readonly data?: unknown }) => {
    if (entry.kind === 'stdout' || entry.kind === 'stderr') remote.output(entry.kind, String(entry.data))
  }
  const kill = async (pid: number | `${number}`, signal?: NodeJS.Signals) => {
    if (!processes.kill(Number(pid))) await zx.kill(Number(pid), signal)
  }
  // Its own context, so that `kill` and `timeout` of the processes find the way to the target.
  return zx.within(async () => {
    Object.assign(zx.$, { ...common, kill })
    const context: ScriptContext<unknown> = {
      $: checkedValues(
        zx.$({
          ...common,
          log,
          kill,
          spawn: processes.spawn,
          cwd: '.',
          env: {},
          shell: true,
          detached: false,
        }),
      ),
      vars: variablesProxy(variables),
      local: { $: checkedValues(zx.$({ ...common, log, kill })) },
      host: String(variables.has('inventory_hostname') ? variables.get('inventory_hostname') : ''),
      check: variables.has('ansible_check_mode') && variables.get('ansible_check_mode') === true,
    }
    try {
      const value = await withStrayErrors(() => act(context))
      if (processes.error() !== undefined) throw processes.error()
      return value
    } catch (error) {
      throw processes.error() ?? asTaskError(error, zx.ProcessOutput)
    }
  })
}

function asTaskError(error: unknown, Output: typeof ProcessOutput): unknown {
  if (error instanceof TaskError) return error
  // zx reports a value that failed, of which it had a promise, as the end of a command that never began.
  if (error instanceof Output && !error.signal && error.cause instanceof TypeError)
    return asTaskError(error.cause, Output)
  if (error instanceof Output) {
    const said = error.stderr.trim() || error.stdout.trim() || 'it said nothing'
    const ended =
      error.exitCode === null ? `was ended by ${error.signal}` : `failed with exit code ${error.exitCode}`
    return new TaskError(`a command of the script ${ended}: ${said}`, {
      cause: error,
      result: { rc: error.exitCode, ...outputFields(error.stdout, error.stderr) },
    })
  }
  if (error instanceof Error) return new TaskError(error.message, { cause: error })
  return new TaskError(`the script threw ${inspect(error, { breakLength: Number.POSITIVE_INFINITY })}`)
}

/** The variables as a plain object to read: nothing is rendered before it is asked for. */
export function variablesProxy(scope: Scope): unknown {
  const isName = (key: string | symbol): key is string => typeof key === 'string' && scope.has(key)
  return new Proxy(Object.create(null) as object, {
    get: (_, key) => (isName(key) ? scope.get(key) : undefined),
    has: (_, key) => isName(key),
    ownKeys: () => [...new Set(scope.names())],
    getOwnPropertyDescriptor: (_, key) =>
      isName(key)
        ? { value: scope.get(key), enumerable: true, configurable: true, writable: false }
        : undefined,
    set: (_, key) => {
      throw new TypeError(
        `vars.${String(key)} cannot be set; return it, and register the result or use set_fact`,
      )
    },
  })
}
