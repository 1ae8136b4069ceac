import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineModule } from '../../src/core/module.ts'
import { sh } from '../../src/core/quote.ts'
import { fakeController, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

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

test('requests of an act step get the task’s environment', async () => {
  const reader = defineModule({
    name: 'reader',
    doc: 'Reads its environment',
    args: {},
    plan: () => ({
      changes: [],
      steps: [
        {
          kind: 'act',
          label: 'read',
          as: 'read',
          act: async ({ shell }) => (await shell.request(sh`echo "$GREETING"`)).stdout.toString(),
        },
      ],
    }),
    finish: ({ read }) => ({ read: read?.value }),
  })
  const shell = plainShell({ temp: '/tmp' })
  const { fields } = await runModule(reader, {}, { shell, environment: { GREETING: 'hello' } })
  assert.is(fields.read, 'hello\n')
})

test.run()
