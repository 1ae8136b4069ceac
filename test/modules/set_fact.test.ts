import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { set_fact } from '../../src/modules/set_fact.ts'
import { checkedArguments, fakeController, runModule } from '../helpers/module-harness.ts'

const test = suite('set_fact')

const controller = fakeController({ evaluate: (expression) => `<${expression}>` })
const facts = async (args: Record<string, unknown>, check = false) =>
  (await runModule(set_fact, args, { check, controller })).fields

test('values are kept as they are, but for words of truth, which become booleans', async () => {
  const given = { a: 1, b: [1], c: { d: 'yes' }, e: 'Yes', f: 'no', g: 'TRUE', h: 'on', i: '', j: 'false' }
  const wanted = { ...given, e: true, f: false, g: true, j: false }
  assert.equal(await facts(given), { changed: false, ansible_facts: wanted })
})

test('words stay words where native types are asked for', async () => {
  const native = Object.assign(fakeController({}), { keepsWords: true })
  const { fields } = await runModule(set_fact, { a: 'yes', b: true }, { controller: native })
  assert.equal(fields.ansible_facts, { a: 'yes', b: true })
})

test('check mode sets them too', async () => {
  assert.equal(await facts({ a: 1 }, true), { changed: false, ansible_facts: { a: 1 } })
})

test('a name may be made from other variables', async () => {
  assert.equal(
    (await facts({ 'x_{{ item }}': 1 }).catch((error: Error) => error.message)) as unknown,
    "'x_<item>' cannot be the name of a variable",
  )
  const plain = fakeController({ evaluate: () => 'web' })
  const { fields } = await runModule(set_fact, { '{{ app }}_port': 80 }, { controller: plain })
  assert.equal(fields.ansible_facts, { web_port: 80 })
})

test('cacheable is no variable, and is passed on', async () => {
  assert.equal(await facts({ a: 1, cacheable: 'yes' }), {
    changed: false,
    ansible_facts: { a: 1 },
    cacheable: true,
  })
})

const BAD: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [{}, /at least one variable/],
  [{ '1a': 1 }, /'1a' cannot be the name of a variable/],
  [{ 'a-b': 1 }, /'a-b' cannot be the name of a variable/],
]
for (const [args, message] of BAD) {
  test(`${JSON.stringify(args)} is refused`, async () => {
    const said = await facts(args).then(
      () => 'nothing',
      (error: Error) => error.message,
    )
    assert.match(said, message)
  })
}
test('cacheable must be a boolean', () => {
  assert.throws(() => checkedArguments(set_fact, { a: 1, cacheable: 'maybe' }), /must be a boolean/)
})

test.run()
