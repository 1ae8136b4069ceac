import { tmpdir } from 'node:os'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { raw } from '../../src/modules/raw.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('raw')
const shell = plainShell({ temp: `${tmpdir()}/raw-test` })

test('it needs a command and takes no guards', () => {
  assert.throws(() => checkedArguments(raw, {}), /missing required arguments: _raw_params/)
  assert.throws(() => checkedArguments(raw, { cmd: 'ls', creates: '/x' }), /no parameter 'creates'/)
  assert.throws(() => planOf(raw, ' ', undefined), /no command given/)
})

test('the plan says what would run', () => {
  const plan = planOf(raw, 'uptime', undefined)
  assert.equal(plan.changes, [{ what: 'command', before: undefined, after: 'uptime' }])
  assert.equal(plan.result, { rc: 0, stdout: '', stderr: '', stdout_lines: [], stderr_lines: [] })
})

test('output is not trimmed', async () => {
  const { fields } = await runModule(raw, 'echo a; echo b | cat', { shell })
  assert.is(fields.stdout, 'a\nb\n')
  assert.equal(fields.stdout_lines, ['a', 'b'])
})

test('an exit code other than 0 fails', async () => {
  const { message, result } = await failureOf(runModule(raw, 'echo hi; exit 2', { shell }))
  assert.is(message, 'non-zero return code')
  assert.is(result.rc, 2)
})

test.run()
