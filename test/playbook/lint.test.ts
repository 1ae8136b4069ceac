import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lintPlays } from '../../src/playbook/lint.ts'
import { loadPlaybook } from '../../src/playbook/load-playbook.ts'
import { readSource } from '../../src/playbook/source.ts'

const test = suite('playbook/lint')

async function lint(tasks: string): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-lint-'))
  try {
    const file = join(dir, 'site.yml')
    writeFileSync(file, `- hosts: all\n  tasks:\n${tasks}`)
    const { plays, problems } = await loadPlaybook(await readSource(file), { rolesPath: [] })
    assert.equal(problems.list, [])
    return lintPlays(plays).map(({ rule, at }) => `${at?.line} ${rule}`)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

// One task on line 3, and the rules it breaks.
for (const [name, task, rules] of [
  ['a task without a name', 'ping:', ['name-missing']],
  ['talking needs no name', 'debug: { msg: x }', []],
  ['a command that always changes', '{ name: n, command: uptime }', ['no-changed-when']],
  ['one that says when', '{ name: n, command: uptime, changed_when: no }', []],
  ['one that makes a file', '{ name: n, command: { cmd: make, creates: /x } }', []],
  [
    'a shell for nothing',
    '{ name: n, shell: "ls -l {{ a | b }}", changed_when: no }',
    ['command-instead-of-shell'],
  ],
  ['a shell for a pipe', '{ name: n, shell: "ls | wc", changed_when: no }', []],
  ['a file with any mode', '{ name: n, copy: { dest: /x, content: y } }', ['file-mode']],
  ['a folder likewise', '{ name: n, file: { path: /x, state: directory } }', ['file-mode']],
  ['a file that goes', '{ name: n, file: { path: /x, state: absent } }', []],
  ['always the latest', '{ name: n, apt: { name: x, state: latest } }', ['package-latest']],
  ['errors that nobody looks at', '{ name: n, ping: , ignore_errors: yes }', ['ignore-errors']],
  ['another user without become', '{ name: n, ping: , become_user: x }', ['become-user']],
  ['a task that is to be left alone', '{ ping: , tags: [skip_ansible_lint] }', []],
] as const) {
  test(name, async () => {
    assert.equal(
      await lint(`  - ${task}\n`),
      rules.map((rule) => `3 ${rule}`),
    )
  })
}

test('a handler that nothing notifies', async () => {
  const handlers =
    '  handlers:\n  - { name: used, ping: }\n  - { name: lost, ping: }\n  - { name: heard, ping: , listen: topic }\n'
  assert.equal(await lint(`  - { name: n, ping: , notify: [used, topic] }\n${handlers}`), [
    '6 handler-unused',
  ])
  assert.equal(await lint(`  - { name: n, include_tasks: x.yml }\n${handlers}`), [])
})

test.run()
