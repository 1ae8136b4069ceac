import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('init and lint')
const tsx = resolve('node_modules/.bin/tsx')

async function inFolder(
  work: (
    run: (...argv: readonly string[]) => Promise<{ code: number; out: string; err: string }>,
    dir: string,
  ) => Promise<void>,
) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-init-'))
  try {
    writeFileSync(join(dir, 'package.json'), '{"type": "module"}')
    mkdirSync(join(dir, 'node_modules'))
    symlinkSync(resolve('.'), join(dir, 'node_modules/playscript'))
    await work(async (...argv) => {
      const options = { cwd: dir, reject: false, stdin: 'ignore' } as const
      const { exitCode, stdout, stderr } = await execa(tsx, [resolve('src/bin.ts'), ...argv], options)
      return { code: exitCode ?? -1, out: stdout, err: stderr }
    }, dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

for (const [language, flags] of [
  ['TypeScript', []],
  ['YAML', ['--yaml']],
] as const) {
  test(`a new role in ${language} has nothing wrong, runs, and is not written over`, () =>
    inFolder(async (run, dir) => {
      const made = await run('init', 'role', 'web-front', ...flags)
      assert.is(made.code, 0, made.err)
      assert.is(made.out.split('\n').length, 4)
      const linted = await run('lint', 'web-front')
      assert.equal([linted.code, linted.out], [0, ''], linted.err)
      writeFileSync(join(dir, 'site.yml'), '- { hosts: localhost, gather_facts: no, roles: [web-front] }\n')
      const ran = await run('run', 'site.yml', '--check')
      assert.match(ran.out, /changed: \[localhost\]/, ran.err)
      const again = await run('init', 'role', 'web-front')
      assert.is(again.code, 5)
      assert.match(again.err, 'roles/web-front exists already')
    }))
}

test('lint ends with 1 for errors, 2 for findings, 5 when there is nothing to look at', () =>
  inFolder(async (run, dir) => {
    writeFileSync(join(dir, 'bad.yml'), '- { hosts: all, tasks: [{ pnig: }] }\n')
    writeFileSync(join(dir, 'unwise.yml'), '- { hosts: all, tasks: [{ name: n, command: id }] }\n')
    const bad = await run('lint', 'bad.yml')
    assert.is(bad.code, 1)
    assert.match(bad.err, "did you mean 'ping'")
    const unwise = await run('lint', 'unwise.yml')
    assert.is(unwise.code, 2)
    assert.match(unwise.out, /^unwise.yml:1:\d+: command reports a change each time: .* \(no-changed-when\)$/)
    assert.is((await run('lint', 'none.yml')).code, 5)
    assert.is((await run('init', 'role', '../x/9')).code, 5)
  }))

test.run()
