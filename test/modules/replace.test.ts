import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { replace } from '../../src/modules/replace.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { planOf } from '../helpers/module-harness.ts'
import { REPLACE_CASES } from './cases/replace.ts'
import { edited, fileView } from './edited.ts'

const test = suite('modules/replace')
const bytes = (text: string) => Buffer.from(text).toString('latin1')

// Text before, arguments, text after. Where both texts are the same nothing may change.
for (const [before, args, after] of [
  ['a1\nb2\n', { regexp: '\\d', replace: 'X' }, 'aX\nbX\n'],
  ['a1\nb2\n', { regexp: '^b', replace: 'c' }, 'a1\nc2\n'],
  ['a\nb\n', { regexp: '^b$\n', replace: '' }, 'a\n'],
  ['a b\n', { regexp: '(a) (b)', replace: '\\2 \\g<1>$1$&' }, 'b a$1$&\n'],
  ['a b\n', { regexp: '(?P<x>a)', replace: '<\\g<x>>\\n' }, '<a>\n b\n'],
  ['aaa\n', { regexp: 'b', replace: 'c' }, 'aaa\n'],
  ['aaa\n', { regexp: 'a', replace: 'a' }, 'aaa\n'],
  [
    'x1\nbegin\nx1\nend\nx1\n',
    { regexp: 'x1', replace: 'y', after: 'begin', before: 'end' },
    'x1\nbegin\ny\nend\nx1\n',
  ],
  ['x1\nbegin\nx1\nx1\n', { regexp: 'x1', replace: 'y', after: 'begin' }, 'x1\nbegin\ny\ny\n'],
  ['x1\nend\nx1\nend\nx1', { regexp: 'x1', replace: 'y', before: 'end' }, 'y\nend\ny\nend\nx1'],
  ['x1\n', { regexp: 'x1', replace: 'y', before: 'none' }, 'x1\n'],
  ['a\r\nb\r\n', { regexp: '^(\\w)\\r$', replace: '\\1' }, 'a\nb\n'],
  ['a\r\nb\r\n', { regexp: 'a$', replace: 'x' }, 'a\r\nb\r\n'],
  [bytes('né €\n'), { regexp: '^n.(\\s)\\W$', replace: 'ö\\1' }, bytes('ö \n')],
  [bytes('né\n'), { regexp: '\\w+', replace: 'x' }, 'x\n'],
  ['\xe9\n', { regexp: 'é', replace: 'e', encoding: 'latin-1' }, 'e\n'],
  ['A\na\n', { regexp: '(?i)a', replace: 'b' }, 'b\nb\n'],
] as const) {
  test(`${JSON.stringify(before)} with ${JSON.stringify(args)}`, () => {
    assert.is(edited(replace, before, args), after)
  })
}

test('the result counts what was replaced, and says when the part to change was not found', () => {
  const plan = (args: object) =>
    planOf(replace, { path: '/f', regexp: 'a', replace: 'b', ...args }, fileView('a a\n'))
  assert.is(plan({}).result?.msg, '2 replacements made')
  const missing = plan({ after: 'x', before: 'y', mode: '0600' })
  assert.match(String(missing.result?.msg), 'did not match the given file: x(?P<subsection>.*?)y')
  assert.equal(missing.changes, [])
})

for (const [args, problem] of [
  [{ regexp: '(' }, /no valid regular expression/],
  [{ regexp: '(a)', replace: '\\2' }, /no group '2'/],
  [{ regexp: 'a', encoding: 'klingon' }, /does not know the encoding klingon/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () => {
    assert.throws(() => planOf(replace, { path: '/f', ...args }, fileView('a\n')), problem)
  })
}

test('bytes that are no text in the encoding are refused', () => {
  assert.throws(() => planOf(replace, { path: '/f', regexp: 'a' }, fileView('\xff a')), /no text in utf-8/)
})

tryCases(test, replace, REPLACE_CASES)

test.run()
