import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maskErrors } from '../../src/cli/vault/mask-errors.ts'
import { Secrets } from '../../src/core/secrets.ts'

const test = suite('cli/mask-errors')

test('an error whose stack cannot be set is masked and thrown like any other', async () => {
  const secrets = new Secrets()
  secrets.add('hunter22')
  const odd = new Error('it was hunter22')
  Object.defineProperty(odd, 'stack', { get: () => 'no stack', configurable: false })
  try {
    await maskErrors(secrets, () => Promise.reject(odd))
  } catch (error) {
    assert.is(error, odd)
    assert.not.match(odd.message, /hunter22/)
    return
  }
  assert.unreachable()
})

test.run()
