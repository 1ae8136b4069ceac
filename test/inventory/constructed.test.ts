import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inventoryExpressions } from '../../src/cli/inventory-expressions.ts'
import { groupNames, hostsOfGroup } from '../../src/inventory/groups.ts'
import { keyedNames } from '../../src/inventory/keyed-groups.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { complaint, withFolder } from './temporary-folder.ts'

const test = suite('constructed inventories')

const HOSTS = `all:
  hosts:
    web1: {os: linux, tags: [a, ''], size: 4}
    db1: {os: '', plan: '{{ os }}x', meta: {site: north, rack: ''}}
  children:
    site: {hosts: {web1: }, vars: {zone: z1}}
`

const load = (config: string, more: Record<string, string> = {}, extraVars = {}) =>
  withFolder(
    { 'a.yml': HOSTS, 'b.yml': `plugin: ansible.builtin.constructed\n${config}`, ...more },
    (folder) =>
      loadInventory([join(folder, 'a.yml'), join(folder, 'b.yml')], {
        cwd: folder,
        expressions: inventoryExpressions,
        extraVars,
      }),
  )

test('compose sets variables that later entries read; what fails is skipped', async () => {
  const { hosts } = await load(
    'compose:\n  double: size * 2\n  where: inventory_hostname ~ zone\ngroups:\n  1-big: double > 7\n  never: nothing.at.all\n',
  )
  assert.equal(
    [hosts.get('web1')?.vars.double, hosts.get('web1')?.vars.where, hosts.get('web1')?.groups],
    [8, 'web1z1', ['site', '__big']],
  )
  assert.equal([hosts.get('db1')?.vars.double, hosts.get('db1')?.groups], [undefined, ['ungrouped']])
})

test('keyed_groups adds groups of text, lists and dictionaries, below a parent', async () => {
  const inventory = await load(
    [
      'keyed_groups:',
      '  - {key: os, prefix: os, default_value: none, parent_group: "by_{{ os or 0 }}"}',
      '  - {key: tags, separator: "-"}',
      '  - {key: meta, prefix: m, trailing_separator: false}',
      '  - {key: plan, prefix: plan}\n',
    ].join('\n'),
  )
  assert.equal(groupNames(inventory, 'web1'), ['_', '_a', 'by_linux', 'os_linux', 'site'])
  assert.equal(groupNames(inventory, 'db1'), ['by_0', 'm_rack', 'm_site_north', 'os_none', 'plan_x'])
  assert.equal(hostsOfGroup(inventory, 'by_linux'), ['web1'])
})

test('use_extra_vars and use_vars_plugins bring more variables', async () => {
  const files = { 'group_vars/site.yml': 'colour: red\n', 'host_vars/db1.yml': 'colour: blue\n' }
  const groups = 'keyed_groups:\n  - key: colour\n    separator: ""\n'
  const plain = await load(groups, files)
  assert.is(plain.groups.has('red'), false)
  const more = await load(
    `use_vars_plugins: true\nuse_extra_vars: true\ncompose: {x: given}\n${groups}`,
    files,
    {
      given: 'e',
    },
  )
  assert.equal([hostsOfGroup(more, 'red'), hostsOfGroup(more, 'blue')], [['web1'], ['db1']])
  assert.is(more.hosts.get('db1')?.vars.x, 'e')
})

test('strict makes what fails an error, and unknown keys always are', async () => {
  const strict = await complaint(() => load('strict: true\ncompose: {x: size + 1}\n'))
  assert.match(strict, /Could not set x for host db1/)
  assert.match(await complaint(() => load('strickt: true\n')), /'strickt' is not a key of plugin constructed/)
  assert.match(await complaint(() => load('keyed_groups: [{key: size}]\n')), /Invalid group name format.*4/)
})

for (const [value, entry, leading, names] of [
  ['a', {}, true, ['_a']],
  ['a', {}, false, ['a']],
  ['a', { prefix: 'p' }, false, ['p_a']],
  ['', { default_value: 'd' }, true, ['_d']],
  [{ k: '' }, {}, true, ['_k_']],
  [{ k: '' }, { trailing_separator: false }, true, ['_k']],
  [{ k: '' }, { default_value: 'd', separator: '-' }, true, ['-k-d']],
  [[], { prefix: 'p' }, true, []],
] as const) {
  test(`keyed groups of ${JSON.stringify([value, entry, leading])}`, () =>
    assert.equal(keyedNames(value, entry, leading), names))
}

test.run()
