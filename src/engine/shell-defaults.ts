import { lines, Script } from '../core/quote.ts'
import type { RequestOptions, Shell } from '../core/remote.ts'
import { exportVariables } from './compile.ts'

/**
 * A shell whose requests do what the task says of each of them: with its environment, its timeout, its end. Those of an
 * act step are its own, and made through this.
 */
export function withDefaults(
  shell: Shell,
  request: RequestOptions,
  environment: Readonly<Record<string, string>>,
): Shell {
  const exports = new Script(exportVariables(environment))
  return {
    target: shell.target,
    close: () => shell.close(),
    request: (script, options = {}) => {
      const signals = [request.signal, options.signal].filter((signal) => signal !== undefined)
      const merged = { ...request, ...options, signal: AbortSignal.any(signals) }
      return shell.request(lines(exports, script), merged)
    },
  }
}
