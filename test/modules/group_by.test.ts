import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { InventoryView } from '../../src/core/module.ts'
import { group_by } from '../../src/modules/group_by.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('modules/group_by')
const inventory = {
  hosts: new Map(),
  groups: new Map([
    ['os_debian', { hosts: ['web'], children: [] }],
    ['os', { hosts: [], children: ['os_debian'] }],
  ]),
} as unknown as InventoryView

for (const [what, args, changes, group] of [
  ['a new group', { key: 'os_alpine linux' }, ['group'], 'os_alpine-linux'],
  ['a group that has the host', { key: 'os_debian' }, [], 'os_debian'],
  ['a parent that has the group', { key: 'os_debian', parents: 'os' }, [], 'os_debian'],
  ['another parent', { key: 'os_debian', parents: ['os', 'all', 'new'] }, ['parent'], 'os_debian'],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(group_by, args, undefined, { local: { inventory, host: 'web' } })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    assert.is(plan.result?.add_group, group)
  })
}

test('a key is required', () => {
  assert.throws(() => checkedArguments(group_by, { parents: 'a' }), /required/)
})

test.run()
