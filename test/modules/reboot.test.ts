import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { UnreachableError } from '../../src/core/errors.ts'
import type { Remote } from '../../src/core/module.ts'
import type { Script } from '../../src/core/quote.ts'
import type { Shell } from '../../src/core/remote.ts'
import { reboot } from '../../src/modules/reboot.ts'
import { checkedArguments, planOf, TARGET } from '../helpers/module-harness.ts'

const test = suite('reboot')

/** A machine that answers what is given, by the text of the script; an error is thrown. */
function machine(answers: readonly (readonly [RegExp, string | Error | number])[]): {
  shell: Shell
  asked: string[]
} {
  const asked: string[] = []
  const shell: Shell = {
    target: TARGET,
    async request({ text }: Script) {
      asked.push(text)
      const [, answer] = answers.find(([pattern]) => pattern.test(text)) ?? []
      if (answer === undefined) throw new Error(`unexpected: ${text}`)
      if (answer instanceof Error) throw answer
      const code = typeof answer === 'number' ? answer : 0
      const stdout = Buffer.from(typeof answer === 'number' ? '' : answer)
      return { code, stdout, stderr: Buffer.from(code === 0 ? '' : 'it said no') }
    },
    close: async () => {},
  }
  return { shell, asked }
}

async function run(args: Record<string, unknown>, shell: Shell, later: readonly (Shell | Error)[]) {
  const waiting = [...later]
  const remote = {
    shell,
    reconnect: async () => {
      const next = waiting.length > 1 ? waiting.shift() : waiting[0]
      if (next instanceof Error || next === undefined) throw next
      return next
    },
  } as unknown as Remote
  const [step] = planOf(reboot, args, undefined).steps
  if (step?.kind !== 'act') throw new Error('no act step')
  return step.act(remote)
}

const BEFORE = [/boot_id/, 'one\n'] as const
const lost = new UnreachableError('gone')

test('the machine goes down, and is back with another boot id', async () => {
  const first = machine([BEFORE, [/shutdown/, lost]])
  const still = machine([BEFORE])
  const back = machine([
    [/boot_id/, 'two\n'],
    [/^whoami$/, 'root\n'],
  ])
  assert.equal(
    await run({ msg: 'now', pre_reboot_delay: 130 }, first.shell, [still.shell, lost, back.shell]),
    {
      rebooted: true,
      elapsed: 0,
    },
  )
  assert.match(first.asked[1] ?? '', '-r 2 now')
  assert.is(back.asked.at(-1), 'whoami')
})

test('a command that fails is told', async () => {
  const { shell } = machine([BEFORE, [/shutdown/, 1]])
  let said = ''
  await run({}, shell, []).catch((error) => {
    said = `${error.message} ${JSON.stringify(error.result)}`
  })
  assert.match(said, "Reboot command failed. Error was: ', it said no'")
  assert.match(said, '"rebooted":false')
})

test('a machine that does not come back in time is a failure', async () => {
  const { shell } = machine([BEFORE, [/shutdown/, '']])
  let said = ''
  await run({ reboot_timeout: 0 }, shell, [lost]).catch((error) => {
    said = error.message
  })
  assert.match(said, 'Timed out waiting for last boot time check (timeout=0): gone')
})

test('a test command that fails is tried again', async () => {
  const { shell } = machine([BEFORE, [/shutdown/, '']])
  let tries = 0
  const back: Shell = {
    ...shell,
    request: async ({ text }) => {
      if (/ready/.test(text)) tries++
      const code = /ready/.test(text) && tries < 2 ? 1 : 0
      return { code, stdout: Buffer.from('two'), stderr: Buffer.alloc(0) }
    },
  }
  await run({ test_command: 'ready' }, shell, [back])
  assert.is(tries, 2)
})

test('a command of one’s own is found, or is a path', async () => {
  const back = machine([[/boot_id|whoami/, 'two']])
  for (const [command, expected] of [
    ['poweroff now --force', /find_it poweroff\)[\s\S]*"\$c" now --force$/],
    ['/sbin/init 6', /^\/sbin\/init 6$/],
  ] as const) {
    const { shell, asked } = machine([BEFORE, [/./, '']])
    await run({ reboot_command: command }, shell, [back.shell])
    assert.match(asked[1] ?? '', expected)
  }
})

test('check mode predicts it, and the controller is never rebooted', () => {
  const plan = planOf(reboot, {}, undefined)
  assert.is(plan.changes.length, 1)
  assert.equal(plan.result, { rebooted: true, elapsed: 0 })
  const local = planOf(reboot, {}, undefined, { target: { local: true } })
  assert.match(local.failed ?? '', 'would reboot the control node')
  assert.throws(() => checkedArguments(reboot, { reboot_timeout: 'x' }), /must be a number/)
})

test('a pause may be a part of a second', () => {
  assert.is(checkedArguments(reboot, { post_reboot_delay: '0.5' }).post_reboot_delay, 0.5)
})

test.run()
