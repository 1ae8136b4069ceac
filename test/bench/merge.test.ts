import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mergePage, mergeTables } from '../../bench/merge.ts'

const test = suite('the page of the benchmarks')

const tables: readonly [name: string, first: string, second: string, expected: string][] = [
  [
    'a new row is added, a known one replaced whole, another stays',
    '| s | a | b |\n|---|--:|--:|\n| one | 1 | 2 (2.0x) |\n| two | 3 | 4 |',
    '| s | a | b |\n|---|--:|--:|\n| one | 5 | - |\n| three | 6 | 7 |',
    '| s | a | b |\n|---|--:|--:|\n| one | 5 | - |\n| two | 3 | 4 |\n| three | 6 | 7 |',
  ],
  [
    'columns are those of both, while they have figures',
    '| s | a | gone |\n|---|--:|--:|\n| one | 1 | 2 |\n| two | 3 | - |',
    '| s | new | a |\n|---|--:|--:|\n| one | 5 | 6 |',
    '| s | new | a |\n|---|--:|--:|\n| one | 5 | 6 |\n| two | - | 3 |',
  ],
  ['nothing was there', '', '| s | a |\n|---|--:|\n| one | 1 |', '| s | a |\n|---|--:|\n| one | 1 |'],
  ['nothing is new', '| s | a |\n|---|--:|\n| one | 1 |', '', '| s | a |\n|---|--:|\n| one | 1 |'],
]
for (const [name, first, second, expected] of tables)
  test(`tables: ${name}`, () => assert.is(mergeTables(first, second), expected))

const wall = (row: string) => `### Wall time\n\n| s | a |\n|---|--:|\n${row}\n`

test('parts that did not run stay, in the order of the page', () => {
  const before = mergePage(
    '# Old',
    [
      ['Hosts', wall('| one | 1 |')],
      ['Scale', '| n |\n|--:|\n| 9 |\n'],
    ],
    '',
  )
  assert.is(
    before,
    '# Old\n## Hosts\n\n### Wall time\n\n| s | a |\n|---|--:|\n| one | 1 |\n\n## Scale\n\n| n |\n|--:|\n| 9 |\n',
  )
  const after = mergePage(
    '# New',
    [
      ['Hosts', ''],
      ['Scale', '| n |\n|--:|\n| 8 |\n'],
    ],
    before,
  )
  assert.is(after, before.replace('# Old', '# New').replace('| 9 |', '| 8 |'))
  const again = mergePage(
    '# New',
    [
      ['Hosts', wall('| two | 2 |')],
      ['Scale', ''],
    ],
    after,
  )
  assert.is(again, after.replace('| one | 1 |', '| one | 1 |\n| two | 2 |'))
})

test.run()
