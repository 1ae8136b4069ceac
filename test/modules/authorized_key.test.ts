import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { authorized_key } from '../../src/modules/authorized_key.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { needsProgram } from '../helpers/programs.ts'
import { AUTHORIZED_KEY_CASES } from './cases/authorized-key.ts'
import { IDENTITY, pathState } from './states.ts'

needsProgram('curl', 'ssh-keygen')

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

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHi8LqIfcebC/u1Rnlm4nsRJ/jzK+sIXqDmEuus17w3u'
const keyFile = (text: string | undefined, own: object = {}) => ({
  account: { uid: '1000', gid: '1000' },
  path: '/home/kim/.ssh/authorized_keys',
  file: text === undefined ? undefined : pathState({ uid: 1000, gid: 1000, mode: 0o600 }),
  folder: pathState({ type: 'directory', uid: 1000, gid: 1000, mode: 0o700 }),
  identity: IDENTITY,
  content: Buffer.from(text ?? ''),
  keys: `${KEY} kim`,
  ...own,
})
for (const [what, args, found, content] of [
  ['no file', {}, keyFile(undefined), `${KEY} kim\n`],
  ['a file without it', {}, keyFile('# head\n'), `# head\n${KEY} kim\n`],
  ['a file with it', {}, keyFile(`${KEY} kim\n`), undefined],
  ['another comment', {}, keyFile(`${KEY} lee\n`), `${KEY} kim\n`],
  ['it alone', { exclusive: true }, keyFile(`${KEY} kim\nssh-rsa AAAA x\n`), `${KEY} kim\n`],
  ['it is to go', { state: 'absent' }, keyFile(`# head\n${KEY} kim\n`), '# head\n'],
  ['it is gone', { state: 'absent' }, keyFile('# head\n'), undefined],
] as const) {
  test(`plan: ${what}`, () => {
    const { changes, steps } = planOf(authorized_key, { user: 'kim', key: `${KEY} kim`, ...args }, found)
    const write = steps.find((step) => step.kind === 'write')
    assert.is(changes.length > 0, content !== undefined)
    assert.is(write && String(write.content), content)
  })
}

test.run()
