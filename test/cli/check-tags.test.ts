import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkTags } from '../../src/cli/check-tags.ts'
import type { LoadedPlay } from '../../src/playbook/model.ts'

const test = suite('cli/check-tags')

const play = (...tags: readonly (readonly string[])[]) =>
  [
    { tags: [], handlers: [], sections: [tags.map((own) => ({ kind: 'task', tags: own }))] },
  ] as unknown as LoadedPlay[]

test('a tag that no task has is an error, with the nearest that there is', () => {
  assert.throws(
    () => checkTags(play(['web'], ['always']), ['wbe']),
    /no task has the tag 'wbe'; did you mean 'web'/,
  )
  assert.equal(checkTags(play(['web'], ['always']), ['web', 'untagged']), [])
})

test('a tag of handlers alone is one, too', () => {
  const [one] = play(['web'])
  const notified = { ...one, handlers: [{ kind: 'task', tags: ['told'] }] } as unknown as LoadedPlay
  assert.equal(checkTags([notified], ['told']), [])
})

test('tags that are templates may be any', () => {
  assert.equal(checkTags(play(['web'], ['{{ more }}']), ['other']), [])
})

test('what has no tags of its own but always is warned of', () => {
  assert.match(checkTags(play(['always']), ['one', 'untagged']).join(), /^no task has the tag 'one': only/)
  assert.throws(() => checkTags(play([]), ['one']), /no task has the tag 'one'/)
})

test.run()
