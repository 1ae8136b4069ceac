import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ArgumentRules, ArgumentSpecs } from '../../src/core/arguments.ts'
import { checkArguments } from '../../src/core/check-arguments.ts'

const test = suite('check-arguments')

const specs: ArgumentSpecs = {
  path: { type: 'path', required: true, aliases: ['dest', 'name'], doc: '' },
  state: { type: 'str', choices: ['file', 'directory', 'no'], default: 'file', doc: '' },
  mode: { type: 'mode', doc: '' },
  force: { type: 'bool', default: false, doc: '' },
  count: { type: 'int', doc: '' },
  names: { type: 'list', elements: 'str', doc: '' },
  headers: { type: 'dict', doc: '' },
  inner: { type: 'dict', options: { port: { type: 'int', required: true, doc: '' } }, doc: '' },
}

const check = (raw: Record<string, unknown>, rules?: ArgumentRules) =>
  checkArguments(raw, { module: 'demo', specs, rules, home: '/home/me' })

const converted: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
  ['an alias fills its parameter', { dest: '/x' }, { path: '/x' }],
  ['a default fills what is not given', { path: '/x' }, { state: 'file', force: false }],
  ['a home is expanded', { path: '~/x' }, { path: '/home/me/x' }],
  ['also by its variable', { path: '$HOME/x${HOME}$HOMES' }, { path: '/home/me/x/home/me$HOMES' }],
  ['a file whose name begins with a tilde is left alone', { path: '~x' }, { path: '~x' }],
  ['text becomes a boolean', { path: '/x', force: 'Yes' }, { force: true }],
  ['a number becomes a boolean', { path: '/x', force: 0 }, { force: false }],
  ['text becomes a number', { path: '/x', count: '12' }, { count: 12 }],
  ['text with commas becomes a list', { path: '/x', names: 'a, b' }, { names: ['a', 'b'] }],
  ['elements of a list are converted', { path: '/x', names: [1, true] }, { names: ['1', 'True'] }],
  ['JSON text becomes a dictionary', { path: '/x', headers: '{"a": 1}' }, { headers: { a: 1 } }],
  ['pairs become a dictionary', { path: '/x', headers: 'a=1, b=x=y' }, { headers: { a: '1', b: 'x=y' } }],
  ['an octal number is a mode', { path: '/x', mode: 0o644 }, { mode: '0644' }],
  ['octal text is a mode', { path: '/x', mode: '1777' }, { mode: '01777' }],
  ['a symbolic mode stays', { path: '/x', mode: 'u=rw,go=r' }, { mode: 'u=rw,go=r' }],
  ['a YAML boolean stands for the choice of that word', { path: '/x', state: false }, { state: 'no' }],
  ['null is as if it were not given', { path: '/x', state: null }, { state: 'file' }],
]
for (const [name, raw, expected] of converted) {
  test(name, () => {
    const { args, problems } = check(raw)
    assert.equal(problems, [])
    for (const [key, value] of Object.entries(expected)) assert.equal(args[key], value)
  })
}

const wrong: readonly [string, Record<string, unknown>, RegExp][] = [
  ['a missing parameter', {}, /^missing required arguments: path$/],
  [
    'a misspelt parameter',
    { path: '/x', fource: true },
    /no parameter 'fource'; did you mean 'force'\? \(it has: count, force/,
  ],
  [
    'a wrong choice',
    { path: '/x', state: 'directry' },
    /state is "directry"; it must be one of: .*did you mean 'directory'\?/,
  ],
  ['a wrong boolean', { path: '/x', force: 'perhaps' }, /force is "perhaps"; it must be a boolean/],
  ['a wrong number', { path: '/x', count: '1.5' }, /count is "1.5"; it must be a whole number/],
  ['a wrong mode', { path: '/x', mode: '0999' }, /mode is "0999"; it must be a file mode/],
  [
    'a dictionary that is none',
    { path: '/x', headers: ['a'] },
    /headers is \["a"\]; it must be a dictionary/,
  ],
  ['a wrong parameter inside', { path: '/x', inner: { prot: 1 } }, /no parameter 'inner.prot'/],
  [
    'a missing parameter inside',
    { path: '/x', inner: {} },
    /^missing required arguments: port found in inner$/,
  ],
]
for (const [name, raw, expected] of wrong) {
  test(`${name} is told`, () => {
    const { problems } = check(raw)
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      JSON.stringify(problems),
    )
  })
}

const rules: readonly [string, ArgumentRules, Record<string, unknown>, RegExp | undefined][] = [
  [
    'exclusive',
    { mutually_exclusive: [['names', 'count']] },
    { names: [], count: 1 },
    /mutually exclusive: names, count/,
  ],
  ['exclusive, one by default', { mutually_exclusive: [['force', 'count']] }, { count: 1 }, undefined],
  [
    'exclusive, by an alias',
    { mutually_exclusive: [['path', 'count']] },
    { count: 1 },
    /exclusive: path, count/,
  ],
  ['exclusive, one given', { mutually_exclusive: [['names', 'count']] }, { count: 1 }, undefined],
  ['together', { required_together: [['names', 'count']] }, { count: 1 }, /required together/],
  ['one of', { required_one_of: [['names', 'count']] }, {}, /one of the following is required: names, count/],
  [
    'if',
    { required_if: [['state', 'directory', ['mode']]] },
    { state: 'directory' },
    /state is directory, so these/,
  ],
  ['by', { required_by: { count: ['names'] } }, { count: 1 }, /parameter count needs: names/],
]
for (const [name, rule, raw, expected] of rules) {
  test(`rule: ${name}`, () => {
    const { problems } = check({ path: '/x', ...raw }, rule)
    if (expected === undefined) assert.equal(problems, [])
    else assert.match(problems.join('\n'), expected)
  })
}

test('all that is wrong is told at once', () => {
  assert.is(check({ force: 'x', count: 'y' }).problems.length, 3)
})

test('values that are not known yet are taken as right', () => {
  const deferred = (value: unknown) => typeof value === 'string' && value.includes('{{')
  const { problems, args } = checkArguments(
    { path: '{{ p }}', force: '{{ f }}' },
    { module: 'demo', specs, deferred },
  )
  assert.equal(problems, [])
  assert.is(args.force, '{{ f }}')
})

test.run()
