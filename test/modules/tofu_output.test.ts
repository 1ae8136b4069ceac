import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tofu_output } from '../../src/modules/tofu_output.ts'
import { fakeController, runModule } from '../helpers/module-harness.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('tofu_output')
const FIXTURES = new URL('../inventory/fixtures/tofu/', import.meta.url).pathname
const PROGRAM = '#!/bin/sh\n[ "$1 $2" = "output -json" ] && cat o.json\n'

const run = async (args: Record<string, unknown>, playbook_dir = FIXTURES) =>
  (
    await runModule(tofu_output, args, {
      shell: undefined,
      controller: fakeController({ variables: { playbook_dir } }),
    })
  ).fields

const SOURCES: readonly Readonly<Record<string, unknown>>[] = [
  { outputs_file: 'outputs.json' },
  { state_file: 'stack.tfstate' },
  { state_file: `${FIXTURES}stack.tfstate` },
]

for (const source of SOURCES) {
  test(`outputs come from ${Object.keys(source)} ${Object.values(source).join().replace(FIXTURES, '/…/')}`, async () => {
    const { changed, outputs } = await run(source)
    assert.is(changed, false)
    const { public_ip, ssh_private_key } = outputs as Record<string, { value: unknown; sensitive: boolean }>
    assert.equal(public_ip, { sensitive: false, type: 'string', value: '203.0.113.7' })
    assert.is(ssh_private_key?.sensitive, true)
    assert.is((await run({ ...source, name: 'public_ip' })).value, '203.0.113.7')
  })
}

test('a program is asked in the stack’s folder, beside the playbook', async () => {
  const files = { 'infra/o.json': '{"n": {"value": 3}, "l": {"value": [1]}}', 'infra/tofu': PROGRAM }
  const tofu = { project_path: 'infra', binary_path: './tofu' }
  const ran = await runPlaybook(
    [
      {
        tasks: [
          { name: 'prepare', file: { path: '{{ playbook_dir }}/infra/tofu', mode: '0755' } },
          { name: 'one', tofu_output: { ...tofu, name: 'n' }, delegate_to: 'localhost' },
          { name: 'raw', terraform_output: { ...tofu, name: 'n', format: 'raw' } },
          { name: 'list', terraform_output: { ...tofu, name: 'l', format: 'raw' }, ignore_errors: true },
        ],
      },
    ],
    { files },
  )
  assert.is(ran.fields('one').value, 3)
  assert.is(ran.fields('raw').value, '3')
  assert.match(String(ran.fields('list').msg), "output 'l' is no text, number or boolean")
})

test('sensitive values are there for later tasks, and masked in all that is printed', async () => {
  const secret = 'correct horse battery'
  const files = { 'o.json': JSON.stringify({ password: { sensitive: true, value: secret } }) }
  const ran = await runPlaybook(
    [
      {
        tasks: [
          { name: 'read', tofu_output: { outputs_file: 'o.json', name: 'password' }, register: 'read' },
          { name: 'show', debug: { msg: 'it is {{ read.value }}, of {{ read.value | length }} letters' } },
        ],
      },
    ],
    { files },
  )
  assert.is(ran.fields('show').msg, 'it is ********, of 21 letters')
  assert.not.match(JSON.stringify(ran.events), secret)
})

const WRONG: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
  [{}, /one of the following is required: project_path, state_file, outputs_file/],
  [{ outputs_file: 'outputs.json', format: 'raw' }, /name/],
  [{ outputs_file: 'outputs.json', name: 'public_pi' }, /there is no output 'public_pi'.*public_ip/s],
  [{ outputs_file: 'nothing.json' }, /cannot be read: ENOENT/],
  [{ state_file: 'outputs.json' }, /is not a state file of version 4/],
]

for (const [args, message] of WRONG) {
  test(`${JSON.stringify(args)} is refused`, async () => {
    try {
      await run(args)
      assert.unreachable()
    } catch (error) {
      assert.match((error as { describe(): string }).describe(), message)
    }
  })
}

test.run()
