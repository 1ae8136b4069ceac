import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pythonRegex, substitute } from '../../../src/template/python/regex.ts'

const test = suite('python regex')

test('a replacement with an escape that Python does not know is refused', () => {
  assert.throws(() => substitute(pythonRegex('a'), 'x\\q', 'a'), /bad escape \\q at position 1/)
  assert.throws(() => substitute(pythonRegex('a'), '\\u00e9', 'a'), /bad escape \\u at position 0/)
  assert.is(substitute(pythonRegex('a'), '\\.\\n', 'a'), '\\.\n')
})

test.run()
