import { tmpdir } from 'node:os'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { shell as module } from '../../src/modules/shell.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('shell')
const shell = plainShell({ temp: `${tmpdir()}/shell-test` })
const run = async (args: Record<string, unknown> | string) =>
  (await runModule(module, args, { shell })).fields

test('a file that `creates` names makes it a no-op', () => {
  const plan = planOf(module, { cmd: 'ls', creates: '/x' }, { creates: true })
  assert.equal([plan.changes, plan.steps], [[], []])
})

test('an unknown parameter and an empty command are refused', () => {
  assert.throws(() => checkedArguments(module, { cmd: 'ls', argv: ['ls'] }), /no parameter 'argv'/)
  assert.throws(() => planOf(module, 'chdir=/tmp', undefined), /no command given/)
})

test('pipes, variables and here-documents work', async () => {
  const { stdout, cmd, rc } = await run('x=3; cat <<EOF | tr a-z A-Z\nv$x\nEOF')
  assert.is(stdout, 'V3')
  assert.is(rc, 0)
  assert.is(cmd, 'x=3; cat <<EOF | tr a-z A-Z\nv$x\nEOF')
})

test('another shell runs it where one is named, as a parameter or inside the text', async () => {
  assert.is((await run({ cmd: 'a=(1 2); echo ${a[1]}', executable: '/bin/bash' })).stdout, '2')
  assert.is((await run('executable=/bin/bash a=(1 2); echo ${a[1]}')).stdout, '2')
})

test('`exit` and a syntax error end the command alone', async () => {
  assert.is((await failureOf(run('exit 7'))).result.rc, 7)
  assert.is((await failureOf(run('echo ('))).result.rc, 2)
  assert.is((await run('echo after')).stdout, 'after')
})

test('chdir and stdin are honoured', async () => {
  assert.is((await run({ cmd: 'pwd; cat', chdir: '/usr', stdin: 'in' })).stdout, '/usr\nin')
})

test('times are given as Ansible gives them', async () => {
  const { start, end, delta } = await run('true')
  assert.match(String(start), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/)
  assert.match(String(end), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/)
  assert.match(String(delta), /^\d+:\d\d:\d\d\.\d{6}$/)
})

test.run()
