import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunEvent } from '../../src/core/events.ts'
import { statusLine, terminalPrinter } from '../../src/report/terminal.ts'
import { label, result } from './events.ts'

const test = suite('report/terminal')
const SLOW = label('Build', 1)

/** A terminal with a clock that stands until it is moved; `tick` is what its timer does. */
function terminal(width = 60) {
  let [text, time] = ['', 0]
  let timer: (() => void) | undefined
  const write = (part: string) => {
    text += part
  }
  const emit = terminalPrinter({
    print: (event) => write(`<${event.kind}>`),
    ...{ write, width, dim: (part: string) => part, now: () => time },
    every: (_milliseconds, action) => {
      timer = action
      return () => {
        timer = undefined
      }
    },
  })
  return {
    emit: (...events: readonly RunEvent[]) => events.forEach(emit),
    after: (milliseconds: number) => {
      time += milliseconds
      timer?.()
    },
    ticking: () => timer !== undefined,
    /** What was written since the last look; escape sequences as `~`. */
    look: () => {
      const seen = text.replaceAll('\r\u001b[K', '~')
      text = ''
      return seen
    },
  }
}

const started = (host: string, task = SLOW): RunEvent => ({ kind: 'started', task, host })
const output = (text: string, host = 'h', stream: 'stdout' | 'stderr' = 'stdout'): RunEvent => ({
  ...{ kind: 'output', task: SLOW, host, stream, text },
})

test('what is done at once leaves no trace', () => {
  const { emit, after, look, ticking } = terminal()
  emit(started('h'))
  after(100)
  emit(output('quick\n'), result(SLOW, 'h', 'ok'))
  assert.is(look(), '<started><output><result>')
  assert.not(ticking())
})

test('hosts at work are told below all else, and the line is gone before anything is printed', () => {
  const { emit, after, look } = terminal()
  emit(started('a'), started('b'))
  after(500)
  assert.is(look(), '<started><started>⠙ Build: a, b (0 s)')
  emit(result(SLOW, 'a', 'ok'))
  assert.is(look(), '~<result>⠙ Build: b (0 s)')
  after(1000)
  assert.is(look(), '~⠹ Build: b (1 s)')
  emit(result(SLOW, 'b', 'ok'))
  assert.is(look(), '~<result>')
})

test('output of long commands is shown as it comes, line by line', () => {
  const { emit, after, look } = terminal()
  emit(started('h'), output('one\ntw'))
  after(2500)
  assert.is(look(), '<started><output>  h | one\n⠙ Build: h (2 s)')
  emit(output('o\n10%\r20%\rdone\n\u001b[2Jx\n'), output('err\n', 'h', 'stderr'))
  after(100)
  const seen = look()
  assert.match(seen, '  h | two\n  h | done\n  h | \\x1b[2Jx\n  h | err\n')
  emit(output('last\n'), result(SLOW, 'h', 'ok'))
  assert.match(look(), '  h | last\n<result>')
})

test('pause has the line for itself', () => {
  const { emit, after, look, ticking } = terminal()
  emit(started('h', label('Wait', 2, { module: 'ansible.builtin.pause' })))
  after(5000)
  assert.is(look(), '<started>')
  assert.not(ticking())
})

test('the end of the run ends the line', () => {
  const { emit, after, look, ticking } = terminal()
  emit(started('h'))
  after(500)
  look()
  emit({ kind: 'recap', hosts: new Map() })
  assert.is(look(), '~<recap>')
  assert.not(ticking())
})

test('many hosts are counted, and long names cut', () => {
  const hosts = ['a', 'b', 'c', 'd', 'e'].map((host) => [host, { task: SLOW, since: 0 }] as const)
  assert.is(statusLine(hosts, 61_000, '*', 80), '* Build: a, b, c and 2 more (61 s)')
  assert.is(statusLine(hosts, 61_000, '*', 10), '* Build: …')
  assert.is(statusLine([['a', { task: label('x\u001b', 1), since: 0 }]], 500, '*', 80), '* x\\x1b: a (0 s)')
})

test.run()
