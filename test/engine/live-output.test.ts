import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Secrets } from '../../src/core/secrets.ts'
import { liveOutput } from '../../src/engine/live-output.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/live-output')

test('neither a character nor a secret is cut by the borders of what arrives', () => {
  const secrets = new Secrets()
  secrets.add('hunter2-long')
  const seen: string[] = []
  const { take, end } = liveOutput(secrets, (stream, text) => seen.push(`${stream} ${text}`))
  const bytes = Buffer.from('ü hunter2-long €')
  for (const byte of bytes) take('stdout', Buffer.from([byte]))
  take('stderr', Buffer.from('hunt'))
  end()
  const text = (name: string) =>
    seen
      .filter((one) => one.startsWith(name))
      .map((one) => one.slice(7))
      .join('')
  assert.is(text('stdout'), 'ü ******** €')
  assert.is(text('stderr'), 'hunt')
})

test('a command’s output is told while it runs, and secrets in it are masked', async () => {
  const { events } = await runPlaybook(
    [
      {
        vars_prompt: [{ name: 'word', private: true }],
        tasks: [
          { name: 'say', shell: 'printf hunter2-; sleep 0.2; echo long; echo done' },
          { name: 'silent', shell: 'echo hunter3', no_log: true },
        ],
      },
    ],
    { prompt: async () => 'hunter2-long' },
  )
  const told = events.filter((event) => event.kind === 'output')
  const text = (name: string) =>
    told.map((event) => (event.kind === 'output' && event.task.name === name ? event.text : '')).join('')
  assert.is(text('say'), '********\ndone\n')
  assert.is(text('silent'), '')
})

test.run()
