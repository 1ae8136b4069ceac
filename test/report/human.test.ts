import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunEvent, TaskLabel } from '../../src/core/events.ts'
import { printable } from '../../src/core/printable.ts'
import type { Fields, Status } from '../../src/core/result.ts'
import { formatDiffs } from '../../src/report/diff.ts'
import { humanPrinter } from '../../src/report/human.ts'
import { toJson } from '../../src/report/text.ts'

const test = suite('human')

const task: TaskLabel = {
  name: 'r : t',
  module: 'command',
  at: { file: '/p/tasks.ts', line: 3 },
  handler: false,
  no_log: false,
}

function print(events: readonly RunEvent[], options: { verbosity?: number; color?: boolean } = {}): string {
  let text = ''
  const printer = humanPrinter({
    write: (part) => {
      text += part
    },
    color: options.color ?? false,
    verbosity: options.verbosity ?? 0,
    width: 80,
    showDiff: (diffs) => formatDiffs(diffs, false),
    cwd: '/p',
  })
  for (const event of events) printer(event)
  return text
}

const result = (status: Status, fields: Partial<Fields> = {}, more: object = {}): RunEvent => ({
  kind: 'result',
  task,
  host: 'h',
  loop: false,
  result: { status, fields: { changed: status === 'changed', ...fields }, changes: [], duration: 0, ...more },
})

const cases: readonly [string, RunEvent, string][] = [
  ['ok', result('ok'), 'ok: [h]\n'],
  ['changed', result('changed'), 'changed: [h]\n'],
  ['skipped', result('skipped'), 'skipping: [h]\n'],
  [
    'failed, with its place',
    result('failed', { msg: 'no' }),
    'fatal: [h]: FAILED! => {"changed":false,"msg":"no"}\n  at tasks.ts:3\n',
  ],
  [
    'failed elsewhere, with both places',
    result('failed', { msg: 'no', failed: true, location: '/p/templates/a.j2:2:7' }),
    'fatal: [h]: FAILED! => {"changed":false,"msg":"no"}\n  at templates/a.j2:2:7\n  at tasks.ts:3\n',
  ],
  [
    'failed in a line of the task itself',
    result('failed', { msg: 'no', location: '/p/tasks.ts:3:5' }),
    'fatal: [h]: FAILED! => {"changed":false,"msg":"no"}\n  at tasks.ts:3:5\n',
  ],
  [
    'unreachable',
    result('unreachable', { msg: 'gone' }),
    'fatal: [h]: UNREACHABLE! => {"changed":false,"msg":"gone"}\n',
  ],
  [
    'ignored',
    result('failed', {}, { ignored: true }),
    'fatal: [h]: FAILED! => {"changed":false}\n  at tasks.ts:3\n...ignoring\n',
  ],
  ['a warning', { kind: 'warning', message: 'look' }, '[WARNING]: look\n'],
  [
    'a handler',
    { kind: 'task', task: { ...task, handler: true } },
    `\nRUNNING HANDLER [r : t] ${'*'.repeat(56)}\n`,
  ],
]
test('assert speaks, unless it is told to be quiet', () => {
  const said = (more: object, verbosity = 0) =>
    print([{ ...result('ok', { msg: 'fine', ...more }), task: { ...task, module: 'assert' } } as RunEvent], {
      verbosity,
    })
  const quiet = { _ansible_verbose_always: false }
  assert.match(said({}), /"msg": "fine"/)
  assert.is(said(quiet), 'ok: [h]\n')
  assert.is(said(quiet, 1), 'ok: [h] => {"changed":false,"msg":"fine"}\n')
})

for (const [name, event, expected] of cases) {
  test(name, () => assert.is(print([event]), expected))
}

test('what a host sends cannot steer the terminal', () => {
  const text = print([result('failed', { msg: '\u001b]0;pwn\u0007\u001b[2J\u009b\u202e' })])
  assert.not.match(text, /[\u001b\u0007\u009b\u202e]/)
  assert.is(printable('a\u001b[31m\r\n\tb'), 'a\\x1b[31m\\x0d\n\tb')
})

test('a diff is unified, with the path of the file', () => {
  const text = formatDiffs(
    [{ before: 'a\nb\n', after: 'a\nc\n', before_header: '/x', after_header: '/x' }],
    false,
  )
  assert.is(text, '--- before: /x\n+++ after: /x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n')
})

test('a diff of bytes or of very long text is not shown', () => {
  assert.match(formatDiffs([{ before: '', after: '\0' }], false), /binary content/)
  assert.match(formatDiffs([{ before: '', after: 'x'.repeat(200_000) }], false), /too large/)
})

test('values that go round in a circle are shown once', () => {
  const circle: Record<string, unknown> = { b: 1 }
  circle.a = circle
  assert.is(toJson(circle), '{"a":"(shown above)","b":1}')
})

test('a run that an error of the playbook ended has no recap, as with Ansible', () => {
  assert.is(print([{ kind: 'recap', hosts: new Map(), broken: true }]), '')
})

test('notes are for those who ask for them', () => {
  const note = { kind: 'note', verbosity: 2, message: 'META: noop' } as const
  assert.is(print([note]), '')
  assert.is(print([note], { verbosity: 2 }), 'META: noop\n')
})

test('the recap has a line a host, in Ansible’s columns', () => {
  const hosts = new Map([
    ['h', { ok: 1, changed: 2, unreachable: 0, failed: 0, skipped: 3, rescued: 0, ignored: 0 }],
  ])
  assert.match(
    print([{ kind: 'recap', hosts }]),
    /^h {26}: ok=1 {4}changed=2 {4}unreachable=0 {4}failed=0 {4}skipped=3 {4}rescued=0 {4}ignored=0$/m,
  )
})

test('items of assert keep their fields, and those of debug only what it shows', () => {
  const item = (module: string) =>
    print([
      {
        kind: 'item',
        task: { ...task, module },
        host: 'h',
        label: 'a',
        result: {
          status: 'ok',
          fields: { changed: false, msg: 'fine', item: 'a', ansible_loop_var: 'item' },
          changes: [],
          duration: 0,
        },
      } as unknown as RunEvent,
    ])
  assert.match(item('assert'), /"ansible_loop_var": "item",\s+"changed": false,/)
  assert.not.match(item('debug'), /changed|ansible_loop_var|"item"/)
})

test('statistics are written as Ansible lays them out', () => {
  let text = ''
  const printer = humanPrinter({
    write: (part) => {
      text += part
    },
    color: false,
    verbosity: 0,
    width: 80,
    cwd: '/p',
    stats: true,
  })
  printer({
    kind: 'recap',
    hosts: new Map(),
    stats: { hosts: { h: { a: 1 } }, run: { my_int: 25, b: [1] } },
    broken: false,
  })
  assert.match(text, /\th: \{ "a": 1\}\n\n\tRUN: \{ "b": \[ {2}1 \], "my_int": 25\}\n/)
})

test.run()
