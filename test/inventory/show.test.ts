import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadInventory } from '../../src/inventory/load.ts'
import { graphInventory, hostInventory, listInventory, printJson } from '../../src/inventory/show.ts'
import { complaint } from './temporary-folder.ts'

const test = suite('showing inventories')

const FIXTURES = new URL('fixtures/compat/', import.meta.url).pathname
const load = (source: string) => loadInventory([source], { cwd: FIXTURES })
const recorded = (name: string) => readFileSync(`${FIXTURES}${name}.txt`, 'utf8').trimEnd()

// Each .txt file was printed by ansible-inventory itself, see record.sh.
for (const source of ['yaml', 'ini/hosts', 'nested', 'order/hosts.yml']) {
  const [name = ''] = source.split('/')

  test(`${name}: --list is what ansible-inventory prints`, async () => {
    assert.is(listInventory(await load(source)), recorded(`${name}.list`))
  })

  test(`${name}: --graph is what ansible-inventory prints`, async () => {
    assert.is(graphInventory(await load(source)), recorded(`${name}.graph`))
    assert.is(graphInventory(await load(source), { vars: true }), recorded(`${name}.vars`))
  })
}

test('--host is what ansible-inventory prints', async () => {
  assert.is(hostInventory(await load('yaml'), 'db1'), recorded('yaml.host'))
})

test('--graph starts at the group that is asked for', async () => {
  assert.is(graphInventory(await load('nested'), { group: 'db' }), '@db:\n  |--b\n  |--c')
})

test('an unknown name is an error with the nearest one', async () => {
  const inventory = await load('yaml')
  assert.match(await complaint(() => hostInventory(inventory, 'db2')), /no host 'db2'.*did you mean 'db1'/)
  assert.match(await complaint(() => graphInventory(inventory, { group: 'wbe' })), /no group 'wbe'.*'web'/)
})

test('JSON has sorted keys, numbers as names too', () => {
  assert.is(printJson({ 10: [], 9: {}, b: null }), '{\n    "10": [],\n    "9": {},\n    "b": null\n}')
  assert.is(printJson([Number.POSITIVE_INFINITY, Number.NaN]), '[\n    Infinity,\n    NaN\n]')
})

test.run()
