import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PlaybookError } from '../../src/core/errors.ts'
import { validate_argument_spec } from '../../src/modules/validate_argument_spec.ts'
import { failureOf, fakeController, runModule } from '../helpers/module-harness.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('modules/validate_argument_spec')
const argument_spec = { port: { type: 'int', required: true }, mode: { choices: ['a', 'b'] } }

const check = (variables: Record<string, unknown>, more = {}) =>
  runModule(
    validate_argument_spec,
    { argument_spec, ...more },
    { shell: undefined as never, controller: fakeController({ variables }) },
  )

const cases: readonly [string, Record<string, unknown>, RegExp | undefined][] = [
  ['all is well', { port: '80', mode: 'a', other: 1 }, undefined],
  ['a missing variable', { mode: 'a' }, /missing required arguments: port/],
  ['a wrong type', { port: 'many' }, /port is "many"; it must be a/],
  ['a wrong choice', { port: 1, mode: 'c' }, /mode is "c"; it must be one of: a, b/],
]
for (const [name, variables, wrong] of cases) {
  test(name, async () => {
    if (wrong === undefined) assert.is((await check(variables)).fields.changed, false)
    else assert.match((await failureOf(check(variables))).message, wrong)
  })
}

test('given values go before variables', async () => {
  assert.is((await check({ port: 'many' }, { provided_arguments: { port: 1 } })).fields.changed, false)
})

test('a role’s spec is checked before its tasks, whatever the tags', async () => {
  const files = {
    'roles/r/meta/argument_specs.yml':
      'argument_specs:\n  main:\n    short_description: A role\n    options:\n      port: {type: int, required: true}\n',
    'roles/r/tasks/main.yml': '- name: t\n  ping:\n  tags: [x]\n',
  }
  const run = (vars: object) =>
    runPlaybook([{ roles: ['r'], vars: { ...vars } }], { files, tags: { only: ['x'], skip: [] } })
  const spec = "r : Validating arguments against arg spec 'main' - A role"
  assert.equal((await run({ port: 1 })).lines, [`ok one ${spec}`, 'ok one r : t'])
  assert.equal((await run({})).lines, [`failed one ${spec}`])
})

test('rolespec_validate says whether a task that names a role has its parameters checked', async () => {
  const files = {
    'roles/r/meta/argument_specs.yml': 'argument_specs: {main: {options: {port: {required: true}}}}\n',
    'roles/r/tasks/main.yml': '- name: t\n  ping:\n',
  }
  const run = async (task: object) =>
    (await runPlaybook([{ tasks: [task] }], { files })).lines.filter((line) => !line.includes('include_role'))
  const spec = ["failed one r : Validating arguments against arg spec 'main'"]
  const vars = { flag: 'no' }
  for (const action of ['import_role', 'include_role']) {
    assert.equal(await run({ [action]: { name: 'r', rolespec_validate: true } }), spec)
    for (const rolespec_validate of [false, 'no', '{{ flag }}'])
      assert.equal(await run({ [action]: { name: 'r', rolespec_validate }, vars }), ['ok one r : t'])
  }
  assert.equal(await run({ include_role: 'role=r rolespec_validate=no' }), ['ok one r : t'])
  const problem = (task: object) => run(task).then(String, (error: PlaybookError) => error.describe())
  assert.match(
    await problem({ import_role: { name: 'r', rolespec_validate: 'maybe' } }),
    /rolespec_validate is "maybe"; it must be a boolean/,
  )
  assert.match(
    await problem({ include_role: { name: 'r', rolespec_validat: false } }),
    /Invalid options for include_role: rolespec_validat; did you mean 'rolespec_validate'/,
  )
})

test('the types that only specs have are read, and one that is none is told', async () => {
  const spec = (type: string) => ({ argument_spec: { it: { type } } })
  for (const [type, value] of [
    ['json', '{"a": 1}'],
    ['jsonarg', { a: 1 }],
    ['bytes', '10MB'],
    ['bits', '10Mb'],
  ] as const)
    assert.is((await check({ it: value }, spec(type))).fields.msg, 'The arg spec validation passed')
  const lists = { argument_spec: { it: { type: 'list', elements: 'json' } } }
  assert.is((await check({ it: ['{}', { a: 1 }] }, lists)).fields.msg, 'The arg spec validation passed')
  const told = await check({ it: 1 }, spec('integer')).catch((error: Error) => error.message)
  assert.match(String(told), /the spec of it has the type 'integer', which is none/)
})

test.run()
