import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineModule } from '../../src/core/module.ts'
import { fakeController, runModule } from '../helpers/module-harness.ts'

const test = suite('act steps')

test('a module that works on the controller alone acts without a shell', async () => {
  const local = defineModule({
    name: 'local',
    doc: 'Acts on the controller',
    args: {},
    local: true,
    plan: () => ({
      changes: [],
      steps: [
        {
          kind: 'act',
          label: 'act',
          as: 'act',
          act: async ({ controller }) => controller.variables.get('x'),
        },
      ],
    }),
    finish: ({ act }) => ({ value: act?.value }),
  })
  const { fields } = await runModule(local, {}, { controller: fakeController({ variables: { x: 1 } }) })
  assert.equal(fields, { changed: false, value: 1 })
})

test('one that asks for the shell all the same is told so', async () => {
  const wrong = defineModule({
    name: 'wrong',
    doc: 'Asks for a shell',
    args: {},
    local: true,
    plan: () => ({
      changes: [],
      steps: [{ kind: 'act', label: 'act', act: async ({ shell }) => shell.target }],
    }),
  })
  let message = ''
  await runModule(wrong, {}, {}).catch((error: Error) => {
    message = error.message
  })
  assert.match(message, /wrong asked for a shell and has no host/)
})

test.run()
