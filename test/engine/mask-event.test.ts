import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunEvent } from '../../src/core/events.ts'
import { Secrets } from '../../src/core/secrets.ts'
import { eventMask } from '../../src/engine/mask-event.ts'

const test = suite('masked events')

test('secrets leave what is said, and what printers go by stays', () => {
  const secrets = new Secrets()
  secrets.add(['hunter22', 'changed', 'result', 'web1', 'stdout', 'shell'])
  const task = { name: 'Set hunter22', module: 'shell', handler: false, no_log: false }
  const fields = { changed: true, stdout: 'it is hunter22', item: { hunter22: 1 } }
  const changes = [{ what: 'text', before: '', after: 'hunter22' }]
  const result = { status: 'changed', fields, changes, duration: 1 } as const
  const event: RunEvent = { kind: 'result', task, host: 'web1', loop: false, result }
  assert.equal(eventMask(secrets)(event), {
    kind: 'result',
    task: { ...task, name: 'Set ********' },
    host: 'web1',
    loop: false,
    result: {
      ...result,
      fields: { changed: true, stdout: 'it is ********', item: { '********': 1 } },
      changes: [{ what: 'text', before: '', after: '********' }],
    },
  })
  const output: RunEvent = { kind: 'output', task, host: 'web1', stream: 'stdout', text: 'hunter22\n' }
  assert.equal(eventMask(secrets)(output), {
    ...output,
    task: { ...task, name: 'Set ********' },
    text: '********\n',
  })
})

test.run()
