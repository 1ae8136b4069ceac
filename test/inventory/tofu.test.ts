import { readFileSync } from 'node:fs'
import { chmod, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readTofuOutputs, type TofuSource, textOutput } from '../../src/core/tofu/outputs.ts'
import { inventoryLayers, mergeLayers } from '../../src/inventory/layers.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { complaint, type Files, withFolder } from './temporary-folder.ts'

const test = suite('OpenTofu outputs')

const FIXTURES = new URL('fixtures/tofu/', import.meta.url).pathname
const OUTPUTS = readFileSync(`${FIXTURES}outputs.json`, 'utf8')
const STATE = readFileSync(`${FIXTURES}stack.tfstate`, 'utf8')
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIHgLi/53wkvkRkkDh+1MkyKjpPnIHu2YGR3xqVcDbHW'

const EXPECTED = {
  ansible_host: '203.0.113.7',
  ansible_ssh_host_key_ed25519_public: HOST_KEY,
  ansible_ssh_private_key_file: '~/.ssh/k3s-cluster',
  ansible_user: 'k8s',
  domain_name: '0f.example.com',
}

/** Runs with a PATH where no program is found. */
async function withoutPrograms<T>(dir: string, action: () => Promise<T>): Promise<T> {
  const path = process.env.PATH
  process.env.PATH = dir
  try {
    return await action()
  } finally {
    process.env.PATH = path
  }
}

const SOURCES: readonly (readonly [name: string, source: string, files: Files])[] = [
  [
    'the output of tofu output -json',
    'tofu.yml',
    { 'tofu.yml': 'plugin: tofu\noutputs_file: o.json', 'o.json': OUTPUTS },
  ],
  [
    'a state file',
    'tofu.yml',
    { 'tofu.yml': 'plugin: opentofu\nproject_path: stack\nstate_file: s', 'stack/s': STATE },
  ],
  ['a state file as the source itself', 'my.tfstate', { 'my.tfstate': STATE }],
  [
    'a program',
    'tofu.yml',
    {
      'tofu.yml': 'plugin: terraform\nproject_path: stack\nbinary_path: ../bin/tofu\nworkspace: blue',
      'stack/o.json': OUTPUTS,
      '*bin/tofu': '#!/bin/sh\n[ "$1 $2 $TF_WORKSPACE" = "output -json blue" ] && cat o.json',
    },
  ],
  [
    'what show -json prints',
    'tofu.yml',
    { 'tofu.yml': 'plugin: tofu\noutputs_file: o.json', 'o.json': `{"values": {"outputs": ${OUTPUTS}}}` },
  ],
]

for (const [name, source, files] of SOURCES) {
  test(`${name} is an inventory`, async () => {
    const inventory = await withFolder(files, (dir) => loadInventory([source], { cwd: dir }))
    assert.equal(mergeLayers(inventoryLayers(inventory, 'k3s-cluster')), EXPECTED)
    assert.equal(inventory.groups.get('k8s')?.hosts, ['k3s-cluster'])
  })
}

test('a stack without a program to ask is read from its state', async () => {
  await withFolder({ 'stack/terraform.tfstate': STATE, 'bin/none': '' }, async (dir) => {
    const outputs = await withoutPrograms(join(dir, 'bin'), () =>
      readTofuOutputs({ project_path: 'stack' }, dir),
    )
    assert.is(textOutput(outputs, 'public_ip'), '203.0.113.7')
  })
})

test('the host key output goes to the host that has none', async () => {
  const outputs = JSON.parse(OUTPUTS)
  outputs.ansible_inventory_yaml.value = 'k8s: {hosts: {one: }}'
  const files = { 'tofu.yml': 'plugin: tofu\noutputs_file: o.json', 'o.json': JSON.stringify(outputs) }
  const inventory = await withFolder(files, (dir) => loadInventory(['tofu.yml'], { cwd: dir }))
  assert.is(inventory.hosts.get('one')?.vars.ansible_ssh_host_key_ed25519_public, HOST_KEY)
})

test('a private key that is not there yet is warned about', async () => {
  const files = { 'my.tfstate': STATE.replaceAll('~/.ssh/k3s-cluster', '/nowhere/key') }
  const { warnings } = await withFolder(files, (dir) => loadInventory(['my.tfstate'], { cwd: dir }))
  assert.match(
    warnings.join(),
    /\/nowhere\/key, the private key of host 'k3s-cluster', is not there: .*generate/,
  )
})

test('a state with secrets that everyone may read is warned about', async () => {
  await withFolder({ 'my.tfstate': STATE }, async (dir) => {
    const secrets = async () => {
      const { warnings } = await loadInventory(['my.tfstate'], { cwd: dir })
      return warnings.filter((warning) => warning.includes('readable by everyone')).length
    }
    await chmod(join(dir, 'my.tfstate'), 0o644)
    assert.is(await secrets(), 1)
    await chmod(join(dir, 'my.tfstate'), 0o600)
    assert.is(await secrets(), 0)
  })
})

const output = (value: unknown, sensitive = false) => ({ sensitive, type: 'string', value })
const wrong = (outputs: object): Files => ({ o: JSON.stringify(outputs) })
const FILE: TofuSource = { outputs_file: 'o' }
const STATE_FILE: TofuSource = { state_file: 'o' }

const ERRORS: readonly (readonly [name: string, source: TofuSource, files: Files, message: RegExp])[] = [
  [
    'a missing output',
    FILE,
    wrong({ public_ipv4: output('x') }),
    /o: there is no output 'public_ip'; did you mean 'public_ipv4'\?\n +outputs there: public_ipv4/,
  ],
  [
    'an output without a value',
    FILE,
    wrong({ public_ip: output(null) }),
    /output 'public_ip' has no value yet\n +apply the stack first/,
  ],
  [
    'an output that is no text',
    FILE,
    wrong({ public_ip: output(['s3cret']) }),
    /output 'public_ip' must be text, but is a list$/,
  ],
  ['outputs that are empty', FILE, wrong({}), /no outputs: the state is empty\n +apply the stack first/],
  ['an empty file', FILE, { o: '' }, /is empty\n +apply the stack first/],
  ['a file that is no JSON', FILE, { o: 's3cret' }, /o: is not a JSON object$/],
  [
    'a state given as outputs',
    FILE,
    { o: STATE },
    /not the output of 'tofu output -json'\n +a state file goes into state_file/,
  ],
  [
    'an old state',
    STATE_FILE,
    wrong({ version: 3, modules: [] }),
    /not a state file of version 4 \(version: 3\)/,
  ],
  [
    'an encrypted state',
    STATE_FILE,
    wrong({ encrypted_data: 'x' }),
    /the state is encrypted\n +give project_path/,
  ],
  ['a state without outputs', STATE_FILE, wrong({ version: 4, outputs: {} }), /the state is empty/],
  ['a missing file', FILE, {}, /o: cannot be read: ENOENT/],
  ['a missing folder', { project_path: 'none' }, {}, /none: is not a folder/],
  [
    'no program and no state',
    { project_path: '.' },
    {},
    /neither tofu nor terraform is installed, and there is no terraform\.tfstate.*\n +install OpenTofu, or give outputs_file.*state_file/,
  ],
  [
    'a program that is not there',
    { binary_path: '/none/tofu' },
    {},
    /binary_path '\/none\/tofu' does not exist/,
  ],
  [
    'a program that fails',
    { binary_path: './tofu' },
    { '*tofu': '#!/bin/sh\necho not initialised >&2\nexit 1' },
    /tofu output -json' failed: not initialised\n +run/,
  ],
]

for (const [name, source, files, message] of ERRORS) {
  test(`${name} is an error that says what to do`, async () => {
    const text = await withFolder({ 'bin/none': '', ...files }, (dir) =>
      complaint(() => readProgramless(dir, source)),
    )
    assert.match(text, message)
    assert.not.match(text, /s3cret/)
  })
}

async function readProgramless(dir: string, source: TofuSource): Promise<void> {
  const path = source.binary_path === undefined ? join(dir, 'bin') : (process.env.PATH ?? '')
  const outputs = await withoutPrograms(path, () => readTofuOutputs(source, dir))
  textOutput(outputs, 'public_ip')
}

test('a mistake in a sensitive output is told without its text', async () => {
  const outputs = (text: string, sensitive: boolean) => ({ ansible_inventory_yaml: output(text, sensitive) })
  const tell = (text: string, sensitive: boolean) =>
    withFolder({ 't.yml': 'plugin: tofu\noutputs_file: o', ...wrong(outputs(text, sensitive)) }, (dir) =>
      complaint(() => loadInventory(['t.yml'], { cwd: dir }), dir),
    )
  for (const text of ['s3cret: 1\ns3cret: 2', 'g: s3cret', 's3cret', 'g: {hosts: {a: s3cret}}']) {
    assert.not.match(await tell(text, false), /sensitive/)
    assert.match(await tell(text, true), /^.* output 'ansible_inventory_yaml' is not a valid inventory here/)
    assert.not.match(await tell(text, true), /s3cret/)
  }
})

test('an unknown key of the plugin is an error', async () => {
  const files = { 't.yml': 'plugin: tofu\nproject_pth: x' }
  const text = await withFolder(files, (dir) => complaint(() => loadInventory(['t.yml'], { cwd: dir })))
  assert.match(text, /'project_pth' is not a key of plugin tofu; did you mean 'project_path'/)
})

// The recorded outputs above stand in where neither program is installed.
test('a stack that was really applied gives the same outputs', async () => {
  await withFolder({}, async (dir) => {
    await cp(`${FIXTURES}stack`, dir, { recursive: true })
    const program = await installed()
    if (program === undefined) {
      await cp(`${FIXTURES}stack.tfstate`, join(dir, 'terraform.tfstate'))
    } else {
      const options = { cwd: dir, env: { CHECKPOINT_DISABLE: '1' }, stdin: 'ignore' } as const
      await execa(program, ['init', '-input=false'], options)
      await execa(program, ['apply', '-auto-approve', '-input=false'], options)
    }
    const { values } = await readTofuOutputs({ project_path: '.' }, dir)
    const recorded = await readTofuOutputs({ outputs_file: `${FIXTURES}outputs.json` }, dir)
    assert.equal(new Map([...values].sort()), new Map([...recorded.values].sort()))
  })
})

async function installed(): Promise<string | undefined> {
  for (const program of ['tofu', 'terraform']) {
    const { failed } = await execa(program, ['version'], { reject: false, env: { CHECKPOINT_DISABLE: '1' } })
    if (!failed) return program
  }
  return undefined
}

test.run()
