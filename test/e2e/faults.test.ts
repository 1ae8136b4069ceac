import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensureLab, labUnavailable } from '../lab/index.ts'
import { type PlaybookRun, runPlaybook } from './playbook.ts'

const test = suite('faults on real hosts')
const reason = labUnavailable()

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  const [one, two] = [lab.host('plain-1'), lab.host('plain-2')]
  const login = { ansible_user: 'root', ansible_ssh_private_key_file: lab.paths.key }
  const good = {
    [one.name]: { ...login, ansible_host: one.address, ansible_ssh_host_key_ed25519_public: one.hostKey },
    [two.name]: { ...login, ansible_host: two.address, ansible_ssh_host_key_ed25519_public: two.hostKey },
  }

  // Runs tasks on hosts, from a folder of their own.
  const run = async (
    hosts: Readonly<Record<string, object>>,
    tasks: readonly object[],
    options: {
      readonly files?: Readonly<Record<string, string | Buffer>>
      readonly argv?: readonly string[]
    } = {},
  ): Promise<PlaybookRun> => {
    const dir = mkdtempSync(join(tmpdir(), 'playscript-faults-'))
    try {
      const plays = JSON.stringify([{ name: 'Faults', hosts: 'all', gather_facts: false, tasks }])
      const code = `import { playbook } from 'playscript'\nexport default playbook(import.meta, ${plays})\n`
      const files = {
        'package.json': '{"type": "module"}',
        'playbook.ts': code,
        'hosts.json': JSON.stringify({ all: { hosts } }),
      }
      for (const [name, content] of Object.entries({ ...files, ...options.files }))
        writeFileSync(join(dir, name), content)
      mkdirSync(join(dir, 'node_modules'))
      symlinkSync(resolve('.'), join(dir, 'node_modules', 'playscript'))
      return await runPlaybook(['-i', 'hosts.json', ...(options.argv ?? [])], dir)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  const sh = async (script: string) => (await lab.sh(one.name, script)).stdout

  test('an unreachable host is told, the others go on, and the exit code is 4', async () => {
    const gone = {
      ...login,
      ansible_host: one.address,
      ansible_port: 2,
      ansible_ssh_host_key_ed25519_public: one.hostKey,
    }
    const result = await run({ ...good, gone }, [
      { name: 'a', ping: null },
      { name: 'b', ping: null },
    ])
    assert.is(result.exitCode, 4, result.output)
    assert.match(result.output, /fatal: \[gone\]: UNREACHABLE!.*(refused|ECONNREFUSED)/)
    assert.equal([result.recap(one.name).ok, result.recap(two.name).ok], [2, 2])
    assert.equal(result.recap('gone'), {
      ok: 0,
      changed: 0,
      unreachable: 1,
      failed: 0,
      skipped: 0,
      rescued: 0,
      ignored: 0,
    })
  })

  test('a host that shows another key than the inventory vouches for gets no request', async () => {
    const wrong = { ...login, ansible_host: one.address, ansible_ssh_host_key_ed25519_public: two.hostKey }
    const result = await run({ wrong }, [{ name: 'a', command: 'touch /root/reached' }])
    assert.is(result.exitCode, 4)
    assert.match(result.output, /UNREACHABLE!.*SHA256:/)
    assert.is(await sh('ls /root/reached 2>/dev/null'), '')
  })

  test('a host of unknown key gets no request', async () => {
    const unknown = {
      ...login,
      ansible_host: one.address,
      ansible_ssh_common_args: '-o UserKnownHostsFile=/dev/null',
    }
    const result = await run({ unknown }, [{ name: 'a', command: 'touch /root/reached' }])
    assert.is(result.exitCode, 4)
    assert.match(result.output, /UNREACHABLE!.*SHA256:/)
    assert.is(await sh('ls /root/reached 2>/dev/null'), '')
  })

  const operator = { ...good[one.name], ansible_user: 'operator', ansible_become: true }

  test('sudo with the right password becomes root, and the password shows nowhere', async () => {
    const host = { ...operator, ansible_become_password: lab.operatorPassword }
    const tasks = [
      { name: 'who', command: 'id -u', register: 'r' },
      { name: 'is root', assert: { that: ["r.stdout == '0'"] } },
      { name: 'wait', command: 'sleep 2' },
      {
        name: 'echo it',
        command: { argv: ['echo', '{{ ansible_become_password }}'], expand_argument_vars: false },
      },
    ]
    const going = run({ [one.name]: host }, tasks, { argv: ['-vvv'] })
    let seen = ''
    while (!seen.includes('sleep\n2\n')) {
      seen += await sh('cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"')
    }
    const result = await going
    assert.is(result.exitCode, 0, result.output)
    assert.not.ok(seen.includes(lab.operatorPassword), 'the password is in a process of the target')
    assert.not.ok(result.output.includes(lab.operatorPassword), 'the password is in the output')
    assert.match(result.output, /"stdout":"\*{8}"/)
  })

  test('sudo with a wrong password fails the host after one try, and says what to do', async () => {
    const host = { ...operator, ansible_become_password: 'wrong-password-1' }
    const since = (await sh('date +%s')).trim()
    const result = await run({ [one.name]: host }, [
      { name: 'a', ping: null },
      { name: 'b', ping: null },
    ])
    assert.is(result.exitCode, 2, result.output)
    assert.match(result.output, /password/i)
    assert.not.match(result.output, /wrong-password-1/)
    const tries = await sh(
      `journalctl --since @${since} -o cat _COMM=sudo | grep -c 'authentication failure'`,
    )
    assert.is(Number(tries), 1)
  })

  test('sudo without a password that it needs fails the host', async () => {
    const result = await run({ [one.name]: operator }, [{ name: 'a', ping: null }])
    assert.is(result.exitCode, 2, result.output)
    assert.match(result.output, /password/)
  })

  test('a full disk leaves the old file and no rest', async () => {
    await sh(
      'mkdir -p /mnt/small && mount -t tmpfs -o size=64k tmpfs /mnt/small && echo old >/mnt/small/file',
    )
    try {
      const task = { name: 'c', copy: { content: 'x'.repeat(200_000), dest: '/mnt/small/file' } }
      const result = await run({ [one.name]: good[one.name] ?? {} }, [task])
      assert.is(result.exitCode, 2, result.output)
      assert.match(result.output, /No space left/)
      assert.is(await sh('cat /mnt/small/file; ls -A /mnt/small'), 'old\nfile\n')
    } finally {
      await sh('umount /mnt/small')
    }
  })

  test('a connection that is cut in the middle of a write leaves the old file and no rest', async () => {
    await sh('echo old >/root/big')
    const source = Buffer.alloc(80_000_000, 'playscript ')
    const going = run(
      { [one.name]: good[one.name] ?? {}, [two.name]: good[two.name] ?? {} },
      [
        { name: 'c', copy: { src: 'big', dest: '/root/big' }, when: `inventory_hostname == '${one.name}'` },
        { name: 'after', ping: null },
      ],
      { files: { big: source } },
    )
    let uploading = ''
    while (uploading === '') {
      uploading = await sh("find /var/tmp /tmp -path '*playscript*' -type f -size +1M")
      await sleep(20)
    }
    await sh("pkill -KILL -f '^sshd(-session)?: root'")
    const result = await going
    assert.is(result.exitCode, 4, result.output)
    assert.match(result.output, /UNREACHABLE!/)
    assert.is(result.recap(two.name).ok, 1)
    await sleep(500)
    assert.is(
      await sh(
        "cat /root/big; find / -xdev -name '*playscript*' -newer /root/big -not -path '/proc/*' 2>/dev/null",
      ),
      'old\n',
    )
  })

  test('a task that takes longer than its timeout fails, and its processes are gone', async () => {
    const result = await run({ [one.name]: good[one.name] ?? {} }, [
      { name: 's', command: 'sleep 4711', timeout: 1 },
    ])
    assert.is(result.exitCode, 2, result.output)
    assert.is(await sh('pgrep -f "[s]leep 4711" || true'), '')
  })

  test('what a host says is data, even when it looks like a template', async () => {
    await sh("printf '%s' '{{ 7 * 7 }}{% if 1 %}x{% endif %}' >/etc/evil")
    const result = await run({ [one.name]: good[one.name] ?? {} }, [
      { name: 'r', command: 'cat /etc/evil', register: 'r', changed_when: false },
      { name: 'w', copy: { content: '{{ r.stdout }}', dest: '/root/evil' } },
      { name: 'd', debug: { msg: '{{ r.stdout }}' } },
    ])
    assert.is(result.exitCode, 0, result.output)
    assert.is(await sh('cat /root/evil'), '{{ 7 * 7 }}{% if 1 %}x{% endif %}')
    assert.match(result.output, /"msg": "\{\{ 7 \* 7 \}\}\{% if 1 %\}x\{% endif %\}"/)
  })
}

test.run()
