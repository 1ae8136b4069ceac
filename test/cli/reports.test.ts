import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Io } from '../../src/cli/io.ts'
import { main } from '../../src/cli/main.ts'
import { readReports } from '../../src/cli/report-files.ts'

const test = suite('cli/reports')

const PLAYBOOK = `
- name: Demo
  hosts: localhost
  gather_facts: false
  vars: { password: hunter2-long }
  tasks:
    - { name: Say, debug: { msg: "hello" } }
    - { name: Hide, command: "echo {{ password }}", no_log: true }
    - { name: Break, command: "sh -c 'echo out; exit 3'", ignore_errors: yes }
`

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly screen: string
  /** What a file of the folder holds. */
  readonly file: (name: string) => string
}

async function run(
  argv: readonly string[],
  { env = {}, config = '', terminal = false }: { env?: Io['env']; config?: string; terminal?: boolean } = {},
  check: (ran: Ran) => void = () => {},
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-reports-'))
  const said = { out: '', err: '', screen: '' }
  const say = (stream: keyof typeof said) => (text: string) => {
    said[stream] += text
  }
  const file = (name: string) => readFileSync(join(dir, name), 'utf8')
  try {
    writeFileSync(join(dir, 'site.yml'), PLAYBOOK)
    writeFileSync(join(dir, 'ansible.cfg'), `[defaults]\n${config}`)
    const io: Io = {
      ...{ out: say('out'), err: say('err'), screen: say('screen'), cwd: dir, width: 80, terminal },
      env: { PATH: process.env.PATH, HOME: dir, ...env },
      signal: new AbortController().signal,
    }
    const code = await main(['run', 'site.yml', ...argv], io)
    check({ code, ...said, file })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test('a report without a file takes the place of the usual output', () =>
  run(['--report', 'json'], {}, ({ code, out }) => {
    const [{ tasks }] = JSON.parse(out).plays
    assert.is(code, 0)
    assert.is(tasks[0].hosts.localhost.msg, 'hello')
    assert.is(tasks[2].hosts.localhost.rc, 3)
    assert.not.match(out, 'hunter2')
  }))

test('reports in files come beside the usual output, several of them', () =>
  run(
    ['--report', 'html:run.html', '--report', 'junit:run.xml', '--report', 'ndjson:run.ndjson'],
    {},
    ({ out, file }) => {
      assert.match(out, 'TASK [Say] ***')
      assert.match(file('run.html'), '<h2>Timeline</h2>')
      assert.match(file('run.xml'), '<testsuite id="0" name="Demo"')
      const lines = file('run.ndjson').trimEnd().split('\n')
      assert.is(JSON.parse(lines.at(-1) ?? '').event, 'recap')
      for (const name of ['run.html', 'run.xml', 'run.ndjson']) assert.not.match(file(name), 'hunter2')
    },
  ))

for (const [name, config, env, expected] of [
  ['stdout_callback = json', 'stdout_callback = json', {}, /^\{\n {4}"custom_stats"/],
  [
    'ANSIBLE_STDOUT_CALLBACK=yaml',
    '',
    { ANSIBLE_STDOUT_CALLBACK: 'yaml' },
    /ok: \[localhost\] => \n {4}msg: hello\n/,
  ],
  [
    'callback_result_format = yaml',
    'callback_result_format = yaml',
    { ANSIBLE_STDOUT_CALLBACK: 'ansible.builtin.default' },
    /ok: \[localhost\] => \n {4}msg: hello\n/,
  ],
  ['minimal', '', { ANSIBLE_STDOUT_CALLBACK: 'minimal' }, /^localhost \| SUCCESS => \{\n/],
  ['the flag is stronger', 'stdout_callback = json', { NO_COLOR: '1' }, /^\nPLAY \[Demo\]/],
] as const) {
  test(name, () =>
    run(name.startsWith('the flag') ? ['--report', 'human'] : [], { config, env }, ({ out, err }) => {
      assert.match(out, expected)
      assert.is(err, '')
    }),
  )
}

test('a callback that is not there is told of', () =>
  run([], { env: { ANSIBLE_STDOUT_CALLBACK: 'dense' } }, ({ out, err }) => {
    assert.match(err, "stdout_callback is 'dense', which is not available; the default is used")
    assert.match(out, 'PLAY [Demo]')
  }))

test('what only a terminal shows stays out of the output, and out of CI', async () => {
  await run([], { terminal: true, env: { CI: 'true' } }, ({ screen }) => assert.is(screen, ''))
  await run([], { terminal: true }, ({ out }) => assert.not.match(out, /[⠋⠙⠹]|\r/))
})

test('a report that is not known, or has no file, is an error before anything runs', async () => {
  for (const [values, message] of [
    [['jsno'], /must be one of: human, .*did you mean 'json'/],
    [['html'], /names no file/],
    [['json:'], /names no file/],
    [['json', 'junit'], /json and junit cannot both go to the output/],
  ] as const) {
    assert.throws(() => readReports(values), message)
  }
  assert.equal(readReports(['json', 'html:a:b.html']), [
    { format: 'json', file: undefined },
    { format: 'html', file: 'a:b.html' },
  ])
  let failure: unknown
  await run(['--report', 'html:none/such.html']).catch((error: unknown) => {
    failure = error
  })
  assert.match(String(failure), /the report none\/such.html cannot be written/)
})

test.run()
