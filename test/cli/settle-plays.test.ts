import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { main } from '../../src/cli/main.ts'

const test = suite('cli/settle-plays')

const PLAYBOOK = `
- { name: "On {{ target }}", hosts: "{{ target }}", vars: { target: h1 }, tasks: [{ ping: }] }
- { hosts: "{{ given | default('h2') }}", tasks: [{ ping: }] }
- hosts: h1
  vars: { mine: [t1, t2] }
  tasks:
    - { name: tagged, ping: , tags: "{{ mine }}" }
    - { name: of a host, ping: , tags: "{{ only_a_host_knows }}" }
    - { meta: noop, tags: m }
    - { name: included, include_tasks: x.yml }
    - { block: [{ name: inside, ping: }], rescue: [{ name: rescue, ping: }], always: [{ name: always, ping: }] }
- { hosts: "{{ asked }}", vars_prompt: [{ name: asked, default: h1 }], tasks: [{ ping: }] }
`

function list(what: string, ...argv: readonly string[]): Promise<string> {
  return listOf(PLAYBOOK, what, ...argv)
}

async function listOf(playbook: string, what: string, ...argv: readonly string[]): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-lists-'))
  let said = ''
  const say = (text: string) => {
    said += text
  }
  try {
    writeFileSync(join(dir, 'site.yml'), playbook)
    const io = { out: say, err: say, cwd: dir, width: 80, terminal: false, env: { HOME: dir } }
    const signal = new AbortController().signal
    await main(['run', 'site.yml', '-i', 'h1,h2,', what, ...argv], { ...io, signal })
    return said
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test('hosts and names that are templates are listed with their values', async () => {
  const said = await list('--list-hosts')
  assert.match(said, /play #1 \(h1\): On h1\t.*\n {4}pattern: \['h1'\]\n {4}hosts \(1\):\n {6}h1\n/)
  assert.match(said, /play #2 \(h2\): h2\t/)
  assert.match(said, /play #4 \(h1\): h1\t/)
})

test('tags are listed with their values where they alone are templates', async () => {
  const playbook = '- { hosts: h1, vars: { mine: [t1, t2] }, tasks: [{ ping: , tags: "{{ mine }}" }] }'
  assert.match(await listOf(playbook, '--list-tasks'), /ping\tTAGS: \[t1, t2\]/)
})

test('the command line has the last word', async () => {
  assert.match(
    await list('--list-hosts', '-e', 'target=h2', '-e', 'given=h1,h2'),
    /#1 \(h2\): On h2\t[^#]*#2 \(h1,h2\)/,
  )
})

test('tasks are listed as Ansible does: with what their tags are, orders and includes, and not what follows failures', async () => {
  const [, , , third = ''] = (await list('--list-tasks')).split('play #')
  assert.equal(
    third
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim()),
    [
      'tasks:',
      'tagged\tTAGS: [t1, t2]',
      'of a host\tTAGS: [{{ only_a_host_knows }}]',
      'meta\tTAGS: [m]',
      'included\tTAGS: []',
      'inside\tTAGS: []',
      '',
    ],
  )
  const [, , , chosen = ''] = (await list('--list-tasks', '--tags', 't2')).split('play #')
  assert.match(chosen, /tasks:\n {6}tagged\tTAGS: \[t1, t2\]\n\n/)
})

test.run()
