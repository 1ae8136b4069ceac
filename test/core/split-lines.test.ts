import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { splitLines } from '../../src/core/split-lines.ts'
import { outputFields } from '../../src/modules/commands/outcome.ts'

const test = suite('split-lines')

const CASES: readonly (readonly [text: string, lines: readonly string[]])[] = [
  ['', []],
  ['\n', ['']],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\n\n', ['a', '']],
  ['\r\n\r', ['', '']],
  ['\n\r', ['', '']],
  ['a\rb\r\nc\fd\ve\n', ['a', 'b', 'c', 'd', 'e']],
  ['a\x1cb\x1dc\x1ed\x1fe', ['a', 'b', 'c', 'd\x1fe']],
  ['a\x85b\u2028c\u2029', ['a', 'b', 'c']],
]

test('lines are split at the line breaks of Python', () => {
  for (const [text, lines] of CASES) assert.equal(splitLines(text), lines, JSON.stringify(text))
})

test('kept line breaks join to the text', () => {
  for (const [text] of CASES) assert.is(splitLines(text, true).join(''), text)
})

test('the lines of output are split so', () => {
  const { stdout_lines, stderr_lines } = outputFields('a\rb\n', 'c\fd\r\n')
  assert.equal({ stdout_lines, stderr_lines }, { stdout_lines: ['a', 'b'], stderr_lines: ['c', 'd'] })
})

test.run()
