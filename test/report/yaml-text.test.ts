import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PyFloat } from '../../src/core/values/types.ts'
import { humanPrinter } from '../../src/report/human.ts'
import { yamlText } from '../../src/report/yaml-text.ts'
import { printed, RUN } from './events.ts'

const test = suite('report/yaml-text')

test('fields are sorted, on lines of their own, and texts of several lines are blocks', () => {
  assert.is(
    yamlText({ b: [1, { c: true }], a: 'one\ntwo\n' }),
    '\n    a: |\n      one\n      two\n    b:\n      - 1\n      - c: true',
  )
  assert.not.match(yamlText({ a: '\u001b[2J' }), '\u001b')
})

test('a whole float keeps its fraction', () => {
  assert.is(yamlText({ a: new PyFloat(1), b: 1.5, c: 1 }), '\n    a: 1.0\n    b: 1.5\n    c: 1')
})

test('results are printed so', () => {
  const text = printed(
    ({ write, cwd }) => humanPrinter({ write, cwd, color: false, verbosity: 0, width: 80, dump: yamlText }),
    RUN,
  )
  assert.match(text, /fatal: \[h1\]: FAILED! => \n {4}changed: false\n {4}msg: /)
})

test.run()
