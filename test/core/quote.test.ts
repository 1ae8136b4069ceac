import { execFileSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lines, operands, quote, safePath, sh } from '../../src/core/quote.ts'

const test = suite('quote')

const words = [
  'plain',
  '',
  ' ',
  "it's",
  '"double"',
  '$(touch /tmp/never)',
  '`id`',
  '; rm -rf /',
  '*',
  '\\',
  'a\nb',
  '~',
  '#x',
  '=',
  '-rf',
  'ünï😀',
  '\u0001\u007f',
  '!history',
]
for (const shell of ['dash', 'bash', 'sh']) {
  test(`${shell} reads every word back as it was`, () => {
    const script = sh`printf '%s\0' ${words}`
    const out = execFileSync(shell, ['-c', script.text], { encoding: 'utf8' })
    assert.equal(out.split('\0').slice(0, -1), words)
  })
}

test('a NUL byte is refused before anything is sent', () => {
  assert.throws(() => quote('a\0b'), /NUL byte/)
})

test('values inside a script are quoted, scripts are not, lists become words', () => {
  assert.is(sh`ls ${['a b', 'c']} ${sh`| wc`} ${3}`.text, "ls 'a b' c | wc 3")
})

test('the text of a script is taken raw', () => {
  assert.is(sh`printf '\n%s' ${'x'}`.text, "printf '\\n%s' x")
})

test('scripts are joined line by line', () => {
  assert.is(lines(sh`a`, undefined, sh`b`).text, 'a\nb')
})

test('a path cannot be taken for an option', () => {
  assert.is(safePath('-x'), './-x')
  assert.is(safePath('/x'), '/x')
})

test('operands that could be options follow --', () => {
  assert.equal(operands('passwd', 'root'), ['passwd', 'root'])
  assert.equal(operands('passwd', '--version'), ['--', 'passwd', '--version'])
  assert.equal(operands(), [])
})

test.run()
