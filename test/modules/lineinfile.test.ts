import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lineinfile } from '../../src/modules/lineinfile.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { LINEINFILE_CASES } from './cases/lineinfile.ts'
import { edited, fileView } from './edited.ts'

const test = suite('modules/lineinfile')

// Text before, arguments, text after. Where both texts are the same nothing may change.
for (const [before, args, after] of [
  ['a\nb\na', { line: 'c' }, 'a\nb\na\nc\n'],
  ['', { line: 'c' }, 'c\n'],
  ['a\nb\n', { line: 'b' }, 'a\nb\n'],
  ['a\nb', { line: 'b' }, 'a\nb'],
  ['a\nb\na\n', { regexp: '^a', line: 'z' }, 'a\nb\nz\n'],
  ['a\nb\na\n', { regexp: '^a', line: 'z', firstmatch: true }, 'z\nb\na\n'],
  ['a\nb\na\n', { regexp: '^q', line: 'z', insertafter: '^a', firstmatch: true }, 'a\nz\nb\na\n'],
  ['a\nb\na\nc\n', { line: 'z', insertafter: '^a' }, 'a\nb\na\nz\nc\n'],
  ['a\nb\na\n', { line: 'z', insertbefore: '^a' }, 'a\nb\nz\na\n'],
  ['a\nb\na\n', { line: 'z', insertbefore: '^a', firstmatch: true }, 'z\na\nb\na\n'],
  ['a\nb\na\n', { line: 'z', insertbefore: '^nothing' }, 'a\nb\na\nz\n'],
  ['a\nb\na\n', { line: 'z', insertafter: '^nothing' }, 'a\nb\na\nz\n'],
  ['a\nb\n', { line: 'z', insertbefore: 'BOF' }, 'z\na\nb\n'],
  ['a\nb\n', { line: 'z', insertafter: 'BOF' }, 'z\na\nb\n'],
  ['a\nb\n', { line: 'z', insertafter: 'EOF' }, 'a\nb\nz\n'],
  ['a\nb', { line: 'z', insertafter: '^b' }, 'a\nb\nz\n'],
  ['a\nz\nb\n', { regexp: '^q', line: 'z', insertafter: '^b' }, 'a\nz\nb\n'],
  ['foo=1\n', { regexp: '^(foo)=(.*)$', line: '\\1=9\\g<2>', backrefs: true }, 'foo=91\n'],
  ['foo=1\n', { regexp: '^(?P<key>foo)=', line: '\\g<key>: x', backrefs: true }, 'foo: x\n'],
  ['foo=1\n', { regexp: '^bar', line: 'x', backrefs: true }, 'foo=1\n'],
  ['foo=1\n', { search_string: 'oo=', line: 'x' }, 'x\n'],
  ['a.c\nabc\n', { search_string: 'a.c', line: 'x' }, 'x\nabc\n'],
  ['a\nb\na\n', { regexp: '^a$', state: 'absent' }, 'b\n'],
  ['a\nb\na\n', { line: 'a', state: 'absent' }, 'b\n'],
  ['ab\nb\n', { search_string: 'a', state: 'absent' }, 'b\n'],
  ['a\nb\n', { line: 'q', state: 'absent' }, 'a\nb\n'],
  ['a\r\nb\r\n', { line: 'b' }, 'a\r\nb\r\n'],
  ['a\r\nb\r\n', { line: 'c' }, 'a\r\nb\r\nc\r\n'],
  ['a\r\nb\r\n', { regexp: '^b$', line: 'c' }, 'a\r\nc\r\n'],
  ['a\nb\n', { line: 'p\nq' }, 'a\nb\np\nq\n'],
  ['a\np\nq\n', { line: 'p\nq' }, 'a\np\nq\n'],
  ['a\n', { line: 'b\n' }, 'a\nb\n'],
  ['PORT 22\n', { regexp: '(?i)^port', line: 'Port 1' }, 'Port 1\n'],
  ['a]b\n', { regexp: '[]x]b\\Z', line: 'c' }, 'c\n'],
  ['\xe9 x\n', { regexp: '^\\S+ x', line: 'y' }, 'y\n'],
  ['a\xa0b\n', { regexp: 'a\\sb', line: 'y' }, 'a\xa0b\ny\n'],
  ['café\n', { line: 'tea' }, 'café\ntea\n'],
  ['caf\xc3\xa9\n', { line: 'café' }, 'caf\xc3\xa9\n'],
  ['caf\xc3\xa9\n', { regexp: 'é$', line: 'tea' }, 'tea\n'],
  ['a$1b\n', { regexp: '^a', line: '$& $1' }, '$& $1\n'],
] as const) {
  test(`${JSON.stringify(before)} with ${JSON.stringify(args)}`, () => {
    assert.is(edited(lineinfile, before, args), after)
  })
}

for (const [args, problem] of [
  [{}, /line is required with state=present/],
  [{ state: 'absent' }, /one of line, search_string, or regexp is required/],
  [{ line: 'a', backrefs: true }, /regexp is required with backrefs/],
  [{ line: 'a', regexp: '(' }, /no valid regular expression/],
  [{ line: 'a', regexp: '(?x) a' }, /the verbose flag (\(\?x\)), which is not supported/],
  [{ line: '\\2', regexp: '(a)', backrefs: true }, /no group '2'/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () => {
    assert.throws(() => planOf(lineinfile, { path: '/f', ...args }, fileView('a\n')), problem)
  })
}

test('insertafter and insertbefore exclude one another', () => {
  const args = { path: '/f', line: 'a', insertafter: 'EOF', insertbefore: 'BOF' }
  assert.throws(() => checkedArguments(lineinfile, args), /mutually exclusive: insertbefore, insertafter/)
})

test('an expression that matches everything is warned of', () => {
  const warnings = (args: object) =>
    planOf(lineinfile, { path: '/f', line: 'a', ...args }, fileView('b\n')).result?.warnings
  assert.match(String(warnings({ regexp: '' })), /regular expression is an empty string.*use '\^'/)
  assert.match(String(warnings({ search_string: '' })), /search string is an empty string/)
  assert.is(warnings({ regexp: '^' }), undefined)
})

tryCases(test, lineinfile, LINEINFILE_CASES)

test.run()
