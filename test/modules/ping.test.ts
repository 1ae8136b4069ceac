import { tmpdir } from 'node:os'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ping } from '../../src/modules/ping.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('ping')
const shell = plainShell({ temp: `${tmpdir()}/ping-test` })

test('the host’s shell answers', async () => {
  assert.equal((await runModule(ping, {}, { shell })).fields, { changed: false, ping: 'pong' })
  assert.is((await runModule(ping, { data: "it's\n" }, { shell, check: true })).fields.ping, "it's\n")
})

test('crash fails', async () => {
  assert.is((await failureOf(runModule(ping, { data: 'crash' }, { shell }))).message, 'boom')
})

test('an unknown parameter is refused', () => {
  assert.throws(() => checkedArguments(ping, { date: 'x' }), /no parameter 'date'/)
})

for (const [data, planned] of [
  ['pong', { changes: [], steps: [], result: { ping: 'answer' } }],
  ['crash', { changes: [], steps: [], result: {}, failed: 'boom' }],
] as const) {
  test(`plan: ${data}`, () => {
    const { changes, steps, result = {}, failed } = planOf(ping, { data }, 'answer')
    assert.equal({ changes, steps, result, ...(failed && { failed }) }, planned)
  })
}

test.run()
