import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as playscript from '../../src/index.ts'
import { BUILDING } from '../helpers/building.ts'
import { withLock } from '../lab/lock.ts'

const test = suite('package')

test('these names are public, and no others', () => {
  assert.equal(Object.keys(playscript).sort(), [
    'ArgumentError',
    'BecomeError',
    'MissingError',
    'PlaybookError',
    'PlayscriptError',
    'Script',
    'TaskError',
    'TemplateError',
    'UnreachableError',
    'UsageError',
    'defaults',
    'defineModule',
    'handlers',
    'lines',
    'nothing',
    'playbook',
    'quote',
    'run',
    'sh',
    'tasks',
  ])
})

test('the built package runs without the repository’s sources', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-package-'))
  try {
    const { stdout: packed } = await withLock(BUILDING, { timeoutMs: 600_000 }, async () => {
      await execa('sh', ['.ci/build'])
      return execa('npm', ['pack', '--silent', '--pack-destination', dir, './dist'])
    })
    const modules = join(dir, 'node_modules', 'playscript')
    mkdirSync(modules, { recursive: true })
    await execa('tar', ['-xzf', join(dir, packed.trim()), '-C', modules, '--strip-components=1'])
    symlinkSync(resolve('node_modules'), join(modules, 'node_modules'))
    writeFileSync(join(dir, 'package.json'), '{"type": "module"}')
    writeFileSync(
      join(dir, 'playbook.ts'),
      "import { playbook } from 'playscript'\nexport default playbook(import.meta, [{ hosts: 'localhost', gather_facts: false, tasks: [{ command: 'echo {{ 6 * 7 }}', register: 'r' }, { debug: { var: 'r.stdout' } }] }])\n",
    )
    const viaBin = await execa('node', [join(modules, 'src', 'bin.js'), 'run', 'playbook.ts'], { cwd: dir })
    assert.match(viaBin.stdout, /"r.stdout": "?42"?/)
    const viaTsx = await execa(resolve('node_modules/.bin/tsx'), ['playbook.ts'], { cwd: dir })
    assert.match(viaTsx.stdout, /"r.stdout": "?42"?/)
    mkdirSync(join(dir, 'library'))
    writeFileSync(
      join(dir, 'library', 'greet.ts'),
      "import { defineModule } from 'playscript'\nexport default defineModule({ name: 'greet', doc: 'Greet', args: {}, plan: () => ({ changes: [], steps: [], result: { msg: 'hello' as string } }) })\n",
    )
    const command = (...argv: string[]) =>
      execa('node', [join(modules, 'src', 'bin.js'), ...argv], { cwd: dir })
    assert.match((await command('doc', 'greet')).stdout, /Greet/)
    assert.match((await command('adhoc', 'localhost', '-m', 'greet')).stdout, /"msg": "hello"/)
    writeFileSync(join(dir, 'package.json'), '{}')
    const asCommonJs = await execa('node', [join(modules, 'src', 'bin.js'), 'run', 'playbook.ts'], {
      cwd: dir,
      reject: false,
    })
    // Node before 20.19 has no such thing as requiring a module, and tsx reads the file as one.
    if (asCommonJs.exitCode !== 0) assert.match(asCommonJs.stderr, /package\.json/)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test.run()
