import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadInventory } from '../../src/inventory/load.ts'
import type { Order } from '../../src/inventory/order.ts'
import { selectHosts, splitPattern } from '../../src/inventory/pattern.ts'
import { complaint } from './temporary-folder.ts'

const test = suite('host patterns')

const FIXTURES = new URL('fixtures/compat/', import.meta.url).pathname
const load = () => loadInventory([`${FIXTURES}order/hosts.yml`], { cwd: '/' })
const names = (hosts: readonly { readonly name: string }[]) => hosts.map(({ name }) => name).join(' ')

// Recorded: what `ansible PATTERN --list-hosts` printed for the same inventory; ` -l ` separates the limit.
const RECORDED: [string, string][] = JSON.parse(readFileSync(`${FIXTURES}order.patterns.json`, 'utf8'))

for (const [line, expected] of RECORDED) {
  test(`${line} selects what Ansible selects`, async () => {
    const [pattern = '', limit] = line.split(' -l ')
    assert.is(names(selectHosts(await load(), pattern, { limit }).hosts), expected)
  })
}

test('the list of recorded patterns is not empty', () => {
  assert.ok(RECORDED.length > 80)
})

test('words that name nothing are told, with the nearest name', async () => {
  const { hosts, unmatched } = selectHosts(await load(), 'web:wbe:!appy', { limit: 'lune' })
  assert.is(names(hosts), '')
  assert.equal(unmatched, [
    { word: 'wbe', nearest: 'web' },
    { word: 'appy', nearest: 'appx' },
    { word: 'lune', nearest: 'lone' },
  ])
  assert.equal(selectHosts(await load(), ['all', 'localhost', 'we*', '!~d']).unmatched, [])
})

test('a list of patterns is one pattern', async () => {
  assert.is(names(selectHosts(await load(), ['web', '!sub', 'd1']).hosts), 'w2 x1 d1')
})

test('separators only name all hosts', async () => {
  const all = names(selectHosts(await load(), 'all').hosts)
  for (const pattern of [',', ',,', ' , ,'])
    assert.is(names(selectHosts(await load(), pattern, { limit: ',' }).hosts), all)
  assert.is(names(selectHosts(await load(), '').hosts), '')
})

test('a limit keeps localhost out', async () => {
  assert.is(names(selectHosts(await load(), 'localhost', { limit: 'web' }).hosts), '')
})

test('a regular expression that is none is an error', async () => {
  assert.match(
    await complaint(async () => selectHosts(await load(), '~(w')),
    /'~\(w' is not a regular expression/,
  )
})

const SPLITS: readonly (readonly [pattern: string, words: readonly string[]])[] = [
  ['a:b,c', ['a', 'b', 'c']],
  ['a:!b:&c', ['a', '!b', '&c']],
  ['a, ! b', ['a', '!b']],
  ['web[0:2]:db', ['web[0:2]', 'db']],
  ['~w(?:1|2):x', ['~w(?:1|2)', 'x']],
  ['2001:db8::1', ['2001:db8::1']],
  ['a,!2001:db8::1', ['a', '!2001:db8::1']],
  ['', []],
  [':a:', ['a']],
]

for (const [pattern, words] of SPLITS) {
  test(`'${pattern}' has ${words.length} words`, () => {
    assert.equal(splitPattern(pattern), words)
  })
}

const ORDERS: readonly (readonly [order: Order, expected: string])[] = [
  ['inventory', 'w2 w1 x1 s2 s1'],
  ['reverse_inventory', 's1 s2 x1 w1 w2'],
  ['sorted', 's1 s2 w1 w2 x1'],
  ['reverse_sorted', 'x1 w2 w1 s2 s1'],
  ['shuffle', 's1 x1 w2 w1 s2'],
]

for (const [order, expected] of ORDERS) {
  test(`order: ${order}`, async () => {
    const ranks = [0.3, 0.4, 0.2, 0.5, 0.1]
    const { hosts } = selectHosts(await load(), 'web', { order, random: () => ranks.shift() ?? 1 })
    assert.is(names(hosts), expected)
  })
}

test.run()
