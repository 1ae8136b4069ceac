import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Play } from '../../../src/playbook/types.ts'
import { sshdUnavailable, startSshd } from '../../connection/sshd.ts'
import { runPlaybook } from '../../helpers/playbook-harness.ts'

const test = suite('round trips')
const unavailable = sshdUnavailable()

/** A relay to a port that counts how often the client speaks after the server has: round trips, whatever they take. */
async function countingRelay(port: number): Promise<{ server: Server; port: number; turns: () => number }> {
  let turns = 0
  const server = createServer((client: Socket) => {
    const target = dial(port, '127.0.0.1')
    let last = 'server'
    client.on('data', (data) => {
      if (last === 'server') turns += 1
      last = 'client'
      target.write(data)
    })
    target.on('data', (data) => {
      last = 'server'
      client.write(data)
    })
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, port: address.port, turns: () => turns }
}

function tasksIn(dir: string): Partial<Play>['tasks'] {
  return Array.from({ length: 30 }, (_, n) => [
    { file: { path: `${dir}/${n}`, state: 'directory' as const } },
    { copy: { content: `${n}\n`, dest: `${dir}/${n}/file` } },
  ]).flat()
}

if (unavailable !== undefined) {
  test.skip(`over SSH: ${unavailable}`, () => {})
} else {
  test('tasks that find nothing to do share round trips; each that changes something takes one', async () => {
    const sshd = await startSshd()
    const dir = mkdtempSync(join(tmpdir(), 'playscript-turns-'))
    try {
      const play = { connection: 'ssh' as const, tasks: tasksIn(dir) ?? [] }
      const run = async (more: { readonly batch: boolean }) => {
        const relay = await countingRelay(sshd.port)
        const host = {
          ansible_host: '127.0.0.1',
          ansible_port: relay.port,
          ansible_user: 'root',
          ansible_ssh_private_key_file: sshd.keyFile,
          ansible_ssh_host_key_ed25519_public: sshd.hostKey,
          ansible_ssh_common_args: '-F /dev/null -o IdentityAgent=none',
        }
        const connection = { timeout: 60, connection: 'ssh' }
        const { exitCode, hosts } = await runPlaybook([{ ...play, vars: host }], { ...more, connection })
        relay.server.close()
        assert.is(exitCode, 0)
        return { turns: relay.turns(), changed: hosts.get('one')?.changed }
      }
      const first = await run({ batch: true })
      const again = await run({ batch: true })
      const oneByOne = await run({ batch: false })
      assert.equal([first.changed, again.changed, oneByOne.changed], [60, 0, 0])
      const login = oneByOne.turns - 60
      assert.ok(login > 0 && login < 25, `a login takes ${login} turns`)
      assert.ok(again.turns - login <= 6, `converged: ${again.turns} turns, ${login} of them to log in`)
      assert.ok(first.turns - login <= 75, `first: ${first.turns} turns, ${login} of them to log in`)
    } finally {
      rmSync(dir, { recursive: true, force: true })
      await sshd.stop()
    }
  })
}

test.run()
