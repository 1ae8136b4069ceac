import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applySteps } from '../../src/engine/apply.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('steps that fail')

for (const [code, words] of [
  [3, 'failed with exit code 3'],
  [137, 'was ended by signal 9'],
  [255, 'failed with exit code 255'],
] as const) {
  test(`exit code ${code}`, async () => {
    const shell = plainShell({ temp: '/tmp' })
    const argv = ['sh', '-c', `echo no >&2; exit ${code}`]
    let said = ''
    await applySteps(shell, [{ kind: 'run', label: 'it', argv }]).catch((error) => {
      said = error.message
    })
    assert.is(said, `it ${words}: no`)
  })
}

test.run()
