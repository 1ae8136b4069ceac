import { stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineModule, type Remote, type StepOutput } from '../core/module.ts'
import { printable } from '../core/printable.ts'
import { formatTime } from './commands/outcome.ts'

/**
 * Wait for some time, or for a person at the terminal.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/pause_module.html
 *
 * @example
 * { pause: { seconds: 10 } }
 */
export const pause = defineModule({
  name: 'pause',
  doc: 'Wait for some time, or for a person at the terminal',
  args: {
    seconds: { type: 'float', doc: 'How long to wait' },
    minutes: { type: 'float', doc: 'How long to wait' },
    prompt: { type: 'str', doc: 'What to ask; the answer is the result’s user_input' },
    echo: { type: 'bool', default: true, doc: 'Show what is typed' },
  },
  rules: { mutually_exclusive: [['seconds', 'minutes']] },
  local: true,
  once: true,
  plan({ seconds, minutes, prompt, echo }) {
    const wait = seconds ?? (minutes === undefined ? undefined : minutes * 60)
    const label = wait === undefined ? (prompt ?? 'Press enter to continue') : `pause for ${wait} seconds`
    const act = async ({ controller }: Remote) => {
      const question = `${prompt ?? 'Press enter to continue, Ctrl+C to interrupt'}:\n`
      if (wait === undefined) return ask(printable(controller.mask(question)), echo)
      await sleep(Math.max(0, wait) * 1000)
      return ''
    }
    return {
      changes: [],
      steps: [{ kind: 'act', act, label, as: 'pause' }],
      result: { user_input: '', echo, delta: 0, rc: 0, stdout: '', stderr: '' },
    }
  },
  finish: ({ pause: output }, { minutes }) =>
    output === undefined ? {} : paused(output, minutes !== undefined),
})

function paused({ start, end, value }: StepOutput, inMinutes: boolean) {
  const seconds = end - start
  const shown = inMinutes
    ? `${Math.round((seconds / 60) * 100) / 100} minutes`
    : `${Math.round(seconds * 100) / 100} seconds`
  return {
    start: formatTime(start),
    stop: formatTime(end),
    delta: Math.floor(seconds),
    stdout: `Paused for ${shown}`,
    user_input: String(value ?? ''),
  }
}

// Without a terminal nobody can answer, so there is no waiting.
async function ask(question: string, echo: boolean): Promise<string> {
  if (!stdin.isTTY) return ''
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: stdin, output: echo ? stdout : silent, terminal: true })
  if (!echo) stdout.write(question)
  const interrupted = new AbortController()
  // In raw mode the terminal sends no signal for Ctrl+C: pass it on, so that the run ends as it would otherwise.
  reader.on('SIGINT', () => {
    interrupted.abort()
    process.kill(process.pid, 'SIGINT')
  })
  try {
    return await reader.question(echo ? question : '', { signal: interrupted.signal })
  } finally {
    reader.close()
  }
}
