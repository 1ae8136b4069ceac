import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BecomeError } from '../../src/core/errors.ts'
import { sh } from '../../src/core/quote.ts'
import type { Become, ConnectionSettings } from '../../src/core/remote.ts'
import { processesWith } from './processes.ts'
import { sshdUnavailable } from './sshd.ts'
import { type TemporaryUser, withUser } from './users.ts'
import { rejection, settingsFor, withConnection, withShell } from './ways.ts'

const test = suite('become')
const unavailable = sshdUnavailable()
if (unavailable !== undefined) console.log(`skipped: ${unavailable}`)
const run = unavailable === undefined ? test : test.skip

const PASSWORDLESS = 'ALL=(ALL) NOPASSWD: ALL'
const WITH_PASSWORD = 'ALL=(ALL) ALL'
const root: Become = { user: 'root', method: 'sudo' }

/** Logs in as a user who can become root with a password. */
async function withOperator(
  work: (user: TemporaryUser, settings: ConnectionSettings) => Promise<void>,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  await withUser({ sudoers: WITH_PASSWORD, shell: '/bin/bash', files }, async (user) =>
    work(user, await settingsFor('ssh', { user: user.name })),
  )
}

for (const kind of ['ssh', 'openssh'] as const) {
  run(`${kind}: sudo without a password`, () =>
    withUser({ sudoers: PASSWORDLESS }, async ({ name }) =>
      withConnection(await settingsFor(kind, { user: name }), async (connection) => {
        const [login, other] = await Promise.all([connection.shell(), connection.shell(root)])
        assert.is(login.target.user, name)
        assert.equal([other.target.user, other.target.uid, other.target.home], ['root', 0, '/root'])
        assert.ok(other.target.tools.has('useradd'))
        assert.is(await connection.shell(root), other)
        const error = await rejection(other.request(sh`sleep 41.0625`, { timeout: 0.5 }))
        assert.is(error.name, 'TimeoutError')
        assert.equal(processesWith('sleep 41.0625'), [])
        assert.is((await other.request(sh`id -u`)).stdout.toString(), '0\n')
      }),
    ),
  )
}

run('sudo with a password, which no process shows', () =>
  withOperator(async ({ password }, settings) =>
    withConnection(settings, async (connection) => {
      const shell = await connection.shell({ ...root, password })
      assert.is(shell.target.uid, 0)
      const seen = await shell.request(
        sh`cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n'`,
      )
      assert.ok(seen.stdout.includes('LC_ALL='))
      // The test's own process has it, and gives it to no child.
      assert.not.ok(seen.stdout.includes(password))
      const error = await rejection(shell.request(sh`sleep 42.0625`, { timeout: 0.5 }))
      assert.is(error.name, 'TimeoutError')
      assert.equal(processesWith('sleep 42.0625'), [])
    }),
  ),
)

run('a missing password is an error that says so', () =>
  withOperator((_, settings) =>
    withConnection(settings, async (connection) => {
      const error = await rejection(connection.shell(root))
      assert.is(error.name, 'BecomeError')
      assert.match(error.message, /^target \(.*\): sudo could not become root: .*password is required/)
      // The login shell is none the worse for it.
      assert.is((await (await connection.shell()).request(sh`echo on`)).code, 0)
    }),
  ),
)

run('a wrong password is tried once, however many ask', () =>
  withOperator(async ({ name }, settings) => {
    const log = `/tmp/${name}.log`
    await withShell({ ...settings, user: 'root' }, async (shell) => {
      await shell.request(sh`printf 'Defaults:%s logfile=%s\n' ${name} ${log} >>/etc/sudoers.d/${name}`)
    })
    try {
      await withConnection(settings, async (connection) => {
        const become = { ...root, password: 'not the password' }
        const errors = [
          ...(await Promise.all([rejection(connection.shell(become)), rejection(connection.shell(become))])),
          await rejection(connection.shell(become)),
        ]
        for (const error of errors) {
          assert.is(error.name, 'BecomeError')
          assert.match(error.message, /incorrect password/)
          assert.not.match(error.message, /not the password/)
        }
      })
      // sudo writes its log when it ends, which may be after its refusal arrived here.
      for (let look = 0; look < 100 && !existsSync(log); look++) await sleep(100)
      const attempts = readFileSync(log, 'utf8')
        .replace(/\n\s+/g, ' ')
        .match(/\d+ incorrect password attempt\b/g)
      assert.equal(attempts, ['1 incorrect password attempt'])
    } finally {
      rmSync(log, { force: true })
    }
  }),
)

run('a prompt that is none gets nothing', () => {
  const bashrc = `printf '[sudo] password for root: ' >&2; printf 'Password: '; echo noise\n`
  return withOperator(
    async ({ password }, settings) =>
      withConnection(settings, async (connection) => {
        const shell = await connection.shell({ ...root, password })
        const reply = await shell.request(
          sh`printf '[sudo] password for root: ' >&2; printf 'Password: '; read -r answer; echo "$answer"`,
        )
        assert.is(reply.stdout.toString(), 'Password: \n')
      }),
    { '.bashrc': bashrc },
  )
})

run('a user without the right is refused', () =>
  withUser({}, async ({ name, password }) =>
    withConnection(await settingsFor('ssh', { user: name }), async (connection) => {
      const error = await rejection(connection.shell({ ...root, password }))
      assert.is(error.name, 'BecomeError')
      assert.match(error.message, /sudoers|may not run/)
    }),
  ),
)

run('a sudo that wants a terminal is an error that says so', () =>
  withUser({ sudoers: PASSWORDLESS }, async ({ name }) => {
    await withShell(await settingsFor('ssh'), async (shell) => {
      await shell.request(sh`printf 'Defaults:%s requiretty\n' ${name} >>/etc/sudoers.d/${name}`)
    })
    await withConnection(await settingsFor('ssh', { user: name }), async (connection) => {
      const error = (await rejection(connection.shell(root))) as BecomeError
      assert.match(error.message, /must have a tty/)
      assert.match(error.hint ?? '', /requiretty/)
    })
  }),
)

run('su with a password, without it and with a wrong one', () =>
  withUser({}, ({ name, password }) =>
    withUser({ shell: '/bin/bash', files: { '.bashrc': 'printf "Password: " >&2\n' } }, async (login) =>
      withConnection(await settingsFor('ssh', { user: login.name }), async (connection) => {
        const become: Become = { user: name, method: 'su' }
        const shell = await connection.shell({ ...become, password })
        assert.is(shell.target.user, name)
        assert.is((await shell.request(sh`id -un`)).stdout.toString(), `${name}\n`)
        const missing = await rejection(connection.shell(become))
        assert.match(missing.message, /su could not become .*password is required/)
        const wrong = await rejection(connection.shell({ ...become, password: 'wrong' }))
        assert.is(wrong.name, 'BecomeError')
        assert.match(wrong.message, /Authentication failure/)
      }),
    ),
  ),
)

run('doas, where it is installed, or an error that names it', () =>
  withUser({}, async ({ name }) =>
    withConnection(await settingsFor('ssh', { user: name }), async (connection) => {
      const error = await rejection(connection.shell({ user: 'root', method: 'doas' }))
      assert.is(error.name, 'BecomeError')
      assert.match(error.message, /doas/)
    }),
  ),
)

run('who is that user already stays so, without asking anybody', async () => {
  await withConnection(await settingsFor('ssh'), async (connection) => {
    const shell = await connection.shell({ ...root, exe: '/nonexistent/sudo', password: 'unused' })
    assert.is(shell.target.uid, 0)
  })
})

run('flags and the program are what is set', () =>
  withUser({ sudoers: PASSWORDLESS }, async ({ name, password }) =>
    withConnection(await settingsFor('ssh', { user: name }), async (connection) => {
      const kept = await connection.shell({ ...root, flags: '-n --set-home', exe: 'env MARK=1 sudo' })
      assert.is(kept.target.home, '/root')
      const quiet = await connection.shell({ ...root, flags: '-Hn', password })
      assert.is(quiet.target.uid, 0)
      const error = await rejection(connection.shell({ ...root, exe: '/nonexistent/sudo' }))
      assert.is(error.name, 'BecomeError')
      assert.match(error.message, /not found/)
    }),
  ),
)

run('a folder that the other user cannot enter is left', () =>
  withUser({ sudoers: PASSWORDLESS }, async ({ name }) => {
    const settings = await settingsFor('ssh', { user: name })
    await withShell(settings, async (shell) => void (await shell.request(sh`chmod 700 .`)))
    await withConnection(settings, async (connection) => {
      const shell = await connection.shell({ user: 'nobody', method: 'sudo' })
      assert.is((await shell.request(sh`cd . && pwd`)).stdout.toString(), '/\n')
    })
  }),
)

for (const user of ['root; id', '-u root', '', 'a b', '$(id)', "o'neil", 'root\n', '#', '#x']) {
  test(`a user named ${JSON.stringify(user)} is refused before anything is run`, async () => {
    await withConnection(await settingsFor('local'), async (connection) => {
      const error = await rejection(connection.shell({ user, method: 'sudo' }))
      assert.is(error.name, 'BecomeError')
      assert.match(error.message, /no user name/)
    })
  })
}

test.run()
