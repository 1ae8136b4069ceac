import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BUILDING } from '../helpers/building.ts'
import { withLock } from '../lab/lock.ts'
import { ensureNode, VERSIONS } from './install.ts'

// The short form of `npm run test:nodes`: without the lab.
const test = suite('other versions of Node')

const work = mkdtempSync(join(tmpdir(), 'playscript-nodes-'))
const cache = join(work, 'cache')
const project = join(work, 'project')

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{"type": "module"}',
  'playbook.ts': `import { playbook } from 'playscript'
import { greeting } from './greeting.ts'
export default playbook(import.meta, [
  { name: 'Local', hosts: 'all', roles: ['greet'], vars: { greeting: greeting satisfies string } },
])
`,
  'greeting.ts': `export const greeting: string = 'hello'\n`,
  'inventory.ts': `const host: string = 'one'
export default { all: { hosts: { [host]: { ansible_connection: 'local' } } } }
`,
  'roles/greet/tasks/main.ts': `import { tasks } from 'playscript'
export default tasks<{ greeting: string }>([
  { name: 'Say it', command: 'echo {{ greeting }}', changed_when: false, register: 'said' },
  { name: 'Answer', reply: { to: '{{ said.stdout }}' }, register: 'answer' },
  { name: 'Show it', debug: { msg: '{{ answer.msg }}' } },
  { name: 'Again', meta: 'refresh_inventory' },
])
`,
  'library/reply.ts': `import { defineModule } from 'playscript'
export default defineModule({
  name: 'reply',
  doc: 'Reply',
  args: { to: { type: 'str', required: true, doc: 'What was said' } },
  plan: ({ to }: { readonly to: string }) => ({ changes: [], steps: [], result: { msg: \`\${to} yourself\` } }),
})
declare module 'playscript' {
  interface ModuleRegistry {
    reply: { readonly to: string }
  }
}
`,
}

// The package as npm would install it without its optional dependencies: no tsx to fall back on.
test.before(async () => {
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  await withLock(BUILDING, { timeoutMs: 600_000 }, async () => {
    await execa('sh', ['.ci/build'])
    cpSync('dist', join(project, 'node_modules', 'playscript'), { recursive: true })
  })
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(join(project, path, '..'), { recursive: true })
    writeFileSync(join(project, path), content)
  }
  const modules = join(project, 'node_modules')
  for (const name of readdirSync('node_modules'))
    if (!/^\.|^tsx$|^esbuild$/.test(name)) symlinkSync(resolve('node_modules', name), join(modules, name))
})

test.after(() => rmSync(work, { recursive: true, force: true }))

const run = (
  node: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = project,
) =>
  execa(node, argv, {
    cwd,
    reject: false,
    stdin: 'ignore',
    env: { XDG_CACHE_HOME: cache, NO_COLOR: '1', NODE_OPTIONS: '', ...env },
  })

const command = join('node_modules', 'playscript', 'src', 'bin.js')
const compiled = join(cache, 'playscript', 'compiled')
const flags = ['-i', 'inventory.ts']

for (const version of VERSIONS) {
  test(`Node ${version} runs a playbook, and prints no warning`, async () => {
    const node = await ensureNode(version)
    const ways = [
      ['playbook.ts', ...flags],
      [command, 'run', 'playbook.ts', ...flags],
      [command, 'adhoc', 'all', ...flags, '-m', 'reply', '-a', 'to=hello'],
    ]
    for (const argv of ways) {
      const { exitCode, stdout, stderr } = await run(node, argv)
      assert.is(stderr, '')
      assert.is(exitCode, 0, stdout)
      assert.match(stdout, '"msg": "hello yourself"')
    }
    const described = await run(node, [command, 'doc', 'reply'])
    assert.is(described.stderr, '')
    assert.match(described.stdout, 'What was said')
    assert.match((await run(node, ['playbook.ts', '--help'])).stdout, /^Usage: node playbook\.ts /)
  })

  test(`Node ${version} lists the tasks of the tutorial, from the sources`, async () => {
    const { exitCode, stdout, stderr } = await run(
      await ensureNode(version),
      ['playbook.ts', '--list-tasks'],
      {},
      process.cwd(),
    )
    assert.is(stderr, '')
    assert.is(exitCode, 0)
    assert.match(stdout, 'k8s : Install Cilium')
  })

  test(`Node ${version} keeps what it compiles, unless its own variable says otherwise`, async () => {
    const node = await ensureNode(version)
    rmSync(cache, { recursive: true, force: true })
    await run(node, ['playbook.ts', ...flags, '--list-tasks'], { NODE_DISABLE_COMPILE_CACHE: '1' })
    assert.not(existsSync(cache))
    const own = join(work, `own-${version}`)
    await run(node, ['playbook.ts', ...flags, '--list-tasks'], { NODE_COMPILE_CACHE: own })
    assert.not(existsSync(cache))
    assert.ok(readdirSync(own).length > 0)
    for (const argv of [['playbook.ts'], [command, 'run', 'playbook.ts']]) {
      rmSync(cache, { recursive: true, force: true })
      await run(node, [...argv, ...flags, '--list-tasks'])
      const files = readdirSync(compiled, { recursive: true })
      assert.ok(files.length > 2, `${argv.join(' ')}: ${files.join(' ')}`)
    }
  })
}

test('this Node runs TypeScript itself, or says what to install', async () => {
  const { exitCode, stdout, stderr } = await run(process.execPath, [command, 'run', 'playbook.ts', ...flags])
  if ((process.features as { typescript?: unknown }).typescript) assert.match(stdout, 'hello yourself')
  else {
    assert.is(exitCode, 4)
    assert.match(stderr, /playbook\.ts: cannot be loaded without tsx[\s\S]*npm install tsx/)
  }
})

test.run()
