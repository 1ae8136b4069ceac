import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ndjsonPrinter } from '../../src/report/ndjson.ts'
import { printed, RUN } from './events.ts'

const test = suite('report/ndjson')

const lines = () =>
  printed(ndjsonPrinter)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('every event is a line, with its kind and its time', () => {
  const all = lines()
  assert.equal(
    all.map(({ event }) => event),
    RUN.map(({ kind }) => kind),
  )
  assert.is(all[0].time, '2026-01-01T12:00:00.000Z')
})

test('a result has its task, host, status and fields', () => {
  const { task, host, status, duration, result } = lines().find(({ event }) => event === 'result')
  assert.equal(task, {
    name: 'Write <motd>',
    module: 'command',
    handler: false,
    no_log: false,
    path: 'site.yml:3',
  })
  assert.equal([host, status, duration, result.dest], ['h1', 'changed', 0.5, '/etc/motd'])
  assert.equal(lines().filter(({ ignored }) => ignored).length, 1)
})

test('the recap has its hosts by name', () => {
  assert.is(lines().at(-1).hosts.h1.failed, 1)
})

test.run()
