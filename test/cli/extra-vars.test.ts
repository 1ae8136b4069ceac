import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseExtraVars } from '../../src/cli/extra-vars.ts'

const test = suite('cli/extra-vars')

for (const [text, variables] of [
  ['a=1 b="two words" c=\'x y\'', { a: '1', b: 'two words', c: 'x y' }],
  ['a={{ b }} c={{ d | default("e f") }}/g h=i', { a: '{{ b }}', c: '{{ d | default("e f") }}/g', h: 'i' }],
  ['{"a": [1]}', { a: [1] }],
] as const) {
  test(`-e ${text}`, () => assert.equal(parseExtraVars([text]), variables))
}

test.run()
