import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { shellWords } from '../../../src/core/shell-words.ts'
import { compactJson } from '../../../src/core/values/json.ts'
import { pythonLiteral } from '../../../src/core/values/python-literal.ts'
import { PyFloat } from '../../../src/core/values/types.ts'

const test = suite('values of INI inventories')

// Each pair was checked against ansible-inventory; where a row gives one value, the text stays as it is.
const LITERALS: readonly (readonly [text: string, value?: unknown])[] = [
  ['1', 1],
  ['1 # comment', 1],
  ['-5', -5],
  ['- 5', -5],
  ['+7', 7],
  ['0', 0],
  ['00', 0],
  ['012'],
  ['1_000', 1000],
  ['0x10', 16],
  ['0o17', 15],
  ['0b11', 3],
  ['1.50', 1.5],
  ['.5', 0.5],
  ['5.', new PyFloat(5)],
  ['1e3', new PyFloat(1000)],
  ['12345678901234567890', 12345678901234567890n],
  ['True', true],
  ['False', false],
  ['None', null],
  ['true'],
  ['none'],
  ['"x" # c', 'x'],
  ["'a' 'b'", 'ab'],
  ["'a\\nb'", 'a\nb'],
  ["'\\x41\\u00e9\\101'", 'AéA'],
  ["r'\\d'", '\\d'],
  ["u'z'", 'z'],
  ["'''x'''", 'x'],
  ['"a#b"', 'a#b'],
  ["it's"],
  ['"open'],
  ["f'x'"],
  ['[1, 2,]', [1, 2]],
  ['[]', []],
  ['[1, 2'],
  ['(1,2)', [1, 2]],
  ['(1)', 1],
  ['(1,)', [1]],
  ['()', []],
  ['1,2', [1, 2]],
  ['1,', [1]],
  ['{1, 2}', [1, 2]],
  ['{}', {}],
  [`{'a': [1, {"b": None}], 'c': "x",}`, { a: [1, { b: null }], c: 'x' }],
  ["{'a':1,**{}}"],
  ["{'__proto__': 1}"],
  ['1+1'],
  ['2-1'],
  ['1 2'],
  ['not True'],
  ['$HOME'],
  ['{{ foo }}'],
  ['#x'],
  [''],
  ['a=b=c'],
  ['-'],
  ['1x'],
  ['['.repeat(5000)],
]

for (const [text, ...value] of LITERALS) {
  const wanted = value.length === 0 ? text : value[0]
  test(`${text.slice(0, 40)} gives ${compactJson(wanted).slice(0, 40)}`, () => {
    assert.equal(pythonLiteral(text), wanted)
  })
}

const LINES: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['a b=c', ['a', 'b=c']],
  ['a b="x y" # c', ['a', 'b=x y']],
  ["a b='x \\y'", ['a', 'b=x \\y']],
  ['a b=x\\ y', ['a', 'b=x y']],
  ['a b="\\"q\\"\\n"', ['a', 'b="q"\\n']],
  ['a b=1#c d=2', ['a', 'b=1']],
  ["a b='#no'", ['a', 'b=#no']],
  ["a b=''", ['a', 'b=']],
  ['a {"x":1}', ['a', '{x:1}']],
]

for (const [line, words] of LINES) {
  test(`${line} has ${words.length} words`, () => {
    assert.equal(shellWords(line, { comments: true }), words)
  })
}

test('an open quote is refused', () => {
  assert.throws(() => shellWords("a b='x"), /a ' is not closed/)
  assert.throws(() => shellWords('a b\\'), /a backslash ends the line/)
})

test.run()
