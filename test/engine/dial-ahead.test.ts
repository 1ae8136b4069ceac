import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Script } from '../../src/core/quote.ts'
import type { Shell } from '../../src/core/remote.ts'
import type { Variables } from '../../src/core/scope.ts'
import { createAhead } from '../../src/engine/ahead.ts'
import { becomeOf, settingsOf } from '../../src/engine/connection-settings.ts'
import type { Connections } from '../../src/engine/connections.ts'
import { type Beginning, dialAhead } from '../../src/engine/dial-ahead.ts'
import { newHost } from '../../src/engine/host.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { parseShard } from '../../src/inventory/shard.ts'
import type { LoadedTask } from '../../src/playbook/model.ts'
import { TARGET } from '../helpers/module-harness.ts'
import { withFolder } from '../inventory/temporary-folder.ts'

const test = suite('dial ahead')

const INVENTORY = `
web:
  hosts:
    one: { ansible_host: 192.0.2.1, ansible_user: kim }
    two: { ansible_host: 192.0.2.2, ansible_become_password: secret }
    three: { ansible_host: '{{ address }}', address: 192.0.2.3 }
    four: { ansible_connection: local }
  vars: { ansible_port: 2222 }
`
const inventory = await withFolder({ 'web.yml': INVENTORY }, (dir) =>
  loadInventory(['web.yml'], { cwd: dir }),
)

const known: Beginning = {
  ...{ inventory, folder: undefined, extraVars: {}, limit: undefined, shard: undefined, forks: 10 },
  tags: { only: [], skip: [] },
  gathering: {},
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

/**
 * What is dialled for a play; each shell is asked what it is asked ahead.
 * @param late the shells stand when all else is loaded
 */
async function dialled(play: Variables, given: Partial<Beginning> = {}, { batch = true, late = false } = {}) {
  const calls: string[] = []
  const asked: string[] = []
  const ahead = createAhead(batch)
  const shell: Shell = {
    target: TARGET,
    request: () => Promise.reject(new Error('not asked for')),
    readAhead: ({ text }) => {
      asked.push(text)
      return async () => ({ code: 0, stdout: Buffer.from('facts'), stderr: Buffer.alloc(0) })
    },
    close: async () => {},
  }
  const connections = {
    begin: async (request, { keepFailure, onShell }) => {
      const { kind, address, port, user } = settingsOf(request, { timeout: 10 })
      const become = becomeOf(request, { timeout: 10 })
      calls.push([kind, user, address, port, become?.user, keepFailure ? 'keep' : 'again'].join(' '))
      if (late) await import('../../src/engine/facts-ahead.ts').then(settle)
      onShell?.(shell)
    },
  } as Partial<Connections> as Connections
  dialAhead({ connections, ahead }, play, { ...known, ...given })
  await settle()
  // The module of facts is loaded when a shell stands.
  if (calls.length > 0) await import('../../src/engine/facts-ahead.ts').then(settle).then(settle)
  return { calls, asked, ahead, shell }
}

const TABLE: readonly (readonly [string, Variables, Partial<Beginning>, readonly string[]])[] = [
  [
    'hosts whose way is written plainly; not one that is a template',
    { hosts: 'web', become: true },
    {},
    ['ssh kim 192.0.2.1 2222 root keep', 'ssh  192.0.2.2 2222 root keep', 'local  four 2222 root keep'],
  ],
  [
    'what extra variables say',
    { hosts: 'one' },
    { extraVars: { ansible_port: 22 } },
    ['ssh kim 192.0.2.1 22  keep'],
  ],
  ['what the play says', { hosts: 'two', remote_user: 'ada' }, {}, ['ssh ada 192.0.2.2 2222  keep']],
  ['its variables', { hosts: 'two', vars: { ansible_user: 'eve' } }, {}, ['ssh eve 192.0.2.2 2222  keep']],
  ['those of the limit', { hosts: 'web' }, { limit: 'two' }, ['ssh  192.0.2.2 2222  keep']],
  ['as many as work at the same time', { hosts: 'web' }, { forks: 1 }, ['ssh kim 192.0.2.1 2222  keep']],
  ['the first of a series', { hosts: 'web', serial: 1 }, {}, ['ssh kim 192.0.2.1 2222  keep']],
  [
    'a failure is tried again where facts are not gathered',
    { hosts: 'one', gather_facts: false },
    {},
    ['ssh kim 192.0.2.1 2222  again'],
  ],
  ['none where the play asks first', { hosts: 'web', vars_prompt: [{ name: 'ansible_user' }] }, {}, []],
  ['none for a pattern that is a template', { hosts: '{{ where }}' }, {}, []],
  ['none for a keyword that is a template', { hosts: 'one', remote_user: '{{ who }}' }, {}, []],
  [
    'those of a play whose tags are asked for',
    { hosts: 'two', tags: 'a,b' },
    { tags: { only: ['b'], skip: [] } },
    ['ssh  192.0.2.2 2222  keep'],
  ],
  ['none where nothing of it may run', { hosts: 'two' }, { tags: { only: ['b'], skip: [] } }, []],
  ['none where it runs only when it is named', { hosts: 'two', tags: ['never', 'c'] }, {}, []],
  ['none for what is no play', { import_playbook: 'other.yml' }, {}, []],
]

for (const [name, play, given, expected] of TABLE)
  test(name, async () => {
    assert.equal((await dialled(play, given)).calls, expected)
  })

test('the hosts of its shard', async () => {
  const shards = await Promise.all(
    ['1/2', '2/2'].map((text) => dialled({ hosts: 'web' }, { shard: parseShard(text) })),
  )
  assert.equal(
    shards.map(({ calls }) => calls.length).reduce((sum, count) => sum + count),
    3,
  )
})

test('facts are asked for at once, and kept for the task that gathers them', async () => {
  const { asked, ahead, shell } = await dialled({ hosts: 'one' })
  assert.is(asked.length, 1)
  const fresh = () => Promise.reject(new Error('asked anew'))
  const take = () => ahead.of(newHost('one')).take(shell, { text: asked[0] ?? '' } as never, {}, fresh)
  assert.is((await take())?.stdout.toString(), 'facts')
  assert.is(take(), undefined, 'once')
})

test('they are asked for once, whichever comes first: the shell, or the module of facts', async () => {
  for (const late of [false, true]) assert.is((await dialled({ hosts: 'one' }, {}, { late })).asked.length, 1)
})

test('the task that gathers them does not send its question again', async () => {
  const { asked, ahead, shell } = await dialled({ hosts: 'one' })
  const own = ahead.of(newHost('one'))
  const task = { name: 'Gathering Facts' } as LoadedTask
  const script = new Script(asked[0] ?? '')
  own.start(task)
  assert.ok(own.send(task, shell, script))
  assert.is(asked.length, 1)
  const fresh = () => Promise.reject(new Error('asked anew'))
  assert.is((await own.take(shell, script, {}, fresh))?.stdout.toString(), 'facts')
  assert.is(own.take(shell, script, {}, fresh), undefined, 'once')
})

test('not without batching, nor where none are gathered or they may be in the cache', async () => {
  assert.equal((await dialled({ hosts: 'one' }, {}, { batch: false })).asked, [])
  assert.equal((await dialled({ hosts: 'one', gather_facts: false })).asked, [])
  assert.equal((await dialled({ hosts: 'one' }, { gathering: { smart: true } })).asked, [])
})

test('the answer is nobody’s once something was done, or time has passed', async () => {
  for (const end of ['act', 'discard'] as const) {
    const { asked, ahead, shell } = await dialled({ hosts: 'one' })
    if (end === 'act') ahead.of(newHost('two')).act(undefined)()
    else ahead.discard()
    const fresh = () => Promise.reject(new Error('asked anew'))
    assert.is(ahead.of(newHost('one')).take(shell, { text: asked[0] ?? '' } as never, {}, fresh), undefined)
  }
})

test.run()
