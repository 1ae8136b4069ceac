import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { UnreachableError } from '../../src/core/errors.ts'
import { sh } from '../../src/core/quote.ts'
import type { ConnectionSettings } from '../../src/core/remote.ts'
import { hasProgram } from '../helpers/programs.ts'
import { type Sshd, sshdUnavailable, startSshd } from './sshd.ts'
import { withUser } from './users.ts'
import { rejection, settingsFor, withConnection, withShell } from './ways.ts'

const test = suite('servers and login shells')
const unavailable = sshdUnavailable()
if (unavailable !== undefined) console.log(`skipped: ${unavailable}`)
const run = unavailable === undefined ? test : test.skip

async function withServer(
  options: readonly string[],
  work: (settings: ConnectionSettings, server: Sshd) => Promise<void>,
): Promise<void> {
  const server = await startSshd(options)
  const { port, keyFile, hostKey } = server
  try {
    await work(await settingsFor('ssh', { port, privateKeyFile: keyFile, hostKeys: [hostKey] }), server)
  } finally {
    server.stop()
  }
}

const ACCOUNTS = ['daemon', 'bin', 'sys', 'games', 'man', 'lp', 'mail', 'news']

for (const sessions of [1, 2]) {
  run(`MaxSessions ${sessions}: eight shells and a timeout find room on further logins`, () =>
    withServer([`MaxSessions ${sessions}`], (settings) =>
      withConnection(settings, async (connection) => {
        const shells = await Promise.all(ACCOUNTS.map((user) => connection.shell({ user, method: 'sudo' })))
        const replies = await Promise.all(shells.map((shell) => shell.request(sh`id -un`)))
        assert.equal(
          replies.map(({ stdout }) => stdout.toString().trim()),
          ACCOUNTS,
        )
        const error = await rejection((await connection.shell()).request(sh`sleep 51.0625`, { timeout: 0.3 }))
        assert.is(error.name, 'TimeoutError')
        assert.not.match(error.message, /may still run/)
      }),
    ),
  )
}

run('MaxSessions 0: an error that names it', () =>
  withServer(['MaxSessions 0'], async (settings) => {
    const error = await rejection(withShell(settings, async () => {}))
    assert.is(error.name, 'UnreachableError')
    assert.match((error as UnreachableError).describe(), /MaxSessions/)
  }),
)

run('MaxStartups: connections that are dropped are tried again', () =>
  withServer(['MaxStartups 2:70:4'], async (settings) => {
    await Promise.all(
      Array.from({ length: 12 }, () =>
        withShell(settings, async (shell) => assert.is((await shell.request(sh`:`)).code, 0)),
      ),
    )
  }),
)

const NEGOTIATIONS: readonly [string, RegExp][] = [
  ['KexAlgorithms sntrup761x25519-sha512@openssh.com', /server offers only: .*sntrup761/],
  ['KexAlgorithms diffie-hellman-group14-sha1', /server offers only: .*group14-sha1/],
  ['HostKeyAlgorithms ssh-rsa', /no matching host key|reset|closed|handshake|No response from server/i],
  ['MACs umac-64@openssh.com\nCiphers aes128-ctr', /server offers only: umac-64/],
]

for (const [option, said] of NEGOTIATIONS) {
  run(`a server with only ${option.split('\n')[0]} is left to OpenSSH, and the error says so`, () =>
    withServer(option.split('\n'), async (settings) => {
      const error = await rejection(withShell(settings, async () => {}))
      assert.is(error.name, 'UnreachableError')
      assert.match(error.message, said, error.message)
    }),
  )
}

run(
  'a long banner does no harm; one that is too long is left to OpenSSH, and the error says so',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'banner-'))
    const file = join(folder, 'banner')
    try {
      await withServer([`Banner ${file}`], async (settings) => {
        writeFileSync(file, `${'x'.repeat(99)}\n`.repeat(300))
        await withShell(settings, async (shell) => assert.is((await shell.request(sh`:`)).code, 0))
        writeFileSync(file, `${'x'.repeat(99)}\n`.repeat(1000))
        const error = await rejection(withShell(settings, async () => {}))
        assert.is(error.name, 'UnreachableError')
        assert.match((error as UnreachableError).describe(), /openssh/)
        await withShell({ ...settings, kind: 'openssh' }, async (shell) =>
          assert.is((await shell.request(sh`:`)).code, 0),
        )
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)

run('a forced command that is no shell is an error with what it said', () =>
  withServer(['ForceCommand echo only backups here'], async (settings) => {
    const error = await rejection(withShell(settings, async () => {}))
    assert.is(error.name, 'UnreachableError')
    assert.match(error.message, /only backups here/)
  }),
)

run('a password, plainly and by keyboard-interactive; a wrong one is an error', async () => {
  for (const method of ['PasswordAuthentication yes', 'KbdInteractiveAuthentication yes']) {
    await withServer([method, 'PubkeyAuthentication no', 'PermitRootLogin no'], (base) =>
      withUser({}, async ({ name, password }) => {
        const settings = { ...base, user: name, privateKeyFile: undefined }
        await withShell({ ...settings, password }, async (shell) => assert.is(shell.target.user, name))
        const error = await rejection(withShell({ ...settings, password: 'wrong' }, async () => {}))
        assert.is(error.name, 'UnreachableError')
        assert.match(
          error.message,
          /login was refused \(tried: (password|keyboard-interactive); the server takes/,
        )
        assert.not.match(error.message, /wrong/)
      }),
    )
  }
})

const SHELLS = ['/bin/bash', '/bin/dash', '/usr/bin/fish', '/bin/tcsh', '/bin/mksh', '/usr/bin/ksh93'].filter(
  existsSync,
)

for (const shell of SHELLS) {
  run(`a login shell ${shell} that prints is skipped`, () => {
    const noise = `printf 'noise @begin-'; echo 'more noise'\n`
    const files = { '.bashrc': noise, '.cshrc': noise, '.profile': noise }
    return withUser({ shell, files, sudoers: 'ALL=(ALL) NOPASSWD: ALL' }, async ({ name }) =>
      withConnection(await settingsFor('ssh', { user: name }), async (connection) => {
        const login = await connection.shell()
        assert.is((await login.request(sh`echo ${"it's"}`)).stdout.toString(), "it's\n")
        // And as the user to become, with su, which goes through that shell.
        const root = await connection.shell({ user: 'root', method: 'sudo' })
        const back = await root.request(sh`su ${name} -c ${"exec /bin/sh -c 'id -un'"}`)
        assert.match(back.stdout.toString(), new RegExp(`${name}\n$`))
      }),
    )
  })
}

/** Shells to talk to, with the language of their messages and quirks. */
const EXECUTABLES = ['/bin/bash', '/bin/dash', '/bin/mksh', '/usr/bin/ksh93', 'busybox'].filter((file) =>
  hasProgram(basename(file)),
)

for (const executable of EXECUTABLES) {
  test(`requests over ${executable}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shell-'))
    const ash = join(folder, 'ash')
    writeFileSync(ash, '#!/bin/sh\nexec busybox sh "$@"\n', { mode: 0o755 })
    const shellExecutable = executable === 'busybox' ? ash : executable
    try {
      await withShell(await settingsFor('local', { shellExecutable }), async (shell) => {
        const words = ['', "it's", 'a b', '$(id)', '`id`', '\\', 'line\nline\n', '€', '-n', '*', '!']
        const reply = await shell.request(sh`printf '%s\0' ${words}; echo err >&2; exit 7`)
        assert.equal(reply.stdout.toString().split('\0').slice(0, -1), words)
        assert.equal([reply.code, reply.stderr.toString()], [7, 'err\n'])
        assert.is.not((await shell.request(sh`if then`)).code, 0)
        const error = await rejection(
          shell.request(sh`sleep 52.0625 & sh -c 'trap "" TERM; sleep 52.0625; :' | cat`, { timeout: 0.3 }),
        )
        assert.is(error.name, 'TimeoutError')
        assert.not.match(error.message, /still run|could not/)
        const lost = rejection(shell.request(sh`kill -9 $$; sleep 1`))
        assert.is((await lost).name, 'ShellLostError')
        assert.is((await shell.request(sh`echo on`)).stdout.toString(), 'on\n')
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

run('a user without a login shell is unreachable, with what the host says', () =>
  withUser({ shell: '/usr/sbin/nologin' }, async ({ name }) => {
    for (const kind of ['ssh', 'openssh'] as const) {
      const error = await rejection(withShell(await settingsFor(kind, { user: name }), async () => {}))
      assert.is(error.name, 'UnreachableError')
      assert.match(error.message, /login shell ended at once \(exit code 1\): .*not available/, error.message)
    }
  }),
)

run('a start-up file that waits is bounded by the time to connect', () =>
  withUser({ shell: '/bin/bash', files: { '.bashrc': 'sleep 53.0625\n' } }, async ({ name }) => {
    const settings = await settingsFor('ssh', { user: name, connectTimeout: 2 })
    const error = await rejection(withShell(settings, async () => {}))
    assert.is(error.name, 'UnreachableError')
    assert.match(error.message, /no answer within 2 s/)
  }),
)

test.run()
