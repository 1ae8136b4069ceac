import { setTimeout as pause } from 'node:timers/promises'
import type { ArgumentSpecs } from '../core/arguments.ts'
import { messageOf, TaskError } from '../core/errors.ts'
import { defineModule, type Finish, type Remote, type Step } from '../core/module.ts'
import { sh } from '../core/quote.ts'

const ARGS = {
  connect_timeout: { type: 'int', default: 5, doc: 'Seconds for one connection' },
  delay: { type: 'int', default: 0, doc: 'Seconds before the first try' },
  sleep: { type: 'int', default: 1, doc: 'Seconds between tries' },
  timeout: { type: 'int', default: 600, doc: 'Seconds after which it fails' },
} as const satisfies ArgumentSpecs

/**
 * Wait until the host can be reached and gives a shell.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/wait_for_connection_module.html
 *
 * @example
 * { wait_for_connection: { timeout: 300 } }
 */
export const wait_for_connection = defineModule({
  name: 'wait_for_connection',
  doc: 'Wait until the host can be reached and gives a shell',
  args: ARGS,
  connects: true,
  plan({ connect_timeout, delay, sleep, timeout }) {
    const act = async (remote: Remote): Promise<Finish> => {
      const begin = Date.now()
      const elapsed = () => Math.floor((Date.now() - begin) / 1000)
      await pause(delay * 1000)
      for (;;) {
        try {
          const shell = await remote.reconnect(connect_timeout)
          await shell.request(sh`true`, { timeout: connect_timeout })
          return { elapsed: elapsed() }
        } catch (error) {
          if (Date.now() - begin >= (delay + timeout) * 1000) {
            throw new TaskError(`timed out waiting for a connection: ${messageOf(error)}`, {
              result: { elapsed: elapsed() },
            })
          }
        }
        await pause(sleep * 1000)
      }
    }
    const step: Step = { kind: 'act', label: 'wait for a connection', as: 'wait', act }
    return { changes: [], steps: [step], result: { elapsed: 0 } }
  },
  finish: ({ wait }) => (wait?.value ?? {}) as Finish,
})
