import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSelected } from '../../src/playbook/tags.ts'

const test = suite('tags')

// A task's tags, --tags, --skip-tags, and whether ansible-playbook runs it.
const cases: readonly [string, string, string, boolean][] = [
  ['', '', '', true],
  ['a', '', '', true],
  ['a', 'a', '', true],
  ['a', 'b', '', false],
  ['', 'a', '', false],
  ['always', 'a', '', true],
  ['never', '', '', false],
  ['never a', '', '', false],
  ['never a', 'a', '', true],
  ['never a', 'never', '', true],
  ['a', 'all', '', true],
  ['never', 'all', '', false],
  ['a', 'tagged', '', true],
  ['', 'tagged', '', false],
  ['never a', 'tagged', '', false],
  ['', 'untagged', '', true],
  ['a', 'untagged', '', false],
  ['always', 'untagged', '', true],
  ['a', '', 'a', false],
  ['a b', 'b', 'a', false],
  ['a', '', 'b', true],
  ['always', '', 'always', false],
  ['always', '', 'all', true],
  ['a', '', 'all', false],
  ['always', '', 'all always', false],
  ['a', '', 'tagged', false],
  ['', '', 'tagged', true],
  ['', '', 'untagged', false],
  ['a', '', 'untagged', true],
]
const list = (text: string) => text.split(' ').filter((word) => word !== '')
for (const [tags, only, skip, expected] of cases) {
  test(`[${tags}] --tags [${only}] --skip-tags [${skip}]: ${expected ? 'runs' : 'does not run'}`, () => {
    assert.is(isSelected(list(tags), { only: list(only), skip: list(skip) }), expected)
  })
}

test.run()
