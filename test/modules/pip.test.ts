import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, MissingError, TaskError } from '../../src/core/errors.ts'
import { checkPip } from '../../src/modules/pip/parameters.ts'
import { type PipState, pipWords } from '../../src/modules/pip/state.ts'
import { pip } from '../../src/modules/pip.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('modules/pip')
const NONE: PipState = {
  bare: false,
  code: 0,
  stdout: '',
  stderr: '',
  installed: new Map(),
  editable: [],
  requirements: [],
}

for (const [args, words] of [
  [{ name: 'a' }, ['install', 'a']],
  [{ name: 'a, b>=1,<2' }, ['install', 'a', 'b>=1,<2']],
  [{ name: 'a', version: '1.2' }, ['install', 'a==1.2']],
  [{ name: 'a', version: '>=1' }, ['install', 'a>=1']],
  [{ name: 'a', state: 'latest' }, ['install', '-U', 'a']],
  [{ name: 'a', state: 'forcereinstall' }, ['install', '-U', '--force-reinstall', 'a']],
  [{ name: ['a', 'b'], state: 'absent' }, ['uninstall', '-y', 'a', 'b']],
  [{ requirements: '/r.txt', extra_args: "-c '/my c.txt'" }, ['install', '-c', '/my c.txt', '-r', '/r.txt']],
  [{ name: '/src/a', editable: true }, ['install', '-e', '/src/a']],
  [{ name: 'git+https://h/a#egg=a' }, ['install', '-e', 'git+https://h/a#egg=a']],
] as const) {
  test(`pip ${words.join(' ')}`, () => assert.equal(pipWords(checkPip(checkedArguments(pip, args))), words))
}

const rehearsed = (stdout: string, installed: Record<string, string> = {}) => ({
  ...NONE,
  stdout,
  installed: new Map(Object.entries(installed)),
})
for (const [what, args, state, changes, steps] of [
  ['all is there', { name: 'a' }, rehearsed('Requirement already satisfied: a'), [], 0],
  [
    'two come',
    { name: 'a' },
    rehearsed('Would install A.b-1.0 c-d-2.0.1\n', { 'c-d': '1' }),
    ['A.b absent 1.0', 'c-d 1 2.0.1'],
    1,
  ],
  ['the same again', { name: 'git+https://h/a' }, rehearsed('Would install a-1\n', { a: '1' }), [], 1],
  [
    'by force',
    { name: 'a', state: 'forcereinstall' },
    rehearsed('Would install a-1\n', { a: '1' }),
    ['a 1 1'],
    1,
  ],
  ['gone', { name: 'A_b', state: 'absent' }, rehearsed('', { 'a-b': '1' }), ['a-b 1 absent'], 1],
  ['gone already', { name: 'a', state: 'absent' }, NONE, [], 0],
  [
    'gone by a list',
    { requirements: '/r', state: 'absent' },
    { ...rehearsed('', { a: '1' }), requirements: ['a>=1', 'b'] },
    ['a 1 absent'],
    1,
  ],
  [
    'a new environment',
    { name: 'a', virtualenv: '/v' },
    { ...NONE, bare: true },
    ['absent /v', 'a unknown present'],
    2,
  ],
  [
    'an old pip',
    { name: 'a' },
    { ...NONE, code: 2, stderr: 'no such option: --dry-run' },
    ['a unknown present'],
    1,
  ],
  [
    'an editable one is there',
    { name: '/src/a', editable: true },
    { ...rehearsed('Would install a-1\n', { a: '1' }), editable: ['/src/a'] },
    [],
    0,
  ],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(pip, args, state as PipState)
    assert.equal(
      plan.changes.map((change) =>
        `${change.what.replace(/^package |^virtualenv$/, '')} ${change.before} ${change.after}`.trim(),
      ),
      changes,
    )
    assert.is(plan.steps.length, steps)
  })
}

test('what pip refuses in the rehearsal is the failure', () =>
  assert.throws(
    () => planOf(pip, { name: 'a' }, { ...NONE, code: 1, stderr: 'No matching distribution found for a' }),
    (error: unknown) => error instanceof TaskError && /No matching distribution/.test(error.message),
  ))

for (const [args, problem] of [
  [{}, /one of the following is required: name, requirements/],
  [{ name: 'a', requirements: 'b' }, /mutually exclusive/],
  [{ name: 'a', executable: 'pip3', virtualenv: '/v' }, /mutually exclusive/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () => assert.throws(() => checkedArguments(pip, args), problem))
}
for (const [args, problem] of [
  [{ name: 'a', version: '1', state: 'latest' }, /incompatible with state=latest/],
  [{ name: 'a,b', version: '1' }, /version is for one package/],
  [{ name: 'a==1', version: '1' }, /has a version already/],
  [{ name: 'a', umask: 'x' }, /octal/],
  [
    { name: 'a', virtualenv_python: 'python3', virtualenv_command: 'python3 -m venv' },
    /should not be used with venv/,
  ],
] as const) {
  test(`plan refuses ${JSON.stringify(args)}`, () =>
    assert.throws(
      () => planOf(pip, args, NONE),
      (error: unknown) => error instanceof ArgumentError && problem.test(error.message),
    ))
}

test('without pip the error says what would do', async () => {
  const shell = plainShell({ temp: '/nonexistent', path: '/nonexistent', argv: ['/bin/sh'] })
  const failure = await failureOf(runModule(pip, { name: 'a' }, { shell }))
  assert.ok(failure instanceof MissingError)
  assert.match(failure.message, /there is no pip on the host: install it/)
})

for (const local of LOCAL_SHELLS) {
  test(`pip is started once where nothing changes (${local.name})`, () =>
    local.use(async (shell) => {
      const folder = mkdtempSync(join(tmpdir(), 'pip-'))
      const executable = join(folder, 'pip')
      const log = join(folder, 'log')
      const starts = async (says: string) => {
        writeFileSync(executable, `#!/bin/sh\necho "$1" >>${log}\n${says}\n`, { mode: 0o755 })
        const { changed } = (await runModule(pip, { name: 'demo', executable }, { shell })).fields
        const verbs = readFileSync(log, 'utf8').trim().split('\n')
        rmSync(log)
        return { changed, verbs }
      }
      try {
        assert.equal(await starts('echo already there'), { changed: false, verbs: ['install'] })
        const made =
          'case "$*" in *--dry-run*) echo Would install demo-1.0 ;; *) echo Successfully installed ;; esac'
        assert.equal(await starts(made), { changed: true, verbs: ['install', 'list', 'install'] })
      } finally {
        rmSync(folder, { recursive: true })
      }
    }))
}

test.run()
