import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { authorized_key } from '../../src/modules/authorized_key.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, runModule } from '../helpers/module-harness.ts'
import { AUTHORIZED_KEY_CASES } from './cases/authorized-key.ts'

const test = suite('authorized_key')

test('a user and a key are required', () => {
  assert.throws(() => checkedArguments(authorized_key, { user: 'a' }), /missing required arguments: key/)
  assert.throws(() => checkedArguments(authorized_key, { key: 'a' }), /missing required arguments: user/)
})

test('nonsense is no key', () =>
  LOCAL_SHELLS[0]?.use(async (shell) => {
    const args = { user: 'root', key: 'nonsense', path: '/nonexistent/keys' }
    let message = ''
    await runModule(authorized_key, args, { shell, check: true }).catch((error) => {
      message = error.message
    })
    assert.match(message, 'no public key: nonsense')
  }))

for (const local of LOCAL_SHELLS) {
  test(`keys come from a server (${local.name})`, () =>
    local.use(async (shell) => {
      const server = createServer(({ url }, response) => {
        response.writeHead(url === '/keys' ? 200 : 404).end('ssh-ed25519 AAAAkey kim\n')
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      try {
        const { port } = server.address() as AddressInfo
        const args = { user: 'root', path: '/nonexistent/keys', key: `http://127.0.0.1:${port}/keys` }
        const { changes } = await runModule(authorized_key, args, { shell, check: true, diff: true })
        assert.is(changes.find(({ file }) => file !== undefined)?.after, 'ssh-ed25519 AAAAkey kim\n')
        await failureOf(runModule(authorized_key, { ...args, key: `${args.key}-not` }, { shell }))
      } finally {
        server.close()
      }
    }))
}

tryCases(test, authorized_key, AUTHORIZED_KEY_CASES)

test.run()
