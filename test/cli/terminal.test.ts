import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

// What happens where a person sits: at a terminal of its own, that script(1) makes.
const test = suite('cli/terminal')

/** What is typed, each when the text before it has appeared. */
type Typed = readonly (readonly [string, string])[]

async function atTerminal(
  playbook: string,
  typed: Typed = [],
  argv: readonly string[] = [],
): Promise<{ readonly code: number; readonly seen: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-terminal-'))
  try {
    writeFileSync(join(dir, 'site.yml'), playbook)
    const words = [resolve('node_modules/.bin/tsx'), resolve('src/bin.ts'), 'run', 'site.yml', ...argv]
    const command = words.map((word) => `'${word}'`).join(' ')
    const { CI, NO_COLOR, FORCE_COLOR, ...env } = process.env
    const child = execa('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      ...{ cwd: dir, reject: false, timeout: 120_000, extendEnv: false },
      env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
    })
    let [seen, next, from] = ['', 0, 0]
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      const [question, answer] = typed[next] ?? []
      if (question === undefined || !seen.includes(question, from)) return
      from = seen.length
      next += 1
      child.stdin.write(answer)
    })
    const { exitCode } = await child
    return { code: exitCode ?? -1, seen: seen.replaceAll('\r\n', '\n') }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const play = (own: string) => `- name: Demo\n  hosts: localhost\n  gather_facts: false\n${own}`

test('a private answer is not shown, another is', async () => {
  const { code, seen } = await atTerminal(
    play(`  vars_prompt:
    - { name: word, prompt: Your word, private: true }
    - { name: colour, prompt: Your colour, private: false, default: red }
  tasks:
    - debug: { msg: "{{ word | length }} {{ colour }}" }
`),
    [
      ['Your word: ', 'open sesame\r'],
      ['Your colour [red]: ', 'green\r'],
    ],
  )
  assert.is(code, 0, seen)
  assert.not.match(seen, 'sesame')
  assert.match(seen, /Your colour \[red\]: .*green/)
  assert.match(seen, '"msg": "11 green"')
})

test('a password for become is asked for once, and not shown', async () => {
  const { code, seen } = await atTerminal(
    play('  tasks:\n    - debug: { msg: "{{ ansible_become_password | default(\'none\') | length }}" }\n'),
    [['password', 'hunter2-long\r']],
    ['--ask-become-pass'],
  )
  assert.is(code, 0, seen)
  assert.not.match(seen, 'hunter2')
  assert.is(seen.match(/password/gi)?.length, 1)
})

test('Ctrl-C at a question ends the run as interrupted', async () => {
  const { code, seen } = await atTerminal(
    play('  vars_prompt: [{ name: word, prompt: Your word }]\n  tasks: [{ ping: }]\n'),
    [['Your word: ', '\u0003']],
  )
  assert.is(code, 99, seen)
  assert.not.match(seen, 'PLAY [')
})

test('pause waits for the key it asks for', async () => {
  const { code, seen } = await atTerminal(
    play('  tasks:\n    - { name: Wait, pause: { prompt: Go on } }\n'),
    [['Go on', '\r']],
  )
  assert.is(code, 0, seen)
  assert.match(seen, /ok: \[localhost\]/)
})

test('--step asks before each task', async () => {
  const { code, seen } = await atTerminal(
    play('  tasks:\n    - { name: One, ping: }\n    - { name: Two, ping: }\n'),
    [
      ['One', 'n\r'],
      ['Two', 'y\r'],
    ],
    ['--step'],
  )
  assert.is(code, 0, seen)
  assert.match(seen, /ok=1 /)
})

test('a long command’s output is shown while it runs, below the hosts at work, and coloured', async () => {
  const { code, seen } = await atTerminal(
    play(
      "  tasks:\n    - { name: Build, shell: 'echo early; for i in 1 2 3 4 5 6; do sleep 0.5; echo line $i; done' }\n",
    ),
  )
  assert.is(code, 0, seen)
  assert.match(seen, /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] Build: localhost \(\d s\)/)
  assert.ok(seen.indexOf('localhost | early') < seen.indexOf('localhost | line 6'), seen)
  assert.ok(seen.indexOf('localhost | line 6') < seen.indexOf('changed: [localhost]'), seen)
  assert.match(seen, '\u001b[33mchanged: [localhost]\u001b[39m')
})

test.run()
