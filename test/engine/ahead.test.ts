import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TimeoutError } from '../../src/core/errors.ts'
import { Script } from '../../src/core/quote.ts'
import type { Reply, Shell } from '../../src/core/remote.ts'
import { createAhead } from '../../src/engine/ahead.ts'
import { newHost } from '../../src/engine/host.ts'
import type { LoadedTask } from '../../src/playbook/model.ts'
import { TARGET } from '../helpers/module-harness.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('ahead')

const host = newHost('one')
const tasks = Array.from({ length: 300 }, (_, n) => ({ name: `t${n}` }) as LoadedTask)
const task = (n: number) => tasks[n] as LoadedTask
const script = (text: string) => new Script(text)
const reply = (text: string): Reply => ({ code: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0) })

/** A shell that answers with what it was asked, and keeps what was sent ahead. */
function fakeShell(answer: (text: string) => Promise<Reply> = async (text) => reply(text)) {
  const sent: string[] = []
  const shell: Shell = {
    target: TARGET,
    request: () => Promise.reject(new Error('not asked for')),
    readAhead: ({ text }) => {
      sent.push(text)
      return () => answer(text)
    },
    close: async () => {},
  }
  return { shell, sent }
}

const fresh = async () => reply('asked anew')
const textOf = async (answer: Promise<Reply> | undefined) => (await answer)?.stdout.toString()

test('an answer is for the very same question, on the same shell, and as often as it was asked', async () => {
  const ahead = createAhead(true).of(host)
  const { shell, sent } = fakeShell()
  ahead.start(task(0))
  ahead.send(task(1), shell, script('a'))
  ahead.send(task(2), shell, script('a'))
  assert.equal(sent, ['a'])
  assert.is(ahead.take(shell, script('b'), {}, fresh), undefined)
  assert.is(ahead.take(fakeShell().shell, script('a'), {}, fresh), undefined)
  assert.is(await textOf(ahead.take(shell, script('a'), {}, fresh)), 'a')
  assert.is(await textOf(ahead.take(shell, script('a'), {}, fresh)), 'a')
  assert.is(ahead.take(shell, script('a'), {}, fresh), undefined)
})

test('two names of one machine share its shell, and each is answered for itself', async () => {
  const all = createAhead(true)
  const { shell, sent } = fakeShell()
  const [one, two] = [all.of(host), all.of(newHost('two'))]
  one.send(task(1), shell, script('a'))
  assert.is(two.take(shell, script('a'), {}, fresh), undefined)
  two.send(task(1), shell, script('a'))
  assert.equal(sent, ['a', 'a'])
  assert.is(await textOf(one.take(shell, script('a'), {}, fresh)), 'a')
  assert.is(await textOf(two.take(shell, script('a'), {}, fresh)), 'a')
})

test('nothing is left once something was done, on whatever host', () => {
  const all = createAhead(true)
  const { shell } = fakeShell()
  const [one, two] = [all.of(host), all.of(newHost('two'))]
  one.send(task(1), shell, script('a'))
  two.act(shell)()
  assert.is(one.take(shell, script('a'), {}, fresh), undefined)
  one.send(task(1), shell, script('a'))
  all.discard()
  assert.is(one.take(shell, script('a'), {}, fresh), undefined)
})

test('a shell that does not carry out the steps is not asked behind them: it would not wait', async () => {
  const ahead = createAhead(true).of(host)
  const [{ shell }, other] = [fakeShell(), fakeShell()]
  const done = ahead.act(shell)
  assert.is(ahead.send(task(1), other.shell, script('a')), false)
  assert.is(ahead.send(task(1), shell, script('a')), true)
  done()
  assert.is(ahead.send(task(2), other.shell, script('a')), true)
  assert.equal(other.sent, ['a'])
})

test('what one shell does is seen by the next task on another', async () => {
  const path = '{{ playbook_dir }}/x'
  const tasks = [
    { stat: { path: '/' } },
    { name: 'slow', shell: `sleep 0.5; : >${path}`, delegate_to: 'two' },
    { name: 'look', stat: { path } },
  ]
  const ran = await runPlaybook([{ hosts: 'one', tasks }], { hosts: ['one', 'two'] })
  assert.is((ran.fields('look').stat as { exists: boolean }).exists, true)
})

test('what is asked for behind steps holds, unless another host acts meanwhile', async () => {
  const all = createAhead(true)
  const { shell } = fakeShell()
  const [one, two] = [all.of(host), all.of(newHost('two'))]
  one.send(task(1), shell, script('before'))
  const done = one.act(shell)
  one.send(task(2), shell, script('behind'))
  done()
  assert.is(one.take(shell, script('before'), {}, fresh), undefined)
  assert.is(await textOf(one.take(shell, script('behind'), {}, fresh)), 'behind')
  for (const order of [0, 1]) {
    const ends = [one.act(shell), two.act(shell)]
    one.send(task(3), shell, script('behind'))
    for (const end of order === 0 ? ends : ends.reverse()) end()
    assert.is(one.take(shell, script('behind'), {}, fresh), undefined)
  }
})

test('an answer that the link lost is asked for anew; a timeout is the task’s own', async () => {
  const ahead = createAhead(true).of(host)
  const lost = fakeShell(() => Promise.reject(new Error('lost'))).shell
  ahead.send(task(1), lost, script('a'))
  assert.is(await textOf(ahead.take(lost, script('a'), {}, fresh)), 'asked anew')
  const slow = fakeShell(() => Promise.reject(new TimeoutError('too slow'))).shell
  ahead.send(task(1), slow, script('a'))
  const failure = await ahead.take(slow, script('a'), {}, fresh)?.catch((error: Error) => error.message)
  assert.is(failure, 'too slow')
})

test('a task looks ahead once, further each time that proves right, and not at all past what was in vain', () => {
  const ahead = createAhead(true).of(host)
  const { shell } = fakeShell()
  assert.is(ahead.start(task(0)), 32)
  assert.is(ahead.start(task(0)), 0)
  ahead.send(task(1), shell, script('1'))
  ahead.cover(task(2))
  assert.is(ahead.start(task(1)), 0)
  assert.is(ahead.start(task(2)), 0)
  assert.is(ahead.start(task(3)), 64, 'all that was looked at held')
  ahead.send(task(4), shell, script('4'))
  ahead.act(shell)()
  assert.is(ahead.start(task(4)), 1, 'what was read for it was in vain')
  ahead.act(shell)()
  assert.is(ahead.start(task(5)), 1, 'nothing was in vain, and nothing proved right')
  assert.is(ahead.start(task(6)), 2)
  ahead.send(task(7), shell, script('7'))
  assert.is(ahead.start(task(7)), 0)
  ahead.take(shell, script('7'), {}, fresh)
  ahead.act(shell)()
  assert.is(ahead.start(task(8)), 2, 'what was read had been taken before something was done')
  for (let n = 10; n < 290; n++) ahead.start(task(n))
  assert.is(ahead.start(task(299)), 128, 'there is an end to it')
})

test('stopped, or never enabled, it reads nothing', () => {
  const ahead = createAhead(true).of(host)
  const { shell } = fakeShell()
  ahead.send(task(1), shell, script('a'))
  ahead.stop()
  assert.is(ahead.take(shell, script('a'), {}, fresh), undefined)
  assert.is(ahead.start(task(1)), 0)
  assert.is(createAhead(false).of(host).start(task(1)), 0)
})

test.run()
