import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hideResults } from '../../../src/cli/config/hide-results.ts'
import type { RunEvent, TaskLabel } from '../../../src/core/events.ts'
import type { Status } from '../../../src/core/result.ts'

const test = suite('hidden results')

const label = (name: string): TaskLabel => ({ name, module: 'ping', handler: false, no_log: false })
const heading = (name: string): RunEvent => ({ kind: 'task', task: label(name) })
const started: RunEvent = { kind: 'started', task: label('a'), host: 'one' }
const result = (status: Status): RunEvent => ({
  kind: 'result',
  task: label('a'),
  host: 'one',
  loop: false,
  result: { status, fields: { changed: status === 'changed' }, changes: [], duration: 0 },
})
const recap: RunEvent = { kind: 'recap', hosts: new Map() }

const run = [
  heading('a'),
  started,
  result('skipped'),
  heading('b'),
  started,
  result('ok'),
  result('changed'),
  heading('c'),
  result('ok'),
  recap,
]
const word = (event: RunEvent): string =>
  event.kind === 'task' ? event.task.name : event.kind === 'result' ? event.result.status : event.kind

const cases: readonly [boolean, boolean, string][] = [
  [true, true, 'a started skipped b started ok changed c ok recap'],
  [false, true, 'started started b ok changed c ok recap'],
  [true, false, 'started a skipped started b changed recap'],
  [false, false, 'started started b changed recap'],
]
for (const [display_skipped_hosts, display_ok_hosts, expected] of cases) {
  test(`skipped ${display_skipped_hosts}, ok ${display_ok_hosts}`, () => {
    const seen: string[] = []
    const emit = hideResults((event) => seen.push(word(event)), { display_skipped_hosts, display_ok_hosts })
    run.forEach(emit)
    assert.is(seen.join(' '), expected)
  })
}

test.run()
