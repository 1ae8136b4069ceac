import { tmpdir } from 'node:os'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resultOf } from '../../src/core/errors.ts'
import type { Module } from '../../src/core/module.ts'
import { command, expandingWord } from '../../src/modules/command.ts'
import { raw } from '../../src/modules/raw.ts'
import { shell as shellModule } from '../../src/modules/shell.ts'
import { tryCase } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { PROBE_SHELLS } from '../helpers/programs.ts'

const test = suite('command')
const shellOf = (argv: readonly string[]) => plainShell({ temp: `${tmpdir()}/command-test`, argv })

test('a file that `creates` names makes it a no-op, ok and not skipped', () => {
  const plan = planOf(command, 'touch /x creates=/x', { creates: true })
  assert.equal(plan.changes, [])
  assert.equal(plan.steps, [])
  assert.is(plan.skipped, undefined)
  assert.is(plan.result?.stdout, 'skipped, since /x exists')
  assert.is(plan.result?.msg, "Did not run command since '/x' exists")
})

test('a missing file that `removes` names makes it a no-op', () => {
  const plan = planOf(command, { argv: ['rm', '/x'], removes: '/x' }, { removes: false })
  assert.equal(plan.steps, [])
  assert.is(plan.result?.stdout, 'skipped, since /x does not exist')
})

test('check mode skips what nothing guards, with the fields that later tasks read', async () => {
  const shell = shellOf(['sh'])
  for (const module of [command, shellModule, raw] as unknown as Module[]) {
    const check = async (args: string) => (await runModule(module, args, { shell, check: true })).fields
    const plain = await check('touch /nonexistent/x')
    assert.equal([plain.skipped, plain.changed, plain.rc, plain.stdout], [true, false, 0, ''], module.name)
    if (module.name === 'raw') continue
    assert.match(String(plain.msg), /would have run if not in check mode/)
    const guarded = await check('touch /nonexistent/x creates=/nonexistent/x')
    assert.equal([guarded.skipped, guarded.changed, guarded.msg], [undefined, true, plain.msg])
  }
})

test('the plan says what would run and predicts the fields that later tasks read', () => {
  const plan = planOf(command, `echo 'a b'`, {})
  assert.equal(plan.changes, [{ what: 'command', before: undefined, after: "echo 'a b'" }])
  assert.is(plan.result?.rc, 0)
  assert.is(plan.result?.stdout, '')
  assert.equal(plan.result?.stdout_lines, [])
  assert.equal(plan.result?.cmd, ['echo', 'a b'])
})

const BAD: readonly (readonly [unknown, RegExp])[] = [
  [{}, /no command given/],
  [{ cmd: 'ls', argv: ['ls'] }, /^only command or argv can be given, not both$/],
  [{ cmd: 'ls', warn: false }, /no parameter 'warn'/],
  [{ cmd: 'ls', stdin_add_newline: 'perhaps' }, /must be a boolean/],
]
for (const [args, message] of BAD) {
  test(`${JSON.stringify(args)} is refused`, () => {
    assert.throws(() => checkedArguments(command, args as Record<string, unknown>), message)
  })
}
test('an empty command is refused, with the exit code of Ansible’s', () => {
  try {
    planOf(command, '  ', {})
  } catch (error) {
    assert.is((error as Error).message, 'no command given')
    assert.is(resultOf(error).rc, 256)
    return
  }
  assert.unreachable()
})

test('an executable is not used, and a warning says so', () => {
  for (const args of ['ls executable=/bogus', { cmd: 'ls', executable: '/bogus' }]) {
    const { steps, result } = planOf(command, args, {})
    assert.not.match(steps.map(({ label }) => label).join(), /bogus/)
    assert.match(String(result?.warnings), /no longer supported.*\/bogus/)
  }
})

test('only variables and the home folder are expanded, and only when asked for', () => {
  const cases = [
    ['~/x y', `"\${HOME-}"'/x y'`],
    ['~x', "'~x'"],
    ['$A;rm', `"\${A-\\$A}"';rm'`],
    ['${A}b', `"\${A-\\\${A\\}}"b`],
    ['$1', "'$1'"],
    ['$(id)', "'$(id)'"],
    ['', "''"],
  ] as const
  for (const [word, wanted] of cases) assert.is(expandingWord(word), wanted, word)
})

for (const argv of PROBE_SHELLS) {
  const [name, shell] = [argv[0], shellOf(argv)]
  const run = async (args: Record<string, unknown> | string) =>
    (await runModule(command, args, { shell })).fields

  test(`${name}: words reach the program as they are`, async () => {
    const argv = ['printf', '%s|', 'a b', '$HOME', '*', "it's", '', 'a\nb']
    assert.is((await run({ argv, expand_argument_vars: false })).stdout, "a b|$HOME|*|it's||a\nb|")
  })

  test(`${name}: a program is run, not the shell’s own command of that name`, async () => {
    assert.is((await run({ argv: ['echo', 'a\\tb'] })).stdout, 'a\\tb')
  })

  test(`${name}: variables are expanded, as in Ansible, and nothing else`, async () => {
    const argv = ['echo', '$NOPE', '${NOPE}', '$PWD$(id)', '~']
    const { stdout } = await run({ argv, chdir: '/tmp' })
    assert.is(stdout, `$NOPE \${NOPE} /tmp$(id) ${shell.target.home}`)
  })

  test(`${name}: a program that is not there fails as Ansible fails`, async () => {
    const { message, result } = await failureOf(run('no-such-program --x'))
    assert.is(message, "[Errno 2] No such file or directory: 'no-such-program'")
    assert.is(result.rc, 2)
    assert.is(result.changed, false)
    assert.is((await failureOf(run('/nonexistent/program'))).result.rc, 2)
    assert.is((await failureOf(run('/etc/passwd x'))).result.rc, 13)
  })

  test(`${name}: a failing program gives its exit code and output`, async () => {
    const { message, result } = await failureOf(run(`sh -c 'echo out; echo err >&2; exit 3'`))
    assert.is(message, 'non-zero return code')
    assert.is(result.rc, 3)
    assert.is(result.stdout, 'out')
    assert.equal(result.stderr_lines, ['err'])
    assert.is(result.changed, true)
  })

  test(`${name}: stdin is passed on, with a line break unless told otherwise`, async () => {
    assert.is((await run({ cmd: 'wc -c', stdin: 'abc' })).stdout, '4')
    assert.is((await run({ cmd: 'wc -c', stdin: 'abc', stdin_add_newline: false })).stdout, '3')
  })

  test(`${name}: line breaks at the end of the output go, or stay`, async () => {
    const argv = ['printf', 'a\n\n']
    assert.is((await run({ argv })).stdout, 'a')
    assert.is((await run({ argv, strip_empty_ends: false })).stdout, 'a\n\n')
  })

  test(`${name}: a folder that is not there is a failure, and check mode predicts a change`, async () => {
    const args = 'ls chdir=/nonexistent creates=x'
    assert.match((await failureOf(run(args))).message, /Unable to change directory/)
    const { fields } = await runModule(command, args, { shell, check: true })
    assert.is(fields.changed, true)
    assert.is(fields.rc, null)
  })

  test(`${name}: creates and removes take patterns, quoted where they are none, and start at chdir`, async () => {
    await tryCase(
      command,
      {
        name: 'pattern that matches',
        before: `mkdir 'a b'; touch 'a b/x1.conf'; ln -s /nonexistent dangling`,
        args: (folder) => ({ cmd: 'touch new', chdir: `${folder}/a b`, creates: 'x[0-9].c*' }),
        changed: false,
      },
      { shell },
    )
    await tryCase(
      command,
      {
        name: 'pattern that does not match',
        args: (folder) => ({ argv: ['touch', `${folder}/x$1`], creates: `${folder}/x$*` }),
        after: `[ -f 'x$1' ]`,
      },
      { shell },
    )
    await tryCase(
      command,
      {
        name: 'a dangling link exists',
        before: 'ln -s /nonexistent dangling',
        args: (folder) => ({ cmd: `touch ${folder}/new`, creates: `${folder}/dangling` }),
        changed: false,
      },
      { shell },
    )
    await tryCase(
      command,
      {
        name: 'removes',
        before: 'touch gone',
        args: (folder) => ({ cmd: `rm ${folder}/gone`, removes: `${folder}/go?e` }),
      },
      { shell },
    )
  })
}

test.run()
