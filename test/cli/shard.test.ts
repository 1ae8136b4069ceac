import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Io } from '../../src/cli/io.ts'
import { reportCommand } from '../../src/cli/report.ts'
import { runPlaybook } from '../../src/cli/run-playbook.ts'
import { inShard, parseShard } from '../../src/inventory/shard.ts'
import { readSource } from '../../src/playbook/source.ts'

const test = suite('shards')

const names = Array.from({ length: 40 }, (_, n) => `node-${n}`)

test('each host is in one shard, whatever else there is', () => {
  for (const count of [1, 2, 3, 7]) {
    const shards = Array.from({ length: count }, (_, n) => ({ index: n + 1, count }))
    for (const name of names) assert.is(shards.filter((shard) => inShard(name, shard)).length, 1)
  }
  assert.ok(names.some((name) => inShard(name, { index: 1, count: 3 })))
  // These must never change: a host would move to another shard with an upgrade.
  assert.equal(
    ['web-1', 'web-2', 'db', 'localhost'].map((name) =>
      [1, 2, 3].find((index) => inShard(name, { index, count: 3 })),
    ),
    [2, 1, 2, 1],
  )
})

test('a shard that is none of its number is refused', () => {
  assert.equal(parseShard('2/3'), { index: 2, count: 3 })
  for (const text of ['0/3', '4/3', '1', '1/0', 'a/b', '-1/3', '1/3/5'])
    assert.throws(() => parseShard(text), /--shard is '.*'; it must be .*1\/N to N\/N/)
})

const playbook = `
- name: Everywhere
  hosts: all
  connection: local
  gather_facts: false
  tasks:
    - name: Tell a name
      command: echo {{ inventory_hostname }}
      changed_when: inventory_hostname is search('[02468]$')
      notify: After a change
    - name: Know all hosts
      debug: { msg: "{{ groups.all | length }}" }
    - name: Fail on one
      fail: { msg: no }
      when: inventory_hostname == 'node-5'
    - name: Loop
      command: echo {{ item }}
      loop: [1, 2]
      changed_when: false
  handlers:
    - name: After a change
      command: 'true'
- name: Elsewhere
  hosts: node-1
  connection: local
  gather_facts: false
  tasks:
    - name: Once
      debug: { msg: once }
`

/** Runs the playbook with a JSON report of its own. */
async function runIn(dir: string, more: readonly string[], report: string): Promise<number> {
  const source = await readSource(join(dir, 'site.yml'))
  return runPlaybook(source, ['-i', 'hosts', '--report', `json:${report}`, ...more], io(dir))
}

const io = (cwd: string, out: (text: string) => void = () => {}): Io => ({
  ...{ out, err: () => {}, cwd, env: {}, terminal: false, width: 80 },
  signal: new AbortController().signal,
})

/** A report without what differs from run to run: times, and the order in which hosts were written. */
function essence(text: string): unknown {
  const varying = new Set(['start', 'end', 'delta', 'duration'])
  return JSON.parse(text, (key, value) => {
    if (varying.has(key)) return undefined
    if (key !== 'hosts') return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

test('the reports of all shards, joined, are the report of one run', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-shard-'))
  try {
    writeFileSync(join(dir, 'site.yml'), playbook)
    writeFileSync(join(dir, 'hosts'), `${names.slice(0, 12).join('\n')}\n`)
    const warnings: string[] = []
    const warned = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', warned)
    assert.is(await runIn(dir, [], 'whole.json'), 2)
    assert.equal(warnings, [], 'twelve hosts at once')
    process.off('warning', warned)
    const codes: number[] = []
    for (const index of [1, 2, 3]) codes.push(await runIn(dir, ['--shard', `${index}/3`], `${index}.json`))
    assert.equal([...codes].sort(), [0, 0, 2])
    let merged = ''
    const files = ['1.json', '2.json', '3.json']
    const code = await reportCommand(
      ['merge', ...files],
      io(dir, (text) => (merged += text)),
    )
    assert.is(code, 2)
    const whole = readFileSync(join(dir, 'whole.json'), 'utf8')
    assert.equal(essence(merged), essence(whole))
    assert.is(Object.keys(JSON.parse(merged).stats).length, 12)
    const other = await reportCommand(['merge', '1.json', '1.json'], io(dir)).catch((error) => error.message)
    assert.match(other, /1\.json has hosts that another report has as well: node-/)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('--list-hosts lists the hosts of the shard', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-shard-'))
  try {
    writeFileSync(join(dir, 'site.yml'), playbook)
    writeFileSync(join(dir, 'hosts'), `${names.slice(0, 12).join('\n')}\n`)
    let listed = ''
    const source = await readSource(join(dir, 'site.yml'))
    for (const shard of ['1/2', '2/2'])
      await runPlaybook(
        source,
        ['-i', 'hosts', '--list-hosts', '--shard', shard],
        io(dir, (text) => (listed += text)),
      )
    assert.equal(
      [...listed.matchAll(/^ {6}(node-\d+)$/gm)]
        .map(([, name]) => name)
        .filter((name) => name !== 'node-1')
        .sort(),
      names
        .slice(0, 12)
        .filter((name) => name !== 'node-1')
        .sort(),
    )
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test.run()
