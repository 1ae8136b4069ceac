import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pause } from '../../src/modules/pause.ts'
import { checkedArguments, planOf, runModule } from '../helpers/module-harness.ts'

const test = suite('pause')

test('it waits for the time given and changes nothing', async () => {
  const begin = performance.now()
  const { fields, changes } = await runModule(pause, { seconds: 0.05 }, {})
  const took = (performance.now() - begin) / 1000
  assert.ok(took > 0.045)
  assert.equal(changes, [])
  assert.is(fields.changed, false)
  // What it took, rounded to hundredths, as Ansible tells it: no less than was asked for, no more than it can have been.
  const told = Number(/^Paused for (\d+\.\d+) seconds$/.exec(String(fields.stdout))?.[1])
  assert.ok(told >= 0.05 && told <= took + 0.005, `${told} of ${took}`)
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
