import { readFileSync } from 'node:fs'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TofuOutputs } from '../../src/core/tofu/outputs.ts'
import { type GenerateOptions, generateInventory, tofuSourceFrom } from '../../src/inventory/generate.ts'
import { knownHostsLine } from '../../src/inventory/host-key.ts'
import { inventoryLayers, mergeLayers } from '../../src/inventory/layers.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { complaint, withFolder } from './temporary-folder.ts'

const test = suite('generating the inventory')

const FIXTURES = new URL('fixtures/tofu/', import.meta.url).pathname
const RECORDED: Record<string, { value: unknown; sensitive: boolean }> = JSON.parse(
  readFileSync(`${FIXTURES}outputs.json`, 'utf8'),
)
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIIHgLi/53wkvkRkkDh+1MkyKjpPnIHu2YGR3xqVcDbHW'

function outputs(changes: Record<string, unknown> = {}): TofuOutputs {
  const values = new Map(Object.entries(RECORDED))
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) values.delete(name)
    else values.set(name, { value, sensitive: false })
  }
  return { from: 'stack', values }
}

const generate = (dir: string, options: Partial<GenerateOptions> = {}) =>
  generateInventory({
    outputs: outputs(),
    inventoryDir: join(dir, 'inventory'),
    privateKeyFile: join(dir, 'keys/k3s'),
    ...options,
  })

/** What became of each file, by its path. */
async function changes(dir: string, options: Partial<GenerateOptions> = {}): Promise<Record<string, string>> {
  const { files } = await generate(dir, options)
  return Object.fromEntries(files.map(({ file, change }) => [relative(dir, file), change]))
}

const mode = async (file: string) => ((await stat(file)).mode & 0o777).toString(8)

const ALL = [
  'keys/k3s',
  'inventory/k3s-cluster.yml',
  'inventory/group_vars/all.yml',
  'inventory/known_hosts.txt',
]
const every = (change: string) => Object.fromEntries(ALL.map((file) => [file, change]))

test('the inventory that was written is the one that is loaded', async () => {
  await withFolder({}, async (dir) => {
    await generate(dir)
    const inventory = await loadInventory(['inventory'], { cwd: dir })
    assert.equal(mergeLayers(inventoryLayers(inventory, 'k3s-cluster')), {
      ansible_host: '203.0.113.7',
      ansible_user: 'k8s',
      ansible_ssh_private_key_file: join(dir, 'keys/k3s'),
      ansible_ssh_host_key_ed25519_public: `ssh-ed25519 ${KEY}`,
      ansible_ssh_common_args: '-o UserKnownHostsFile={{ inventory_dir }}/known_hosts.txt',
      domain_name: '0f.example.com',
    })
    const known = await readFile(join(dir, 'inventory/known_hosts.txt'), 'utf8')
    assert.is(known.split('\n')[1], `203.0.113.7 ssh-ed25519 ${KEY}`)
    assert.equal(inventory.warnings, [])
  })
})

test('a second run writes nothing', async () => {
  await withFolder({}, async (dir) => {
    assert.equal(await changes(dir), every('created'))
    const before = await stat(join(dir, 'inventory/k3s-cluster.yml'))
    assert.equal(await changes(dir), every('unchanged'))
    const after = await stat(join(dir, 'inventory/k3s-cluster.yml'))
    assert.is(after.ino, before.ino)
    assert.is(after.mtimeMs, before.mtimeMs)
  })
})

test('the private key is for its owner alone, whatever the umask', async () => {
  await withFolder({}, async (dir) => {
    const umask = process.umask(0)
    try {
      await generate(dir)
    } finally {
      process.umask(umask)
    }
    assert.is(await mode(join(dir, 'keys/k3s')), '600')
    assert.is(await mode(join(dir, 'keys')), '700')
    assert.equal(await readdir(join(dir, 'keys')), ['k3s'])
    assert.is(await readFile(join(dir, 'keys/k3s'), 'utf8'), RECORDED.ssh_private_key?.value)
  })
})

test('a mode that is too wide is narrowed', async () => {
  await withFolder({}, async (dir) => {
    await generate(dir)
    await chmod(join(dir, 'keys/k3s'), 0o644)
    assert.is((await changes(dir))['keys/k3s'], 'changed')
    assert.is(await mode(join(dir, 'keys/k3s')), '600')
  })
})

test('a sensitive inventory is for its owner alone', async () => {
  await withFolder({}, async (dir) => {
    const values = new Map(outputs().values)
    const value = values.get('ansible_inventory_yaml')?.value
    values.set('ansible_inventory_yaml', { value, sensitive: true })
    await generate(dir, { outputs: { from: 'stack', values } })
    assert.is(await mode(join(dir, 'inventory/k3s-cluster.yml')), '600')
  })
})

test('another private key is left alone, and then nothing is written', async () => {
  await withFolder({ 'keys/k3s': 'another key\n' }, async (dir) => {
    const text = await complaint(() => generate(dir))
    assert.match(text, /k3s: another private key is there already; it was left as it is\n.*--force/)
    assert.not.match(text, /bm90IGEga2V5/)
    assert.is(await readFile(join(dir, 'keys/k3s'), 'utf8'), 'another key\n')
    assert.equal(await readdir(dir), ['keys'])
    assert.is((await changes(dir, { force: true }))['keys/k3s'], 'changed')
  })
})

test('a file that was not generated is left alone', async () => {
  await withFolder({ 'inventory/group_vars/all.yml': 'mine: 1\n' }, async (dir) => {
    assert.match(await complaint(() => generate(dir)), /all\.yml: was not generated.*\n.*--force/)
    assert.equal(await readdir(join(dir, 'inventory')), ['group_vars'])
    assert.is((await changes(dir, { force: true }))['inventory/group_vars/all.yml'], 'changed')
  })
})

test('what tofu output -raw wrote is taken over', async () => {
  await withFolder({}, async (dir) => {
    await generate(dir)
    await writeFile(join(dir, 'inventory/group_vars/all.yml'), String(RECORDED.ansible_vars?.value))
    assert.is((await changes(dir))['inventory/group_vars/all.yml'], 'changed')
  })
})

test('new outputs change only the files they concern', async () => {
  await withFolder({}, async (dir) => {
    await generate(dir)
    const next = outputs({ ansible_vars: 'domain_name: new.example.com\n' })
    assert.equal(await changes(dir, { outputs: next }), {
      ...every('unchanged'),
      'inventory/group_vars/all.yml': 'changed',
    })
  })
})

test('what the stack says about ssh is kept', async () => {
  const inventory =
    'k8s:\n  hosts:\n    one: {ansible_host: "::1", ansible_port: 2222, ansible_ssh_common_args: -C}\n    two:\n'
  await withFolder({}, async (dir) => {
    await generate(dir, {
      outputs: outputs({ ansible_inventory_yaml: `${inventory}`, ssh_host_public_key: undefined }),
    })
    const { hosts } = await loadInventory(['inventory'], { cwd: dir })
    assert.is(hosts.get('one')?.vars.ansible_ssh_common_args, '-C')
    assert.equal(hosts.get('two')?.vars, { ansible_ssh_private_key_file: join(dir, 'keys/k3s') })
  })
})

test('hosts without a known key are warned about', async () => {
  await withFolder({}, async (dir) => {
    const { files, warnings } = await generate(dir, {
      outputs: outputs({ ansible_inventory_yaml: 'g: {hosts: {one: }}', ssh_host_public_key: undefined }),
    })
    assert.is(
      files.some(({ file }) => file.endsWith('known_hosts.txt')),
      false,
    )
    assert.match(warnings.join(), /public key of host 'one' is not among the outputs/)
  })
})

test('known_hosts can be left out', async () => {
  await withFolder({}, async (dir) => {
    assert.is((await changes(dir, { knownHosts: false }))['inventory/known_hosts.txt'], undefined)
    assert.not.match(await readFile(join(dir, 'inventory/k3s-cluster.yml'), 'utf8'), /UserKnownHostsFile/)
  })
})

test('outputs that are wrong change nothing', async () => {
  const cases: [object, RegExp][] = [
    [{ ssh_private_key: 'ssh-ed25519 public' }, /output 'ssh_private_key' is not a private key/],
    [{ ansible_vars: '- a' }, /must hold a mapping/],
    [{ ansible_inventory_yaml: undefined }, /no output 'ansible_inventory_yaml'/],
    [
      { ansible_inventory_yaml: 'g: {hosts: {a: {ansible_ssh_host_key_ed25519_public: ssh-rsa AAAA}}}' },
      /host 'a': .* is not an Ed25519 public key/,
    ],
  ]
  for (const [change, message] of cases) {
    await withFolder({}, async (dir) => {
      const wrong = outputs(change as Record<string, unknown>)
      assert.match(await complaint(() => generate(dir, { outputs: wrong })), message)
      assert.equal(await readdir(dir), [])
    })
  }
})

test('--from is a stack, a state file or outputs', async () => {
  await withFolder({ 'a.tfstate': '', 'o.json': '', 'stack/x': '' }, async (dir) => {
    assert.equal(await tofuSourceFrom('stack', dir), { project_path: join(dir, 'stack') })
    assert.equal(await tofuSourceFrom('a.tfstate', dir), { state_file: join(dir, 'a.tfstate') })
    assert.equal(await tofuSourceFrom('o.json', dir), { outputs_file: join(dir, 'o.json') })
    assert.match(await complaint(() => tofuSourceFrom('none', dir)), /no such folder or file/)
  })
})

const LINES: readonly (readonly [host: string, port: number, key: string, name: string])[] = [
  ['h', 22, KEY, 'h'],
  ['h', 2222, `ssh-ed25519 ${KEY} comment`, '[h]:2222'],
  ['::1', 22, ` ssh-ed25519 ${KEY}\n`, '::1'],
]

for (const [host, port, key, name] of LINES) {
  test(`known_hosts names ${host} at port ${port} as ${name}`, () => {
    assert.is(knownHostsLine(host, port, key), `${name} ssh-ed25519 ${KEY}\n`)
  })
}

test('a key that is none is refused', () => {
  for (const key of ['', 'ssh-rsa AAAA', `${KEY.slice(0, 60)}`, 'ssh-ed25519']) {
    assert.throws(() => knownHostsLine('h', 22, key), /is not an Ed25519 public key/)
  }
})

test.run()
