import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pause } from '../../src/modules/pause.ts'
import { checkedArguments, planOf, runModule } from '../helpers/module-harness.ts'

const test = suite('pause')

test('it waits for the time given and changes nothing', async () => {
  const begin = performance.now()
  const { fields, changes } = await runModule(pause, { seconds: 0.05 }, {})
  assert.ok(performance.now() - begin > 45)
  assert.equal(changes, [])
  assert.is(fields.changed, false)
  // The time that it took, as Ansible tells it: never less.
  const told = /^Paused for (\d+\.\d+) seconds$/.exec(String(fields.stdout))?.[1]
  assert.ok(Number(told) >= 0.05, String(fields.stdout))
  assert.match(String(fields.start), /^\d{4}-/)
})

test('check mode does not wait', async () => {
  const { fields } = await runModule(pause, { minutes: 60 }, { check: true })
  assert.is(fields.changed, false)
  assert.is(fields.user_input, '')
})

test('the plan is a step on the controller', () => {
  const plan = planOf(pause, { minutes: 2 }, undefined)
  assert.equal(
    plan.steps.map(({ kind, label }) => [kind, label]),
    [['act', 'pause for 120 seconds']],
  )
})

test('seconds and minutes exclude one another, and are numbers', () => {
  assert.throws(() => checkedArguments(pause, { seconds: 1, minutes: 1 }), /mutually exclusive/)
  assert.throws(() => checkedArguments(pause, { seconds: 'long' }), /must be a number/)
})

test.run()
