import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { joinStats } from '../../src/core/join-stats.ts'
import { mergeReports } from '../../src/report/merge.ts'

const test = suite('report/merge: what set_stats kept')

test('numbers, texts and lists add up, dictionaries merge, what differs in kind stays', () => {
  const there = { n: 1, text: 'a', list: [1], dict: { a: { x: 1 }, b: 1 }, kind: 'text' }
  const more = { n: 2, text: 'b', list: [2], dict: { a: { y: 2 }, b: 2 }, kind: 1, fresh: true }
  assert.equal(joinStats(there, more), {
    n: 3,
    text: 'ab',
    list: [1, 2],
    dict: { a: { x: 1, y: 2 }, b: 2 },
    kind: 'text',
    fresh: true,
  })
})

test('the reports of shards keep those of their hosts, and add up those of the run', () => {
  const shard = (host: string, count: number) => ({
    file: `${host}.json`,
    report: {
      plays: [],
      stats: { [host]: { ok: 1 } },
      custom_stats: { [host]: { own: count } },
      global_custom_stats: { count },
    },
  })
  const whole = mergeReports([shard('a', 1), shard('b', 2)])
  assert.equal(whole.custom_stats, { a: { own: 1 }, b: { own: 2 } })
  assert.equal(whole.global_custom_stats, { count: 3 })
})

test.run()
