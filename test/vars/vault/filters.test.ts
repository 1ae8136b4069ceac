import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Secrets } from '../../../src/core/secrets.ts'
import { VaultError } from '../../../src/vars/vault/errors.ts'
import { vaultFilters, vaultTests } from '../../../src/vars/vault/filters.ts'
import { createVault } from '../../../src/vars/vault/vault.ts'

const test = suite('vault filters')

const secrets = new Secrets()
const { vault, unvault } = vaultFilters({ secrets })
// What the filter of Ansible 2.14 gives for 'text', the password 'pw' and the salt 'salt'.
const BODY = `37333631366337340a38353737626336313464356536613037383033633465306634353031383563
3665626433636536343364643939626338326162613034643666373562313566640a363538656131
6239376265626538323031306234323337356334326434386164
`
const sealed = (id: string) => `$ANSIBLE_VAULT;1.2;AES256;${id}\n${BODY}`

const CASES: readonly [string, unknown, unknown][] = [
  ['vault has a label of its own', vault('text', 'pw', 'salt'), sealed('filter_default')],
  ['vault takes another label', vault('text', 'pw', { salt: 'salt', vault_id: 'dev' }), sealed('dev')],
  ['its older name does as well', vault('text', 'pw', 'salt', { vaultid: 'dev' }), sealed('dev')],
  ['unvault gives the text', unvault(sealed('dev'), 'pw'), 'text'],
  ['unvault leaves other text as it is', unvault('plain', 'pw'), 'plain'],
]
for (const [name, found, expected] of CASES) test(name, () => assert.is(found, expected))

test('vault_encrypted is a text of a vault, and what a !vault value was opened to', () => {
  const opened = createVault({ keys: [{ id: 'dev', password: Buffer.from('pw') }] })
  const { vault_encrypted } = vaultTests(opened)
  assert.is(vault_encrypted(sealed('dev')), true)
  assert.is(vault_encrypted('text'), false)
  assert.is(opened.value(sealed('dev')), 'text')
  assert.is(vault_encrypted('text'), true)
  assert.is(vault_encrypted(1), false)
})

test('without a salt no two results are the same', () => {
  assert.is.not(vault('text', 'pw'), vault('text', 'pw'))
})

test('what passes through is masked from then on', () => {
  assert.is(secrets.maskText('the text'), 'the ********')
})

test('a wrong password and a missing one are errors', () => {
  assert.throws(
    () => unvault(sealed('dev'), 'wrong'),
    (error: unknown) => error instanceof VaultError,
  )
  assert.throws(() => vault('text'), /the filter vault needs a password/)
})

test.run()
