import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type FactCache, jsonFileCache } from '../../src/engine/fact-cache.ts'

const test = suite('fact cache')

interface Place {
  readonly dir: string
  readonly warnings: string[]
  /** A cache as the next run would have it. */
  readonly open: (options?: { prefix?: string; timeout?: number; now?: () => number }) => FactCache
}

function inFolder(name: string, check: (place: Place) => void): void {
  test(name, () => {
    const dir = mkdtempSync(join(tmpdir(), 'playscript-facts-'))
    const warnings: string[] = []
    const open: Place['open'] = (options) =>
      jsonFileCache({
        folder: join(dir, 'facts'),
        timeout: 0,
        warn: (text) => warnings.push(text),
        ...options,
      })
    try {
      check({ dir, warnings, open })
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
}

const facts = {
  ansible_os_family: 'Debian',
  ansible_memory: { total: 7, parts: [1, 2.5, null] },
  colour: 'blü {{ 1 }}',
}

inFolder(
  'what one run adds the next one reads, and nothing else is left behind',
  ({ dir, open, warnings }) => {
    open().add('one', facts)
    assert.equal(open().read('one'), facts)
    assert.is(open().read('two'), undefined)
    assert.equal(readdirSync(join(dir, 'facts')), ['one'])
    assert.is(statSync(join(dir, 'facts/one')).mode & 0o777, 0o600)
    assert.is(statSync(join(dir, 'facts')).mode & 0o777, 0o700)
    assert.equal(warnings, [])
  },
)

inFolder('new facts join those that are known, and win', ({ open }) => {
  open().add('one', { a: 1, b: { c: 1 } })
  open().add('one', { b: { d: 2 } })
  assert.equal(open().read('one'), { a: 1, b: { d: 2 } })
})

inFolder('a prefix keeps caches in one folder apart', ({ dir, open }) => {
  open({ prefix: 'p_' }).add('one', { a: 1 })
  assert.equal(readdirSync(join(dir, 'facts')), ['p_one'])
  assert.is(open().read('one'), undefined)
  assert.equal(open({ prefix: 'p_' }).read('one'), { a: 1 })
})

inFolder('a removed host is forgotten, for this run and the next', ({ open }) => {
  open().add('one', { a: 1 })
  const cache = open()
  cache.remove('one')
  cache.remove('none')
  assert.is(cache.read('one'), undefined)
  assert.is(open().read('one'), undefined)
})

const ages: readonly [string, number, number, boolean][] = [
  ['young enough', 3600, 3600, true],
  ['too old', 3600, 3601, false],
  ['however old without a timeout', 0, 1e9, true],
]
for (const [name, timeout, age, there] of ages) {
  inFolder(`a file that is ${name}`, ({ dir, open }) => {
    open().add('one', { a: 1 })
    const written = 1_700_000_000
    utimesSync(join(dir, 'facts/one'), written, written)
    const cache = open({ timeout, now: () => (written + age) * 1000 })
    assert.equal(cache.read('one'), there ? { a: 1 } : undefined)
  })
}

inFolder('what is too old does not come back beside new facts', ({ dir, open }) => {
  open().add('one', { old: 1 })
  utimesSync(join(dir, 'facts/one'), 1, 1)
  open({ timeout: 60 }).add('one', { fresh: 1 })
  assert.equal(open().read('one'), { fresh: 1 })
})

for (const [name, text] of [
  ['no JSON', '{"a": '],
  ['no facts', '[1]'],
] as const) {
  inFolder(`a file that holds ${name} is warned of, and written anew`, ({ dir, open, warnings }) => {
    open().add('one', { a: 1 })
    writeFileSync(join(dir, 'facts/one'), text)
    const cache = open()
    assert.is(cache.read('one'), undefined)
    assert.is(warnings.length, 1)
    assert.match(String(warnings[0]), /^the facts of one could not be read from the cache: /)
    cache.add('one', { b: 2 })
    assert.equal(open().read('one'), { b: 2 })
  })
}

inFolder('a folder that cannot be made is warned of, and the run goes on', ({ dir, open, warnings }) => {
  writeFileSync(join(dir, 'facts'), '')
  const cache = open()
  cache.add('one', { a: 1 })
  assert.equal(cache.read('one'), { a: 1 })
  assert.match(String(warnings.at(-1)), /the facts of one could not be written to the cache/)
})

inFolder('no name of a host leads out of the folder', ({ dir, open }) => {
  for (const host of ['../out', '/etc/out', '..', '.hidden', 'a/b', '']) {
    const cache = open()
    cache.add(host, { a: 1 })
    cache.remove(host)
    assert.is(cache.read(host), undefined)
  }
  assert.equal(readdirSync(dir), [])
})

const PLAYS = `
- hosts: all
  connection: local
  gather_facts: false
  tasks:
    - assert: {that: ["ansible_os_family == 'Debian'", "ansible_memory.parts == [1, 2.5, none]", "colour == '{' ~ '{ 1 }' ~ '}'"]}
    - set_fact: {seen: ['ü', {a: true}], text: "{{ '<b>' }}", cacheable: true}
`
if (spawnSync('ansible-playbook', ['--version']).status === 0) {
  inFolder('Ansible reads what is written here, and what it writes is read here', ({ dir, open }) => {
    open().add('one', { ...facts, colour: '{{ 1 }}' })
    writeFileSync(join(dir, 'plays.yml'), PLAYS)
    const env = {
      PATH: process.env.PATH,
      HOME: dir,
      LANG: 'C.UTF-8',
      ANSIBLE_CACHE_PLUGIN: 'jsonfile',
      ANSIBLE_CACHE_PLUGIN_CONNECTION: join(dir, 'facts'),
    }
    const { status, stdout, stderr } = spawnSync('ansible-playbook', ['-i', 'one,', 'plays.yml'], {
      cwd: dir,
      env,
      encoding: 'utf8',
    })
    assert.is(status, 0, stdout + stderr)
    assert.equal(open().read('one'), { ...facts, colour: '{{ 1 }}', seen: ['ü', { a: true }], text: '<b>' })
    assert.ok(existsSync(join(dir, 'facts/one')))
    assert.match(readFileSync(join(dir, 'facts/one'), 'utf8'), /^\{\n {4}"/)
  })
}

test.run()
