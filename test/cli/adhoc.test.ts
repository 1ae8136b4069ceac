import { resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('adhoc')
const tsx = resolve('node_modules/.bin/tsx')
const run = (argv: readonly string[]) =>
  execa(tsx, ['src/bin.ts', 'adhoc', ...argv], { reject: false, stdin: 'ignore' })

const cases: readonly [string, readonly string[], number, RegExp][] = [
  ['a command', ['-a', 'echo hello there'], 0, /^localhost \| CHANGED \| rc=0 >>\nhello there$/],
  ['a failing command', ['-a', 'false'], 2, /^localhost \| FAILED \| rc=1 >>/],
  [
    'a module',
    ['-m', 'ping'],
    0,
    /^localhost \| SUCCESS => \{\n {4}"changed": false,\n {4}"ping": "pong"\n\}$/,
  ],
  ['parameters', ['-m', 'debug', '-a', 'msg="two words" verbosity=0'], 0, /"msg": "two words"/],
  ['parameters as JSON', ['-m', 'debug', '-a', '{"msg": {"a": 1}}'], 0, /"a": 1/],
  ['a limit of time', ['--task-timeout', '1', '-a', 'sleep 20'], 2, /took longer than 1 s/],
  ['in the background, waited for', ['-B', '30', '-P', '1', '-a', 'echo hi'], 0, /rc=0 >>\nhi$/],
  ['in the background', ['-B', '30', '-P', '0', '-a', 'true'], 0, /"ansible_job_id"/],
  ['a fully qualified name', ['-m', 'ansible.builtin.stat', '-a', 'path=/'], 0, /"isdir": true/],
  [
    'check mode',
    ['-C', '-m', 'file', '-a', 'path=/nowhere/x state=directory'],
    0,
    /localhost \| CHANGED => /,
  ],
]
for (const [name, argv, code, expected] of cases) {
  test(`${name} on this machine`, async () => {
    const { exitCode, stdout, stderr } = await run(['localhost', ...argv])
    assert.is(exitCode, code, stderr)
    assert.match(stdout, expected)
  })
}

for (const flag of ['--task-timeout', '--background', '--poll'])
  test(`${flag} that is no number is an error, and nothing runs`, async () => {
    const more = flag === '--poll' ? ['-B', '1'] : []
    const { exitCode, stdout, stderr } = await run(['localhost', ...more, flag, 'soon', '-a', 'echo ran'])
    assert.is(exitCode, 5)
    assert.match(stderr, `${flag} is 'soon'; it must be a number of seconds`)
    assert.is(stdout, '')
  })

test('a misspelt module and a missing pattern are errors; the version needs none', async () => {
  const module = await run(['localhost', '-m', 'pnig'])
  assert.is(module.exitCode, 4)
  assert.match(module.stderr, /did you mean 'ping'/)
  const pattern = await run(['-m', 'ping'])
  assert.is(pattern.exitCode, 5)
  assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+/)
})

test.run()
