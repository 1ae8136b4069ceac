import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { formatDiffs } from '../../src/report/diff.ts'

const test = suite('diff')

const lines = (numbers: readonly number[]) => numbers.map((number) => `${number}\n`).join('')
const before = lines([1, 2, 3, 4, 5, 6, 7, 8, 9])
const diff = { before, after: before.replace('5', 'five') }

const contexts: readonly [number | undefined, readonly string[]][] = [
  [undefined, [' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8']],
  [1, [' 4', '-5', '+five', ' 6']],
  [0, ['-5', '+five']],
]
for (const [context, expected] of contexts) {
  test(`${context ?? 'the usual'} lines around a difference`, () => {
    const limits = context === undefined ? undefined : { largest: 1000, context }
    const text = formatDiffs([diff], false, limits)
    assert.equal(
      text.split('\n').filter((line) => /^[-+ ]\w/.test(line)),
      expected,
    )
  })
}

const bounds: readonly [number, boolean][] = [
  [diff.after.length, true],
  [diff.after.length - 1, false],
  [0, true],
]
for (const [largest, isShown] of bounds) {
  test(`texts up to ${largest} characters are ${isShown ? '' : 'not '}compared`, () => {
    const text = formatDiffs([diff], false, { largest, context: 3 })
    assert.is(text.includes('+five'), isShown)
    assert.is(text.includes('(too large to show)'), !isShown)
  })
}

test.run()
