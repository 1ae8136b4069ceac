import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('docs/writing-a-module.md')
const blocks = [
  ...readFileSync('docs/writing-a-module.md', 'utf8').matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g),
]

/** A folder with the files of the page, as a reader would have it. */
async function project(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'writing-'))
  try {
    const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
    const options = {
      ...compilerOptions,
      typeRoots: [resolve('node_modules/@types')],
      preserveSymlinks: true,
    }
    const files: Readonly<Record<string, string>> = {
      'package.json': '{"type": "module"}',
      'tsconfig.json': JSON.stringify({
        compilerOptions: options,
        files: ['playbook.ts', 'wrong.ts', 'library/motd.test.ts'],
      }),
      ...Object.fromEntries(blocks.map(([, name = '', text = '']) => [name, text])),
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true })
      writeFileSync(join(dir, name), text)
    }
    mkdirSync(join(dir, 'node_modules'))
    symlinkSync(resolve('.'), join(dir, 'node_modules/playscript'))
    symlinkSync(resolve('node_modules/uvu'), join(dir, 'node_modules/uvu'))
    await work(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const bin = (name: string) => resolve('node_modules/.bin', name)

test('its files are a module, a playbook and a test', () =>
  assert.equal(
    blocks.map(([, name]) => name),
    ['library/motd.ts', 'playbook.ts', 'wrong.ts', 'library/motd.test.ts'],
  ))

test('the module predicts, changes, and finds nothing to do; its test passes; its page is shown', () =>
  project(async (cwd) => {
    const run = async (...argv: string[]) => {
      const all = ['playbook.ts', '-i', 'localhost,', '-c', 'local', ...argv]
      const { stdout, stderr, exitCode } = await execa(bin('tsx'), all, {
        cwd,
        reject: false,
        stdin: 'ignore',
      })
      assert.is(exitCode, 0, stdout + stderr)
      return stdout
    }
    assert.match(await run('--check', '--diff'), /\+Hello from localhost[\s\S]*changed=1/)
    assert.throws(() => statSync(join(cwd, 'motd')))
    assert.match(await run(), /changed=1/)
    assert.is(readFileSync(join(cwd, 'motd'), 'utf8'), 'Hello from localhost\n')
    assert.match(await run(), /ok=1\s+changed=0/)
    const tested = await execa(bin('tsx'), ['library/motd.test.ts'], { cwd, reject: false })
    assert.match(tested.stdout, /Passed:\s+5/)
    const page = await execa(bin('tsx'), [resolve('src/bin.ts'), 'doc', 'motd'], { cwd, reject: false })
    assert.match(
      page.stdout,
      /^MOTD\n {2}Keep the message of the day\.[\s\S]*= text \(str; required; also message\)/,
    )
  }))

test('the types are as the page says', () =>
  project(async (cwd) => {
    const { stdout, exitCode } = await execa(bin('tsc'), ['--noEmit', '-p', '.'], { cwd, reject: false })
    assert.is(exitCode, 0, stdout)
  }))

test.run()
