import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Variables } from '../../src/core/scope.ts'
import type { FactCache } from '../../src/engine/fact-cache.ts'
import type { Play } from '../../src/playbook/types.ts'
import { type RunSettings, runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('facts')

/** A cache that can be looked into. */
function cacheOf(start: Readonly<Record<string, Variables>> = {}) {
  const held = new Map(Object.entries(start))
  const cache: FactCache = {
    read: (host) => held.get(host),
    add: (host, facts) => held.set(host, { ...held.get(host), ...facts }),
    remove: (host) => held.delete(host),
  }
  return { held, cache }
}

const show = (msg: string): Partial<Play> => ({ tasks: [{ name: 'show', debug: { msg } }] })
const quick: Partial<Play> = { gather_facts: true, gather_subset: ['!all', '!min', 'user'] }

test('what a play sets for the module setup, or for gather_facts, holds for its own gathering', async () => {
  for (const name of ['setup', 'ansible.builtin.setup', 'gather_facts']) {
    const gather_facts = true
    const module_defaults = { [name]: { gather_subset: ['!all', '!min', 'user'] } }
    const ran = await runPlaybook([{ gather_facts, module_defaults, ...show('{{ gather_subset }}') }])
    assert.equal(ran.fields('show').msg, ['!all', '!min', 'user'])
  }
})

test('facts of an earlier run are there without gathering', async () => {
  const { cache } = cacheOf({ one: { ansible_os_family: 'Debian' } })
  const ran = await runPlaybook([show('{{ ansible_os_family }} {{ ansible_facts.os_family }}')], {
    factCache: cache,
  })
  assert.equal(ran.lines, ['ok one show'])
  assert.is(ran.fields('show').msg, 'Debian Debian')
})

test('also those of a host that has no part in the play', async () => {
  const { cache } = cacheOf({ two: { ansible_os_family: 'Debian' } })
  const settings: RunSettings = { factCache: cache, hosts: ['one', 'two'], limit: 'one' }
  const ran = await runPlaybook([show('{{ hostvars.two.ansible_os_family }}')], settings)
  assert.is(ran.fields('show').msg, 'Debian')
})

test('what is in the cache is data, and decides neither who is reached nor how', async () => {
  const { cache } = cacheOf({
    one: { ansible_note: '{{ 7 * 7 }}', ansible_connection: 'ssh', ansible_become: true, ansible_host: 'x' },
  })
  const ran = await runPlaybook(
    [{ tasks: [{ name: 'echo', command: { argv: ['echo', '{{ ansible_note }}'] } }] }],
    { factCache: cache },
  )
  assert.is(ran.fields('echo').stdout, '{{ 7 * 7 }}')
})

test('the Python of a host is a fact, and which of them a task is to use is none', async () => {
  const { cache } = cacheOf({ one: { ansible_python: { type: 'cpython' }, ansible_python_interpreter: 'x' } })
  const msg = "{{ ansible_python.type }} {{ ansible_python_interpreter | default('none') }}"
  const ran = await runPlaybook([show(msg)], { factCache: cache })
  assert.is(ran.fields('show').msg, 'cpython none')
})

test('gathered facts and cacheable ones are kept, others are not', async () => {
  const { cache, held } = cacheOf({ one: { ansible_old: 1 } })
  const tasks: Play['tasks'] = [
    { name: 'kept', set_fact: { colour: 'blue', cacheable: true } },
    { name: 'not', set_fact: { shape: 'round' } },
  ]
  await runPlaybook([{ ...quick, tasks }], { factCache: cache })
  const { ansible_user_uid, _ansible_facts_gathered, colour, shape, ansible_old } = held.get('one') ?? {}
  assert.equal(
    { ansible_user_uid, _ansible_facts_gathered, colour, shape, ansible_old },
    {
      ansible_user_uid: process.getuid?.(),
      _ansible_facts_gathered: true,
      colour: 'blue',
      shape: undefined,
      ansible_old: 1,
    },
  )
})

test('smart gathering leaves out hosts that are known, of an earlier run or play', async () => {
  const { cache } = cacheOf({ two: { _ansible_facts_gathered: true }, three: { ansible_x: 1 } })
  const settings = { hosts: ['one', 'two', 'three'], factCache: cache, gathering: { smart: true }, forks: 1 }
  const ran = await runPlaybook([quick, quick], settings)
  assert.equal(ran.lines, ['ok one Gathering Facts', 'ok three Gathering Facts'])
})

test('without it every play gathers, with what the play or else the settings say', async () => {
  const gathering = { args: { gather_subset: ['!all', '!min'] } }
  const ran = await runPlaybook([quick, { gather_facts: true }], { gathering })
  assert.equal(ran.lines, ['ok one Gathering Facts', 'ok one Gathering Facts'])
  const facts = ran.fields('Gathering Facts').ansible_facts as Variables
  assert.equal([facts.gather_subset, facts.ansible_user_uid], [['!all', '!min'], undefined])
})

test('meta: clear_facts empties the cache of the hosts it is for', async () => {
  const { cache, held } = cacheOf({ one: { ansible_x: 1 }, two: { ansible_x: 2 } })
  await runPlaybook([{ tasks: [{ meta: 'clear_facts', when: "inventory_hostname == 'one'" }] }], {
    hosts: ['one', 'two'],
    factCache: cache,
  })
  assert.equal([...held.keys()], ['two'])
})

test('facts that are not injected are in ansible_facts alone, local ones apart', async () => {
  const { cache } = cacheOf({ one: { ansible_x: 1, ansible_local: { y: 2 } } })
  const msg = '{{ ansible_x is defined }} {{ ansible_facts.x }} {{ ansible_local.y }}'
  const ran = await runPlaybook([show(msg)], { factCache: cache, injectFacts: false })
  assert.is(ran.fields('show').msg, 'False 1 2')
})

test('the file of settings is a variable', async () => {
  const ran = await runPlaybook([show('{{ ansible_config_file }}')], { configFile: '/x/ansible.cfg' })
  assert.is(ran.fields('show').msg, '/x/ansible.cfg')
})

test('dictionaries are merged where the run says so', async () => {
  const play: Partial<Play> = {
    vars: { a: { x: 1, y: { p: 1 } } },
    tasks: [{ name: 'show', debug: { msg: '{{ a }}' }, vars: { a: { y: { q: '{{ 1 + 1 }}' } } } }],
  }
  const merged = await runPlaybook([play], { dictionaries: 'merge' })
  assert.equal(merged.fields('show').msg, { x: 1, y: { p: 1, q: 2 } })
  assert.equal((await runPlaybook([play])).fields('show').msg, { y: { q: 2 } })
})

const mismatches: readonly [RunSettings['hostPatternMismatch'], number | 'error'][] = [
  [undefined, 1],
  ['ignore', 0],
  ['error', 'error'],
]
for (const [hostPatternMismatch, expected] of mismatches) {
  test(`a pattern without hosts, when mismatches are ${hostPatternMismatch}`, async () => {
    const told = await runPlaybook([{ hosts: 'all:nobody' }], { hostPatternMismatch }).then(
      ({ events }) => events.filter(({ kind }) => kind === 'warning').length,
      (error) => (/has 'nobody', which matches no host/.test(error.message) ? 'error' : error),
    )
    assert.is(told, expected)
  })
}

test('a play of which nothing runs connects to no host, though its vars_files need facts', async () => {
  const vars_files = ['vars/{{ ansible_user_uid }}.yml']
  const plays: Partial<Play>[] = [
    { ...quick, vars_files, tags: ['first'], tasks: [{ name: 'no', debug: { msg: 'no' } }] },
    { tags: ['second'], tasks: [{ name: 'yes', debug: { msg: 'yes' } }] },
  ]
  const ran = await runPlaybook(plays, { tags: { only: ['second'], skip: [] } })
  assert.equal(ran.lines, ['ok one yes'])
  assert.is(ran.exitCode, 0)
})

test.run()
