import * as assert from 'uvu/assert'
import { sh } from '../../src/core/quote.ts'
import type { ConnectionSettings } from '../../src/core/remote.ts'
import { processesWith } from './processes.ts'
import { rejection, settingsFor, withConnection, withShell } from './ways.ts'

type Kind = ConnectionSettings['kind']

/** What connections over a network do alike. */
export const LINK_CASES: readonly [string, (kind: Kind) => Promise<void>][] = [
  [
    'a link that breaks is unreachable, and the next request makes a new one',
    async (kind) =>
      withShell(await settingsFor(kind), async (shell) => {
        const error = await rejection(shell.request(sh`kill -9 $PPID; sleep 2`))
        assert.is(error.name, 'UnreachableError', error.message)
        assert.match(error.message, /^target \(.*127\.0\.0\.1.*\): the link was lost: ./)
        assert.is((await shell.request(sh`echo on`)).stdout.toString(), 'on\n')
      }),
  ],
  [
    'a link that breaks between requests is made anew',
    async (kind) =>
      withShell(await settingsFor(kind), async (shell) => {
        const session = Number((await shell.request(sh`echo $PPID`)).stdout.toString())
        process.kill(session, 'SIGKILL')
        await new Promise((resolve) => setTimeout(resolve, 500))
        assert.is((await shell.request(sh`echo on`)).stdout.toString(), 'on\n')
      }),
  ],
  [
    'a connection that is closed leaves no timer, which would keep the program from ending',
    async (kind) => {
      const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
      const before = timers()
      await withShell(await settingsFor(kind), async (shell) => {
        await shell.request(sh`true`)
      })
      assert.is(timers(), before)
    },
  ],
  [
    'a link that falls silent is noticed',
    async (kind) => {
      const settings = await settingsFor(kind, {
        sshArgs: '-o ServerAliveInterval=1 -o ServerAliveCountMax=1',
      })
      await withShell(settings, async (shell) => {
        const session = Number((await shell.request(sh`echo $PPID`)).stdout.toString())
        try {
          const silent = rejection(shell.request(sh`kill -STOP $PPID; sleep 5`))
          assert.is((await silent).name, 'UnreachableError')
        } finally {
          process.kill(session, 'SIGKILL')
        }
      })
    },
  ],
  [
    'a server that is not there is unreachable',
    async (kind) => {
      const settings = await settingsFor(kind, { port: 1 })
      const error = await rejection(withShell(settings, async () => {}))
      assert.is(error.name, 'UnreachableError')
      assert.match(error.message, /127\.0\.0\.1 port 1/)
      assert.match(error.message, /refused/i)
    },
  ],
  [
    'a host key that the inventory does not name is refused, and nothing is run',
    async (kind) => {
      const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f'
      const settings = await settingsFor(kind, { hostKeys: [other] })
      const error = await rejection(withShell(settings, async () => {}))
      assert.is(error.name, 'UnreachableError')
      assert.match(error.message, /host key/i)
      await withShell({ ...settings, hostKeyChecking: false }, async (shell) => {
        assert.is((await shell.request(sh`echo in`)).stdout.toString(), 'in\n')
      })
    },
  ],
  [
    'an address that is an option in disguise is refused',
    async (kind) => {
      const settings = await settingsFor(kind, { address: '-oProxyCommand=sleep 34.0625' })
      const error = await rejection(withShell(settings, async () => {}))
      assert.is(error.name, 'UnreachableError')
      assert.equal(processesWith('sleep 34.0625'), [])
    },
  ],
  [
    'a login that is refused says what was tried',
    async (kind) => {
      const settings = await settingsFor(kind, { privateKeyFile: '/nonexistent/key' })
      const error = await rejection(withShell(settings, async () => {}))
      assert.is(error.name, 'UnreachableError')
      assert.match(error.message, /\/nonexistent\/key cannot be read|Permission denied/)
    },
  ],
  [
    'twelve shells at once are opened, on as many logins as it takes',
    async (kind) =>
      withConnection(await settingsFor(kind), async (connection) => {
        const users = ACCOUNTS
        const shells = await Promise.all(users.map((user) => connection.shell({ user, method: 'sudo' })))
        const names = await Promise.all(
          shells.map(async (shell) => (await shell.request(sh`id -un`)).stdout.toString().trim()),
        )
        assert.equal(names, users)
      }),
  ],
]

/** Accounts that every Debian has (base-passwd). */
const ACCOUNTS = [
  ...['daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data'],
]
