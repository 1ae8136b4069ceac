import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { InventoryView } from '../../src/core/module.ts'
import { add_host } from '../../src/modules/add_host.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('modules/add_host')
const INVENTORY = {
  hosts: new Map([['web', { vars: { color: 'red' }, data: {} }]]),
  groups: new Map([['old', { hosts: ['web'], children: [] }]]),
} as unknown as InventoryView

for (const [what, args, changes, host] of [
  ['a new host', { name: 'new' }, ['state'], { host_name: 'new', groups: [], host_vars: {} }],
  ['a host that is there', { name: 'web' }, [], { host_name: 'web', groups: [], host_vars: {} }],
  [
    'its group and variable, too',
    { hostname: 'web', groups: 'old', color: 'red' },
    [],
    { host_name: 'web', groups: ['old'], host_vars: { color: 'red' } },
  ],
  [
    'another group and variable',
    { host: 'web', groupname: 'old, fresh', color: 'blue' },
    ['group', 'color'],
    { host_name: 'web', groups: ['old', 'fresh'], host_vars: { color: 'blue' } },
  ],
  [
    'a port',
    { name: '[::1]:2222' },
    ['state', 'ansible_ssh_port'],
    { host_name: '::1', groups: [], host_vars: { ansible_ssh_port: 2222 } },
  ],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(add_host, args, undefined, { local: INVENTORY })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    assert.equal(plan.result, { add_host: host })
  })
}

test('what is wrong is refused', () => {
  assert.throws(() => checkedArguments(add_host, {}), /required/)
  assert.throws(
    () => planOf(add_host, { name: '-x' }, undefined, { local: INVENTORY }),
    /cannot be the name of a host/,
  )
})

test.run()
