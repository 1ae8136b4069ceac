import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AbsentError } from '../../src/core/errors.ts'
import type { RunEvent } from '../../src/core/events.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/unusable-handler')
const handlers = [
  { name: 'plain', debug: { msg: 'ran' } },
  { name: 'for {{ nobody_sets_this }}', debug: { msg: 'never' } },
  { name: 'on {{ nobody_sets_this }}', listen: 'topic', debug: { msg: 'heard' } },
]
const notifying = (notify: string) => ({ handlers, tasks: [{ name: 'n', command: 'true', notify }] })
const warnings = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))

test('a handler whose name cannot be rendered is told of when one is notified, unless it listens', async () => {
  const { events, lines, exitCode } = await runPlaybook([notifying('plain')])
  assert.is(exitCode, 0)
  assert.equal(lines, ['changed one n', 'ok one plain'])
  const [told = '', ...others] = warnings(events)
  assert.match(told, /^Handler 'for \{\{ nobody_sets_this \}\}' is unusable/)
  assert.equal(others, [])
})

test('nobody is told where nothing is notified', async () => {
  const { events } = await runPlaybook([{ handlers, tasks: [{ name: 'n', debug: { msg: 'x' } }] }])
  assert.equal(warnings(events), [])
})

test('such a handler is not found by its name, and ends the run without a recap', async () => {
  const events: RunEvent[] = []
  const failed = await runPlaybook([notifying('for {{ "{{" }} nobody_sets_this }}')], {
    emit: (event) => events.push(event),
  }).catch((error: unknown) => error)
  assert.instance(failed, AbsentError)
  assert.match((failed as AbsentError).message, /^The requested handler 'for .*' was not found/)
})

test.run()
