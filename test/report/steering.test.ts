import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Emit, RunEvent } from '../../src/core/events.ts'
import { formatDiffs } from '../../src/report/diff.ts'
import { htmlPrinter } from '../../src/report/html.ts'
import { humanPrinter } from '../../src/report/human.ts'
import { jsonPrinter } from '../../src/report/json.ts'
import { junitPrinter } from '../../src/report/junit.ts'
import { minimalPrinter } from '../../src/report/minimal.ts'
import { ndjsonPrinter } from '../../src/report/ndjson.ts'
import { terminalPrinter } from '../../src/report/terminal.ts'
import { yamlText } from '../../src/report/yaml-text.ts'

const test = suite('report/steering')

// A title, the clipboard, clearing the screen, C1's introducer, a line that is written over, and turned writing.
const EVIL = '\u001b]0;pwn\u0007\u001b]52;c;cHdu\u0007\u001b[2J\u009b31mx\rCR\u202ertl\u007f'
const STEERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

const at = { file: `/x/${EVIL}.yml`, line: 1 }
const task = { name: `Task ${EVIL}`, module: 'debug', at, handler: false, no_log: false }
const fields = {
  changed: true,
  msg: EVIL,
  [EVIL]: { [EVIL]: [EVIL] },
  diff: [{ before: `a ${EVIL}\n`, after: EVIL, before_header: EVIL, after_header: EVIL }],
}
const result = { fields, changes: [], duration: 1 }
const host = `host${EVIL}`
const summary = { ok: 1, changed: 1, unreachable: 0, failed: 1, skipped: 0, rescued: 0, ignored: 0 }
const EVENTS: readonly RunEvent[] = [
  { kind: 'warning', message: EVIL },
  { kind: 'note', verbosity: 0, message: EVIL },
  { kind: 'play', name: `Play ${EVIL}`, hosts: [host], check: false },
  { kind: 'task', task },
  { kind: 'started', task, host },
  { kind: 'output', task, host, stream: 'stdout', text: `${EVIL}\n` },
  { kind: 'retry', task, host, left: 1, result: { ...result, status: 'failed' } },
  { kind: 'item', task, host, label: EVIL, result: { ...result, status: 'failed' } },
  { kind: 'item', task, host, label: { [EVIL]: EVIL }, result: { ...result, status: 'ok' } },
  { kind: 'included', from: EVIL, hosts: [host], item: EVIL },
  ...(['ok', 'changed', 'failed', 'skipped', 'unreachable'] as const).map(
    (status): RunEvent => ({
      kind: 'result',
      task,
      host,
      delegate: host,
      loop: false,
      result: { ...result, status },
    }),
  ),
  {
    kind: 'recap',
    hosts: new Map([[host, summary]]),
    stats: { hosts: { [host]: { [EVIL]: EVIL } }, run: { [EVIL]: EVIL } },
  },
]

type Write = (text: string) => void
const human = (color: boolean) => (write: Write) =>
  humanPrinter({
    ...{ write, color, verbosity: 4, width: 80, cwd: '/', stats: true },
    showDiff: (diffs) => formatDiffs(diffs, color),
  })
const common = { now: () => new Date(0), cwd: '/' }
const PRINTERS: Readonly<Record<string, (write: Write) => Emit>> = {
  human: human(false),
  'human in color': human(true),
  yaml: (write) => humanPrinter({ write, color: false, verbosity: 4, width: 80, cwd: '/', dump: yamlText }),
  minimal: (write) => minimalPrinter({ write, color: false }),
  json: (write) => jsonPrinter({ ...common, write }),
  ndjson: (write) => ndjsonPrinter({ ...common, write }),
  junit: (write) => junitPrinter({ ...common, write }),
  html: (write) => htmlPrinter({ ...common, write }),
}

for (const [name, make] of Object.entries(PRINTERS)) {
  test(`no text of a host steers a terminal: ${name}`, () => {
    let text = ''
    const emit = make((piece) => {
      text += piece
    })
    for (const event of EVENTS) emit(event)
    assert.match(text, /pwn/)
    // Our own colors end where they began; all else is written out.
    const plain = name.includes('color') ? text.replace(/\u001b\[(?:0|2|22|3[0-9]|39)m/g, '') : text
    const [found] = STEERS.exec(plain) ?? []
    assert.is(found, undefined, JSON.stringify(found))
  })
}

test('no text of a host steers a terminal: live output and the line of hosts at work', () => {
  let text = ''
  let time = 0
  let tick = () => {}
  const emit = terminalPrinter({
    print: () => {},
    write: (piece) => {
      text += piece
    },
    width: 400,
    dim: (one) => one,
    now: () => time,
    every: (_milliseconds, action) => {
      tick = action
      return () => {}
    },
  })
  for (const event of EVENTS.slice(0, 6)) emit(event)
  time = 5000
  tick()
  assert.match(text, /\| .*rtl/)
  assert.match(text, /⠙ Task/)
  assert.is(STEERS.exec(text.replaceAll('\r\u001b[K', ''))?.[0], undefined)
})

test.run()
