import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadInventory } from '../../src/inventory/load.ts'
import { complaint, type Files, withFolder } from './temporary-folder.ts'

const test = suite('loading inventories')

/** The hosts with their own variables. */
async function hostsOf(files: Files, ...sources: string[]) {
  return withFolder(files, async (dir) => {
    const { hosts } = await loadInventory(sources, { cwd: dir })
    return Object.fromEntries([...hosts.values()].map(({ name, vars }) => [name, vars]))
  })
}

const SAME = { a: { x: 1 }, b: {} }
const TREE = '{ web: { hosts: { a: { x: 1 }, b: null } } }'
const LISTING = '{"web": {"hosts": ["a", "b"]}, "_meta": {"hostvars": {"a": {"x": 1}}}}'

const KINDS: readonly (readonly [name: string, file: string, text: string])[] = [
  ['YAML', 'hosts.yml', 'web: {hosts: {a: {x: 1}, b: }}'],
  ['YAML without an ending', 'hosts', '# c\n---\nweb: {hosts: {a: {x: 1}, b: }}'],
  ['YAML without an ending or start', 'hosts', 'web:\n  hosts: {a: {x: 1}, b: }'],
  ['JSON', 'hosts.json', '{"web": {"hosts": {"a": {"x": 1}, "b": null}}}'],
  ['JSON of a program', 'hosts.json', LISTING],
  ['JSON without an ending', 'hosts', LISTING],
  ['INI', 'hosts', '[web]\na x=1\nb'],
  ['INI with its ending', 'hosts.ini', '[web]\na x=1\nb'],
  ['INI with a port', 'hosts', '# c\na x=1\nb'],
  ['TypeScript', 'hosts.ts', `const tree: object = ${TREE}\nexport default tree`],
  ['JavaScript', 'hosts.mjs', `export default ${TREE}`],
  ['a program', '*hosts', `#!/bin/sh\n[ "$1" = --list ] && echo '${LISTING}'`],
  [
    'a program that is asked host by host',
    '*hosts.sh',
    `#!/bin/sh\ncase "$1 $2" in "--list ") echo '{"web": ["a", "b"]}';; "--host a") echo '{"x": 1}';; *) echo '{}';; esac`,
  ],
]

for (const [name, file, text] of KINDS) {
  test(`${name} is a source`, async () => {
    assert.equal(await hostsOf({ [file]: text }, file.replace('*', '')), SAME)
  })
}

test('a list of hosts is a source', async () => {
  assert.equal(await hostsOf({}, 'a,b[1:2]:2222, ::1,'), {
    a: {},
    b1: { ansible_port: 2222 },
    b2: { ansible_port: 2222 },
    '::1': {},
  })
})

test('later sources win', async () => {
  const files = { '1.yml': 'g: {hosts: {a: {x: 1, y: 1}}}', '2.yml': 'g: {hosts: {a: {x: 2}}}' }
  assert.equal(await hostsOf(files, '1.yml', '2.yml'), { a: { x: 2, y: 1 } })
  assert.equal(await hostsOf(files, '2.yml', '1.yml'), { a: { x: 1, y: 1 } })
})

test('a folder is read in the order of its names, without what is no source', async () => {
  const files = {
    'inv/b.yml': 'g: {hosts: {h: {x: b}}}',
    'inv/a.yml': 'g: {hosts: {h: {x: a}, i: }}',
    'inv/sub/c.yml': 'g: {hosts: {h: {y: c}}}',
    'inv/known_hosts': 'broken =',
    'inv/known_hosts.txt': 'broken =',
    'inv/.hidden.yml': '}',
    'inv/a.yml~': '}',
    'inv/x.orig': '}',
    'inv/x.bak': '}',
    'inv/x.cfg': '}',
    'inv/x.retry': '}',
    'inv/types.d.ts': '}',
    'inv/host_vars/h.yml': 'z: 1',
  }
  assert.equal(await hostsOf(files, 'inv'), { h: { x: 'b', y: 'c' }, i: {} })
})

test('a TypeScript source that has changed is read anew', async () => {
  await withFolder({ 'hosts.ts': 'export default { g: { hosts: { a: null } } }' }, async (dir) => {
    const first = await loadInventory(['hosts.ts'], { cwd: dir })
    assert.equal([...first.hosts.keys()], ['a'])
    await writeFile(join(dir, 'hosts.ts'), 'export default { g: { hosts: { b: null } } }')
    const second = await loadInventory(['hosts.ts'], { cwd: dir })
    assert.equal([...second.hosts.keys()], ['b'])
  })
})

const ERRORS: readonly (readonly [name: string, files: Files, message: RegExp])[] = [
  ['a missing source', {}, /inv: there is no such inventory\n.*-i '.*inv,'/],
  [
    'hosts as a list',
    { inv: 'web:\n  hosts: [a]' },
    /inv:2:3: hosts of group 'web' must be a mapping, but is a list/,
  ],
  [
    'a misspelt key',
    { inv: 'web:\n  hots: {a: }' },
    /inv:2:3: group 'web' has a key 'hots'.*did you mean 'hosts'/,
  ],
  [
    'variables of a host that are none',
    { inv: 'web:\n  hosts:\n    a: 1' },
    /inv:3:5: host 'a' must be a mapping/,
  ],
  [
    'groups that contain each other',
    { inv: 'a: {children: {b: {children: {a: }}}}' },
    /inv:1:\d+: group '.' cannot be a child/,
  ],
  ['a bad range', { inv: 'web:\n  hosts:\n    h[1:]:' }, /inv:3:5: .*is not a range/],
  [
    'an unknown plugin',
    { inv: 'plugin: tofuu' },
    /inv:1:1: inventory plugin 'tofuu' is not known; did you mean 'tofu'/,
  ],
  [
    'a host name that is an option',
    { inv: 'g:\n  hosts: {-oProxyCommand=x: }' },
    /inv:2:11: host name '-oProxyCommand=x' starts/,
  ],
  [
    'a program that fails',
    { '*inv': '#!/bin/sh\necho why >&2; exit 3' },
    /inv: inventory program --list failed \(exit code 3\): why/,
  ],
  [
    'a program that prints text',
    { '*inv': '#!/bin/sh\necho hello' },
    /inv: the inventory must be a JSON object/,
  ],
  [
    'a listing with bad hosts',
    { inv: '{"_meta": {}, "g": {"hosts": {"a": 1}}}' },
    /hosts of group 'g' must be a list of names/,
  ],
  [
    'a prototype in JSON',
    { inv: '{"g": {"hosts": {"a": {"__proto__": {"admin": 1}}}}}' },
    /'__proto__' is not allowed/,
  ],
  ['bytes that are no text', { inv: '\ud800\u0000' }, /inv/],
]

for (const [name, files, message] of ERRORS) {
  test(`${name} is an error`, async () => {
    const text = await withFolder(files, (dir) => complaint(() => loadInventory(['inv'], { cwd: dir })))
    assert.match(text, message)
  })
}

test('all files that are wrong are told at once', async () => {
  const files = { 'inv/a.yml': 'a: [1', 'inv/b.yml': 'b: 1', 'inv/c.yml': 'c: {hosts: {d: }}' }
  const text = await withFolder(files, (dir) => complaint(() => loadInventory(['inv'], { cwd: dir })))
  assert.match(
    text,
    /^2 errors in the inventory\n.*a\.yml:1:\d+: .*\n.*b\.yml:1:1: group 'b' must be a mapping/,
  )
})

test('no prototype is changed by names from outside', async () => {
  const inventory = await withFolder({ inv: 'constructor: {hosts: {toString: {valueOf: 1}}}' }, (dir) =>
    loadInventory(['inv'], { cwd: dir }),
  )
  assert.equal(inventory.hosts.get('toString')?.vars, { valueOf: 1 })
  assert.is(inventory.groups.has('hasOwnProperty'), false)
})

test('a folder that everyone may write to is warned about', async () => {
  await withFolder({ 'inv/hosts': 'a' }, async (dir) => {
    await chmod(join(dir, 'inv'), 0o777)
    const { warnings } = await loadInventory(['inv'], { cwd: dir })
    assert.match(warnings.join(), /inv is writable by everyone.*chmod o-w/)
    await chmod(join(dir, 'inv'), 0o755)
    assert.equal((await loadInventory(['inv'], { cwd: dir })).warnings, [])
  })
})

test('a name for a group and a host is warned about', async () => {
  const { warnings } = await loadInventory(['all,'], { cwd: '/' })
  assert.equal(warnings, ["'all' is both a group and a host"])
})

test('one machine under two names is warned about', async () => {
  const files = {
    inv: [
      'a ansible_host=10.0.0.1',
      'b ansible_host=10.0.0.1',
      'c ansible_host=10.0.0.1 ansible_port=2222',
      'd ansible_host=10.0.0.1 ansible_user=other',
      'e ansible_host={{x}}',
      'f ansible_host={{x}}',
    ].join('\n'),
  }
  const { warnings } = await withFolder(files, (dir) => loadInventory(['inv'], { cwd: dir }))
  assert.equal(warnings, ['hosts a, b have the same address: they are one machine under several names'])
})

test('a vault file without a password holds up only those who need it', async () => {
  const files = { 'inv/hosts': '[a]\nh1\n[b]\nh2', 'inv/group_vars/a.yml': '$ANSIBLE_VAULT;1.1;AES256\n61' }
  await withFolder(files, async (dir) => {
    const { inventoryLayers } = await import('../../src/inventory/layers.ts')
    const locked = await loadInventory(['inv'], { cwd: dir })
    assert.equal(inventoryLayers(locked, 'h2'), [])
    assert.match(await complaint(() => inventoryLayers(locked, 'h1')), /a\.yml: is encrypted with a vault/)
    const open = await loadInventory(['inv'], { cwd: dir, decrypt: (text) => `size: ${text.length}` })
    assert.equal(inventoryLayers(open, 'h1')[0]?.vars, { size: 28 })
    const refuse = (): never => {
      throw new Error('wrong password')
    }
    const shut = await loadInventory(['inv'], { cwd: dir, decrypt: refuse })
    assert.match(await complaint(() => inventoryLayers(shut, 'h1')), /cannot be decrypted: wrong password/)
  })
})

test.run()
