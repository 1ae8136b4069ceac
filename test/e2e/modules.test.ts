import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensureLab, labUnavailable } from '../lab/index.ts'
import { runPlaybook } from './playbook.ts'

const test = suite('every module in a playbook, on a real host')
const reason = labUnavailable()

const TASKS = `[
  { name: 'setup', setup: { gather_subset: ['min'] } },
  { name: 'ping', ping: null },
  { name: 'debug', debug: { msg: '{{ ansible_distribution }}' } },
  { name: 'set_fact', set_fact: { wanted: '{{ ansible_distribution | lower }}' } },
  { name: 'assert', assert: { that: ["wanted == 'debian'"] } },
  { name: 'fail', fail: { msg: 'as wanted' }, ignore_errors: true },
  { name: 'command', command: { cmd: 'touch /root/command', creates: '/root/command' } },
  { name: 'shell', shell: 'echo shell >/root/shell creates=/root/shell' },
  { name: 'raw', raw: 'true', changed_when: false },
  { name: 'script file', script: { cmd: 'make.sh', creates: '/root/script' } },
  { name: 'script function', script: async ({ $ }) => ({ changed: false, home: (await $\`echo $HOME\`.text()).trim() }) },
  { name: 'stat', stat: { path: '/root/shell' }, register: 'shell_file' },
  { name: 'group', group: { name: 'staffers', gid: 4100 } },
  { name: 'user', user: { name: 'alice', group: 'staffers', shell: '/bin/sh', comment: "Alice O'Hara" } },
  { name: 'file', file: { path: '/srv/data', state: 'directory', owner: 'alice', mode: '0750' } },
  { name: 'copy', copy: { content: 'x: {{ wanted }}\\n', dest: '/srv/data/copy', mode: '0640' } },
  { name: 'template', template: { src: 'page.njk', dest: '/srv/data/page', owner: 'alice' } },
  { name: 'lineinfile', lineinfile: { path: '/srv/data/page', regexp: '^color', line: 'color: red' } },
  { name: 'get_url hex', get_url: { url: '{{ url }}', dest: '/srv/hex.tar.gz', checksum: 'sha256:{{ sha256 }}' }, register: 'got' },
  { name: 'get_url sums', get_url: { url: '{{ url }}', dest: '/srv/{{ url | basename }}', checksum: 'sha256:{{ sums }}' } },
  { name: 'unarchive', unarchive: { src: '{{ got.dest }}', dest: '/srv/data', remote_src: true } },
  { name: 'apt', apt: { name: 'playscript-hello=1.0', update_cache: true, cache_valid_time: 3600 } },
  { name: 'package', package: { name: 'playscript-world', state: 'present' } },
  { name: 'service', service: { name: 'cron-like', state: 'started' } },
  { name: 'systemd', systemd: { name: 'cron-like', enabled: true } },
  { name: 'wait_for', wait_for: { port: 22, timeout: 5 } },
  { name: 'include_vars', include_vars: 'more.yml' },
  { name: 'what include_vars read', assert: { that: ['from_file == 7'] } },
]`

const CHANGES = [
  ...['command', 'shell', 'script file', 'group', 'user', 'file', 'copy', 'template', 'lineinfile'],
  ...['get_url hex', 'get_url sums', 'unarchive', 'apt', 'package', 'service', 'systemd'],
]

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  const { name, address, hostKey } = lab.host('plain-2')
  const dir = mkdtempSync(join(tmpdir(), 'playscript-modules-'))
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }))
  const host = {
    ansible_host: address,
    ansible_user: 'k8s',
    ansible_ssh_private_key_file: lab.paths.key,
    ansible_ssh_host_key_ed25519_public: hostKey,
  }
  const variables = { url: lab.download.url, sha256: lab.download.sha256, sums: lab.download.sumsUrl }
  const files: Readonly<Record<string, string>> = {
    'package.json': '{"type": "module"}',
    'hosts.json': JSON.stringify({ all: { hosts: { [name]: host }, vars: variables } }),
    'playbook.ts': `import { playbook } from 'playscript'\nexport default playbook(import.meta, [{ hosts: 'all', gather_facts: false, become: true, tasks: ${TASKS} }])\n`,
    'templates/page.njk':
      '{% for n in [1, 2] %}\nline {{ n }} of {{ inventory_hostname }}\n{% endfor %}\ncolor: blue\n',
    'files/make.sh': '#!/bin/sh\necho made >/root/script\n',
    'vars/more.yml': 'from_file: 7\n',
  }
  for (const folder of ['templates', 'files', 'vars', 'node_modules']) mkdirSync(join(dir, folder))
  for (const [path, content] of Object.entries(files)) writeFileSync(join(dir, path), content)
  symlinkSync(resolve('.'), join(dir, 'node_modules', 'playscript'))

  const fresh = async () => {
    await lab.reset(name)
    const unit = '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n'
    await lab.sh(name, `printf '${unit}' >/etc/systemd/system/cron-like.service`)
  }
  const folders = ['/etc', '/root', '/srv', '/home', '/usr/bin', '/var/lib/dpkg']

  test('check mode predicts what the run does, and touches nothing', async () => {
    await fresh()
    const before = await lab.treeHash(name, folders)
    const check = await runPlaybook(['-i', 'hosts.json', '--check', '--diff'], dir)
    assert.is(check.exitCode, 0, check.output)
    assert.is(await lab.treeHash(name, folders), before)
    // What a function does is not known before it has done it.
    assert.equal(
      check.changed.filter((task) => task !== 'script function' && task !== 'raw'),
      CHANGES,
      check.output,
    )
  })

  test('the run changes what it should', async () => {
    const run = await runPlaybook(['-i', 'hosts.json'], dir)
    assert.is(run.exitCode, 0, run.output)
    assert.equal(run.changed, CHANGES, run.output)
    const made = await lab.sh(
      name,
      'cat /root/shell /root/script /srv/data/copy /srv/data/page; id -gn alice; stat -c %U:%a /srv/data',
    )
    assert.is(
      made.stdout,
      `shell\nmade\nx: debian\nline 1 of ${name}\nline 2 of ${name}\ncolor: red\nstaffers\nalice:750\n`,
    )
  })

  test('the second run changes only what is written twice', async () => {
    const run = await runPlaybook(['-i', 'hosts.json'], dir)
    assert.is(run.exitCode, 0, run.output)
    assert.equal(run.changed, ['template', 'lineinfile'], run.output)
    assert.is(run.recap(name).ignored, 1)
  })
}

test.run()
