import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openConnection } from '../../src/connection/index.ts'
import { sh } from '../../src/core/quote.ts'
import type { Shell } from '../../src/core/remote.ts'
import type { ScriptFunction } from '../../src/modules/script/function.ts'
import { script } from '../../src/modules/script.ts'
import { checkedArguments, failureOf, fakeController, planOf, runModule } from '../helpers/module-harness.ts'

const test = suite('script')

const checkGone = (line: string) => sh`[ ! -e ${line.replace(/ 2 a b 2$/, '')} ]`

const SETTINGS = {
  host: 'here',
  kind: 'local',
  address: 'localhost',
  hostKeys: [],
  connectTimeout: 10,
  shellExecutable: '/bin/sh',
} as const

async function withShell(work: (shell: Shell) => Promise<void>): Promise<void> {
  const connection = await openConnection(SETTINGS, { warn: () => {} })
  try {
    await work(await connection.shell())
  } finally {
    await connection.close()
  }
}

async function call(act: ScriptFunction<Record<string, unknown>>, options: Record<string, unknown> = {}) {
  let fields: Readonly<Record<string, unknown>> = {}
  await withShell(async (shell) => {
    const controller = fakeController({
      variables: { inventory_hostname: 'web1', port: 80, secret: undefined },
    })
    fields = (await runModule(script, { function: act }, { shell, controller, ...options })).fields
  })
  return fields
}

async function failureOfCall(act: ScriptFunction<Record<string, unknown>>) {
  return failureOf(call(act))
}

test('what a function returns becomes the result, changed unless it says otherwise', async () => {
  assert.equal(await call(async ({ $ }) => ({ out: await $`echo hi`.text() })), {
    changed: true,
    out: 'hi\n',
  })
  assert.equal(await call(async () => ({ changed: false, a: 1 })), { changed: false, a: 1 })
  assert.equal(await call(async () => undefined), { changed: true })
  assert.equal(await call(async () => [1]), { changed: true, value: [1] })
})

test('values are quoted for any POSIX shell', async () => {
  const odd = ['a b', "it's", '$HOME', 'x\ny\tz', '\\n', '*', '']
  const fields = await call(async ({ $ }) => ({ out: (await $`printf '%s|' ${odd}`).stdout }))
  assert.is(fields.out, odd.map((word) => `${word}|`).join(''))
})

const NOT_TEXT: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /value 2 of the command `echo \$\{…\} \$\{\?\?\?\} end` is undefined/],
  [null, /is null/],
  [{ a: 1 }, /is an object.*JSON\.stringify/],
  [Object.create(null), /is an object/],
  [new Map(), /is an object/],
  [() => 1, /is a function/],
  [['a', undefined], /is a list that holds undefined/],
  [[['a']], /is a list that holds a list/],
  [Promise.resolve({ a: 1 }), /is an object/],
]
for (const [value, message] of NOT_TEXT) {
  for (const where of ['target', 'controller'] as const) {
    test(`a value without a text is an error: ${String(message)}, ${where}`, async () => {
      const failure = await failureOfCall(async ({ $, local }) => {
        const run = where === 'target' ? $ : local.$({ quiet: true })
        return { out: (await run`echo ${'first'} ${value as string} end`).stdout }
      })
      assert.match(failure.message, message)
      assert.instance(failure.cause, TypeError)
    })
  }
}

test('whatever has a text is a value', async () => {
  const fields = await call(async ({ $ }) => {
    const printed = await $`echo printed`
    const url = new URL('http://a/b') as unknown as string
    return {
      out: (
        await $`echo ${1} ${true as unknown as string} ${url} ${printed} ${['x', 2n as unknown as string]}`
      ).stdout,
    }
  })
  assert.is(fields.out, '1 true http://a/b printed x 2\n')
})

test('json, lines, nothrow, options and input work', async () => {
  const fields = await call(async ({ $ }) => ({
    json: await $`echo '{"a": [1]}'`.json(),
    lines: await $`printf 'a\nb\n'`.lines(),
    code: (await $`exit 3`.nothrow()).exitCode,
    quiet: (await $({ nothrow: true })`exit 4`).exitCode,
    where: await $({ cwd: '/usr' })`pwd`.text(),
    env: await $({ env: { A: "it's" } })`echo "$A$HOME_IS_NOT_SENT"`.text(),
    input: await $({ input: 'a\0b' })`od -An -c`.text(),
    bash: await $({ shell: '/bin/bash' })`a=(1 2); echo ${'$'}`.text(),
  }))
  assert.equal(fields, {
    changed: true,
    json: { a: [1] },
    lines: ['a', 'b'],
    code: 3,
    quiet: 4,
    where: '/usr\n',
    env: "it's\n",
    input: '   a  \\0   b\n',
    bash: '$\n',
  })
})

test('pipes carry output from one command to the next', async () => {
  const fields = await call(async ({ $ }) => ({
    started: await $`printf 'b\na\n'`.pipe($`sort`).text(),
    text: await $`printf 'b\na\n'`.pipe`sort`.pipe`tr a-z A-Z`.text(),
    written: await $`echo x`.then(async () => {
      const cat = $`cat`
      cat.stdin.end('typed')
      return cat.text()
    }),
  }))
  assert.equal(fields, { changed: true, started: 'a\nb\n', text: 'A\nB\n', written: 'typed' })
})

test('a command that reads stdin without being given any finds it empty', async () => {
  assert.is((await call(async ({ $ }) => ({ out: await $`cat; echo end`.text() }))).out, 'end\n')
})

test('commands started together run one after another', async () => {
  const fields = await call(async ({ $ }) => ({
    out: (await Promise.all([$`echo 1`, $`echo 2`, $`echo 3`])).map(String),
  }))
  assert.equal(fields.out, ['1', '2', '3'])
})

test('a failing command fails the task, with its exit code and output', async () => {
  const { message, result } = await failureOfCall(async ({ $ }) => $`echo out; echo err >&2; exit 5`)
  assert.is(message, 'a command of the script failed with exit code 5: err')
  assert.is(result.rc, 5)
  assert.is(result.stdout, 'out\n')
  assert.equal(result.stderr_lines, ['err'])
})

test('a function that throws, or returns failed, fails the task', async () => {
  assert.is((await failureOfCall(async () => Promise.reject(new Error('no')))).message, 'no')
  const { message, result } = await failureOfCall(async () => ({ failed: true, msg: 'bad', a: 1 }))
  assert.is(message, 'bad')
  assert.is(result.a, 1)
})

test('a command can be ended, and can time out', async () => {
  const fields = await call(async ({ $ }) => {
    const slow = $`sleep 60`.nothrow()
    setTimeout(() => slow.kill(), 50)
    const killed = (await slow).signal
    const timed = (await $`sleep 60`.nothrow().timeout('50ms')).signal
    return { killed, timed, after: await $`echo still here`.text() }
  })
  assert.equal(fields, { changed: true, killed: 'SIGTERM', timed: 'SIGTERM', after: 'still here\n' })
})

test('variables, the host’s name and the controller’s own $ are there', async () => {
  const fields = await call(async ({ vars, host, local, check }) => ({
    port: vars.port,
    has: 'port' in vars,
    none: vars.nothing === undefined,
    names: Object.keys(vars),
    host,
    check,
    here:
      Number(await local.$`echo ${'$$'} ${process.pid}`.text().then((text) => text.split(' ')[1])) ===
      process.pid,
  }))
  assert.equal(fields, {
    changed: true,
    port: 80,
    has: true,
    none: true,
    names: ['inventory_hostname', 'port', 'secret'],
    host: 'web1',
    check: false,
    here: true,
  })
  const { message } = await failureOfCall(async ({ vars }) => {
    ;(vars as Record<string, unknown>).port = 81
  })
  assert.match(message, /vars\.port cannot be set/)
})

test('check mode does not call the function and predicts a change', async () => {
  let called = false
  const act = async () => {
    called = true
  }
  assert.equal(await call(act, { check: true }), { changed: true })
  assert.is(called, false)
})

test('output is shown while it runs, and the task’s environment is there', async () => {
  let shown = ''
  const fields = await call(async ({ $ }) => ({ out: await $`echo "$GREETING"`.text() }), {
    environment: { GREETING: 'hello' },
    onOutput: (_stream: string, chunk: Buffer) => {
      shown += chunk.toString()
    },
  })
  assert.is(fields.out, 'hello\n')
  assert.is(shown, 'hello\n')
})

test('a lost shell is no failure of the script’s own', async () => {
  await withShell(async (shell) => {
    const lost = { ...shell, target: shell.target, request: () => Promise.reject(new TypeError('link lost')) }
    const running = runModule(
      script,
      { function: (async ({ $ }) => $`true`.nothrow()) as ScriptFunction<object> },
      { shell: lost },
    )
    const said = await running.catch((error: Error) => error)
    assert.instance(said, TypeError)
  })
})

test('a local file is sent, run with its arguments and removed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'script-test-'))
  try {
    mkdirSync(join(root, 'files'))
    writeFileSync(
      join(root, 'files', 'my script.sh'),
      '#!/bin/sh\necho "$0" "$#" "$@"; pwd; exit ${CODE:-0}\n',
    )
    const controller = fakeController({ root })
    await withShell(async (shell) => {
      const run = async (args: string | Record<string, unknown>, more = {}) =>
        (await runModule(script, args, { shell, controller, ...more })).fields
      const { stdout, changed, rc } = await run(`"my script.sh" 'a b' $((1+1)) chdir=/usr`)
      const [first = '', folder] = String(stdout).split('\n')
      assert.is(first, `${shell.target.temp}/my script.sh 2 a b 2`)
      assert.is(folder, '/usr')
      assert.is(changed, true)
      assert.is(rc, 0)
      assert.is((await shell.request(checkGone(first))).code, 0, 'the file was left behind')
      const failure = await failureOf(run(`"my script.sh"`, { environment: { CODE: '4' } }))
      assert.is(failure.message, 'non-zero return code')
      assert.is(failure.result.rc, 4)
      assert.is((await run({ cmd: `"my script.sh"`, executable: 'sh -u', removes: '/usr' })).rc, 0)
      const skipped = await run(`"my script.sh" creates=/usr`)
      assert.is(skipped.skipped, true)
      assert.is(skipped.msg, '/usr exists, matching creates option')
    })
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('a missing local file fails before anything is sent', async () => {
  await withShell(async (shell) => {
    const { message } = await failureOf(runModule(script, 'nope.sh', { shell, check: true }))
    assert.match(message, /could not find nope\.sh/)
  })
})

test('check mode skips a file, which may change something or not, and foretells with a guard', async () => {
  const root = mkdtempSync(join(tmpdir(), 'script-test-'))
  try {
    writeFileSync(join(root, 'make.sh'), '#!/bin/sh\n: >"$1"\n')
    const controller = fakeController({ root })
    await withShell(async (shell) => {
      const made = join(root, 'made')
      const check = async (more: string) =>
        (await runModule(script, `make.sh ${made}${more}`, { shell, controller, check: true })).fields
      const plain = await check('')
      assert.equal([plain.skipped, plain.changed], [true, false])
      assert.match(String(plain.msg), /check mode/)
      const guarded = await check(` creates=${made}`)
      assert.equal([guarded.skipped, guarded.changed], [undefined, true])
      assert.is((await check(` removes=${made}`)).msg, `${made} does not exist, matching removes option`)
      assert.is(existsSync(made), false)
    })
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('a creates that exists is a plan without steps', () => {
  const local = { path: '/x/a.sh', content: 'true' }
  const plan = planOf(script, 'a.sh creates=/x', { creates: true }, { local })
  assert.equal([plan.changes, plan.steps, plan.skipped], [[], [], '/x exists, matching creates option'])
})

test('a file, or a function, and not both', () => {
  assert.throws(() => checkedArguments(script, {}), /one of the following is required/)
  assert.throws(() => checkedArguments(script, { cmd: 'a', function: () => {} }), /mutually exclusive/)
  assert.throws(() => planOf(script, { function: 'text' }, undefined), /must be a TypeScript function/)
})

test.run()
