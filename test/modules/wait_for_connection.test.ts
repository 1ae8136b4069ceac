import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Remote } from '../../src/core/module.ts'
import { wait_for_connection } from '../../src/modules/wait_for_connection.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('wait_for_connection')

test('it tries until the host is there', async () => {
  const [step] = planOf(wait_for_connection, { sleep: 0, connect_timeout: 7 }, undefined).steps
  const asked: (number | undefined)[] = []
  const reconnect = async (seconds?: number) => {
    asked.push(seconds)
    if (asked.length < 3) throw new Error('not yet')
    return { request: async () => ({ code: 0 }) }
  }
  if (step?.kind !== 'act') throw new Error('no act step')
  assert.equal(await step.act({ reconnect } as unknown as Remote), { elapsed: 0 })
  assert.equal(asked, [7, 7, 7])
})

test('in a play it changes nothing, and opens the connection itself', async () => {
  const tasks = [{ name: 'wait', wait_for_connection: { timeout: 20 } }]
  const { lines, fields } = await runPlaybook([{ tasks }])
  assert.equal(lines, ['ok one wait'])
  assert.is(typeof fields('wait').elapsed, 'number')
})

test('a host that does not come is a failure, and not unreachable', async () => {
  const tasks = [
    { name: 'wait', wait_for_connection: { timeout: 0, connect_timeout: 1 }, vars: { ansible_port: 1 } },
  ]
  const { lines, fields } = await runPlaybook([{ connection: 'ssh', tasks }], { hosts: ['127.0.0.1'] })
  assert.equal(lines, ['failed 127.0.0.1 wait'])
  assert.match(String(fields('wait').msg), 'timed out waiting for a connection')
})

test('times are whole numbers', () => {
  assert.throws(() => checkedArguments(wait_for_connection, { timeout: 1.5 }), /must be a whole number/)
})

test.run()
