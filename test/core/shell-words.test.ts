import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { shellWords } from '../../src/core/shell-words.ts'

const words = suite('words of a command line')

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['', []],
  ['  ls   -l\n/tmp ', ['ls', '-l', '/tmp']],
  [`echo 'a  b' "c d"e`, ['echo', 'a  b', 'c de']],
  [`echo "" ''`, ['echo', '', '']],
  [String.raw`echo "a \"b\" \n" '\n' a\ b`, ['echo', 'a "b" \\n', '\\n', 'a b']],
  ['echo $HOME *.txt | cat', ['echo', '$HOME', '*.txt', '|', 'cat']],
]
for (const [line, wanted] of CASES) {
  words(`splits ${JSON.stringify(line)}`, () => assert.equal(shellWords(line), wanted))
}

words('a comment ends the line, where there are any', () => {
  assert.equal(shellWords("a '#' b#c #d", { comments: true }), ['a', '#', 'b'])
})

words('a quote that is not closed is an error', () => {
  assert.throws(() => shellWords(`echo "a`), /a " is not closed in: echo "a/)
})

words.run()
