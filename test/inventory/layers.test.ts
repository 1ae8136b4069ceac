import { relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withGroup, withHost } from '../../src/inventory/extend.ts'
import { findHost, groupNames, groupsOf, groupsWithHosts } from '../../src/inventory/groups.ts'
import { inventoryLayers, mergeLayers } from '../../src/inventory/layers.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { loadGroupVars } from '../../src/inventory/variable-folder.ts'
import { complaint, withFolder } from './temporary-folder.ts'

const test = suite('groups and variable layers')

const FILES = {
  'inv/hosts.yml': [
    'all: {vars: {x: 3 all}}',
    'web: {vars: {x: 3 web}, hosts: {h: {x: 8}}, children: {sub: {vars: {x: 3 sub}, hosts: {h: }}}}',
    'zeta: {vars: {x: 3 zeta}, hosts: {h: }}',
    'first: {vars: {x: 3 first, ansible_group_priority: 5}, hosts: {h: }}',
  ].join('\n'),
  'inv/group_vars/all.yml': 'x: 4',
  'inv/group_vars/sub/b.json': '{"x": "6b"}',
  'inv/group_vars/sub/a.yml': 'x: 6a',
  'inv/group_vars/sub.yml': 'x: ignored',
  'inv/host_vars/h': 'x: 9',
  'play/group_vars/all.yaml': 'x: 5',
  'play/group_vars/web.ts': 'export default { x: "7" }',
  'play/host_vars/h.yml': 'x: 10',
  'play/group_vars/empty.yml': '',
}

test('layers come in the documented order of precedence', async () => {
  await withFolder(FILES, async (dir) => {
    const inventory = await loadInventory(['inv'], { cwd: dir })
    const layers = inventoryLayers(inventory, 'h', await loadGroupVars(`${dir}/play`))
    assert.equal(
      layers.map(({ level, vars }) => `${level}: ${vars.x}`),
      [
        '3: 3 all',
        '3: 3 web',
        '3: 3 zeta',
        '3: 3 first',
        '3: 3 sub',
        '4: 4',
        '5: 5',
        '6: 6a',
        '6: 6b',
        '7: 7',
        '8: 8',
        '9: 9',
        '10: 10',
      ],
    )
    assert.is(mergeLayers(layers).x, 10)
    assert.equal(
      layers.slice(5, 8).map(({ origin }) => relative(dir, origin)),
      ['inv/group_vars/all.yml', 'play/group_vars/all.yaml', 'inv/group_vars/sub/a.yml'],
    )
    assert.match(inventory.warnings.join(), /group_vars\/sub\.yml is ignored: sub is there too/)
  })
})

test('groups are sorted by depth, priority and name', async () => {
  const inventory = await withFolder(FILES, (dir) => loadInventory(['inv'], { cwd: dir }))
  assert.equal(
    groupsOf(inventory, 'h').map(({ name }) => name),
    ['all', 'web', 'zeta', 'first', 'sub'],
  )
  assert.equal(groupNames(inventory, 'h'), ['first', 'sub', 'web', 'zeta'])
  assert.equal(
    groupsOf(inventory, 'nobody').map(({ name }) => name),
    ['all'],
  )
  assert.equal(inventory.groups.get('first')?.vars, { x: '3 first' })
})

test('a variable file that is no mapping is an error', async () => {
  const files = { 'group_vars/all.yml': '- a', 'host_vars/x.yml': 'a' }
  const text = await withFolder(files, (dir) => complaint(() => loadGroupVars(dir), dir))
  assert.match(text, /^group_vars\/all\.yml:1:1: variables must be a mapping.*but the file holds a list/)
})

test('a folder without variable folders has no variables', async () => {
  await withFolder({}, async (dir) => {
    const { groups, hosts } = await loadGroupVars(dir)
    assert.is(groups.size + hosts.size, 0)
  })
})

test('localhost is there without being listed, and in no group', async () => {
  const inventory = await loadInventory(['a,'], { cwd: '/' })
  assert.equal(findHost(inventory, 'localhost')?.vars, { ansible_connection: 'local' })
  assert.is(findHost(inventory, 'localhost')?.implicit, true)
  assert.is(findHost(inventory, 'other'), undefined)
  assert.equal(groupsWithHosts(inventory), { all: ['a'], ungrouped: ['a'] })
  const listed = await loadInventory(['localhost,'], { cwd: '/' })
  assert.is(findHost(listed, '127.0.0.1')?.name, 'localhost')
  assert.is(findHost(listed, 'localhost')?.implicit, false)
})

test('a play adds hosts and groups', async () => {
  const before = await loadInventory(['a,b,'], { cwd: '/' })
  const added = withHost(before, { name: 'c:2222', groups: ['new'], vars: { x: 1 } })
  assert.equal(added.hosts.get('c'), {
    name: 'c',
    vars: {},
    data: { ansible_port: 2222, x: 1 },
    groups: ['new'],
    file: undefined,
    implicit: false,
  })
  const grouped = withGroup(added, 'debian', { hosts: ['a', 'c'], parents: ['linux'] })
  assert.equal(groupsWithHosts(grouped), {
    all: ['b', 'c', 'a'],
    ungrouped: ['b'],
    new: ['c'],
    debian: ['a', 'c'],
    linux: ['a', 'c'],
  })
  assert.equal(groupNames(grouped, 'a'), ['debian', 'linux'])
  assert.equal([...before.hosts.keys()], ['a', 'b'])
  assert.match(
    await complaint(() => withGroup(grouped, 'linux', { parents: ['debian'] })),
    /cannot be a child/,
  )
})

test.run()
