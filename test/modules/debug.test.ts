import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TemplateError } from '../../src/core/errors.ts'
import { debug } from '../../src/modules/debug.ts'
import { checkedArguments, fakeController, runModule } from '../helpers/module-harness.ts'

const test = suite('debug')

const run = async (args: Record<string, unknown>, verbosity?: number) => {
  const controller = fakeController({
    variables: { a: 0, ...(verbosity === undefined ? {} : { ansible_verbosity: verbosity }) },
    evaluate(expression) {
      if (expression === 'a') return [1, 2]
      if (expression === 'named') return 'a'
      if (expression === 'text') return 'lookup(1)'
      if (expression === '1 +') throw new TemplateError('unexpected end of the expression')
      const message = expression === 'hinted' ? 'set it first' : `'${expression}' is undefined`
      throw Object.assign(new TemplateError(message), { variable: expression })
    },
  })
  return (await runModule(debug, args, { controller })).fields
}

const CASES: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ['without anything it greets', {}, { msg: 'Hello world!' }],
  ['a message may be of any type', { msg: ['a', 1] }, { msg: ['a', 1] }],
  ['a value is printed under its expression', { var: 'a' }, { a: [1, 2] }],
  ['braces around the expression do not matter', { var: '{{ a }}' }, { '{{ a }}': [1, 2] }],
  ['braces may make the name of a variable', { var: '{{ named }}' }, { a: [1, 2] }],
  ['whatever else they make is no expression', { var: '{{ text }}' }, { '{{ text }}': 'lookup(1)' }],
  ['what is not defined is said, and no failure', { var: 'b' }, { b: 'VARIABLE IS NOT DEFINED!' }],
  ['whatever its hint', { var: 'hinted' }, { hinted: 'VARIABLE IS NOT DEFINED!' }],
  ['a value that is no expression is printed as it is', { var: [3] }, { var: [3] }],
]
for (const [name, args, wanted] of CASES) {
  test(name, async () => assert.equal(await run(args), { changed: false, ...wanted }))
}

test('a wrong expression is a failure', async () => {
  const said = await run({ var: '1 +' }).catch((error: Error) => error.message)
  assert.is(said, 'unexpected end of the expression')
})

test('what braces make has to be defined', async () => {
  const said = await run({ var: '{{ b }}' }).catch((error: Error) => error.message)
  assert.is(said, "'b' is undefined")
})

test('it is skipped below its verbosity', async () => {
  assert.equal(await run({ msg: 'x', verbosity: 2 }, 1), {
    changed: false,
    skipped: true,
    skipped_reason: 'Verbosity threshold not met.',
    msg: 'printed from verbosity 2 on',
  })
  assert.is((await run({ msg: 'x', verbosity: 2 })).skipped, true)
  assert.is((await run({ msg: 'x', verbosity: 2 }, 2)).msg, 'x')
})

test('msg and var exclude one another', () => {
  assert.throws(() => checkedArguments(debug, { msg: 'a', var: 'b' }), /mutually exclusive/)
})

test.run()
