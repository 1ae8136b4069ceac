import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { duplicateWarnings } from '../../src/inventory/duplicates.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import type { Host } from '../../src/inventory/model.ts'
import { withFolder } from './temporary-folder.ts'

const test = suite('inventories of many hosts')

const HOSTS = 12_000
const NAMES = Array.from({ length: HOSTS }, (_, index) => `web${index}`)

const SOURCES = {
  'hosts.yml': `all:\n  hosts:\n${NAMES.map((name) => `    ${name}:\n      rack: r1\n`).join('')}`,
  'hosts.ini': `[web]\n${NAMES.map((name) => `${name} rack=r1\n`).join('')}`,
  'hosts.json': JSON.stringify({
    _meta: { hostvars: Object.fromEntries(NAMES.map((name) => [name, { rack: 'r1' }])) },
    web: { hosts: NAMES },
  }),
}

for (const [file, text] of Object.entries(SOURCES)) {
  test(`${file}: all hosts are read`, async () => {
    await withFolder({ [file]: text }, async (cwd) => {
      const { hosts } = await loadInventory([file], { cwd })
      assert.is(hosts.size, HOSTS)
      assert.equal(hosts.get(`web${HOSTS - 1}`)?.vars, { rack: 'r1' })
    })
  })

  test(`${file}: loading lets other work go on, and ends when it is interrupted`, async () => {
    await withFolder({ [file]: text }, async (cwd) => {
      const interrupt = new AbortController()
      let turns = 0
      const turn = (): void => {
        turns += 1
        if (turns === 4) interrupt.abort(new Error('interrupted'))
        else setImmediate(turn)
      }
      setImmediate(turn)
      const loading = loadInventory([file], { cwd, signal: interrupt.signal })
      const outcome = await loading.then(
        () => 'loaded',
        (error: Error) => error.message,
      )
      assert.is(outcome, 'interrupted')
    })
  })
}

test('names of one machine are counted, not all written', () => {
  const host = (name: string): Host => ({
    name,
    vars: { ansible_host: '192.0.2.1' },
    groups: [],
    file: undefined,
    implicit: false,
  })
  const few = ['a', 'b', 'c']
  assert.equal(duplicateWarnings(few.map(host)), [
    'hosts a, b, c have the same address: they are one machine under several names',
  ])
  const many = Array.from({ length: 200_000 }, (_, index) => `h${index}`)
  assert.equal(duplicateWarnings(many.map(host)), [
    'hosts h0, h1, h2, h3, h4, h5, h6, h7, h8, h9 and 199990 more have the same address: they are one machine under several names',
  ])
})

test.run()
