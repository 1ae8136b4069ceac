import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTemplar } from '../../../src/template/index.ts'
import {
  characterAt,
  everyNth,
  lengthOf,
  reversed,
  sliceOf,
} from '../../../src/template/python/code-points.ts'
import { scopeOf } from '../support/corpus.ts'

const test = suite('template/python/code-points')

const ALPHABET = ['a', ' ', 'ß', '€', '😀', '𐍈', '\udc00']

// The same texts each time: a small generator of numbers, so that a failure can be repeated.
function* texts(): Iterable<string> {
  let seed = 7
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  for (let round = 0; round < 300; round += 1) {
    yield Array.from({ length: next(9) }, () => ALPHABET[next(ALPHABET.length)]).join('')
  }
}

test('each function gives what an array of the code points gives', () => {
  for (const text of texts()) {
    const all = Array.from(text)
    const shown = JSON.stringify(text)
    assert.is(lengthOf(text), all.length, shown)
    assert.is(reversed(text), Array.from(text).reverse().join(''), shown)
    for (let from = -10; from <= 10; from += 1) {
      assert.is(characterAt(text, from), all.at(from), `${shown} at ${from}`)
      assert.is(sliceOf(text, from), all.slice(from).join(''), `${shown} from ${from}`)
      for (let to = -10; to <= 10; to += 1) {
        assert.is(sliceOf(text, from, to), all.slice(from, to).join(''), `${shown} from ${from} to ${to}`)
      }
    }
    for (const stride of [1, 2, 3, -1, -2]) {
      for (let from = 0; from < all.length; from += 1) {
        for (let to = -1; to <= all.length; to += 1) {
          const picked: (string | undefined)[] = []
          for (let index = from; stride > 0 ? index < to : index > to; index += stride)
            picked.push(all[index])
          assert.is(everyNth(text, from, to, stride), picked.join(''), `${shown} ${from} ${to} ${stride}`)
        }
      }
    }
  }
})

test('a pair at the border of two pieces stays whole', () => {
  const text = `${'a'.repeat(3)}😀${'b'.repeat(65_535)}`
  assert.is(reversed(text), `${'b'.repeat(65_535)}😀aaa`)
})

// More characters than an array can be made of at once; each of these was an error, or took gigabytes.
const LONG = 150_000_000
const CASES: Readonly<Record<string, unknown>> = {
  's | length': LONG,
  's | count': LONG,
  's[5]': 'x',
  's[-1]': 'x',
  's[:3]': 'xxx',
  's[-3:]': 'xxx',
  's | first': 'x',
  's | last': 'x',
  's | truncate(5)': 'xx...',
  's.strip() | length': LONG,
  "s.startswith('xx')": true,
  "s.find('y')": -1,
  "s.count('y')": 0,
  "'%s' | format(s) | length": LONG,
}

test('text of 150 million characters is counted and cut', () => {
  const templar = createTemplar()
  const s = 'x'.repeat(LONG)
  for (const [expression, expected] of Object.entries(CASES)) {
    assert.is(templar.evaluate(expression, scopeOf({ s })), expected, expression)
  }
})

test.run()
