import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Scope } from '../../src/core/scope.ts'
import { createScope, variablesObject } from '../../src/vars/scope.ts'

const test = suite('scope')

const render = (value: unknown, scope: Scope) =>
  typeof value === 'string'
    ? value.replace(/<(\w+)>/g, (_text, name: string) => String(scope.get(name)))
    : value

test('a variable is rendered with the scope it is in', () => {
  const scope = createScope([{ kind: 'templates', values: { a: '<b>!', b: 'x' } }], render)
  assert.is(scope.get('a'), 'x!')
})

test('a variable is rendered once', () => {
  let count = 0
  const scope = createScope([{ kind: 'templates', values: { a: 'x' } }], () => ++count)
  assert.equal([scope.get('a'), scope.get('a')], [1, 1])
})

test('a circle is told with its way round', () => {
  const scope = createScope([{ kind: 'templates', values: { a: '<b>', b: '<c>', c: '<a>' } }], render)
  assert.throws(() => scope.get('a'), /a -> b -> c -> a/)
})

test('names of the language are variables like any other, and absent by default', () => {
  const scope = createScope([{ kind: 'data', values: {} }], render)
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    assert.not(scope.has(name), name)
  const own = createScope([{ kind: 'data', values: JSON.parse('{"constructor": 1}') }], render)
  assert.is(own.get('constructor'), 1)
})

test('functions get the variables as an object that reads lazily', () => {
  const asked: string[] = []
  const scope = createScope([{ kind: 'templates', values: { a: 1, b: 2 } }], (value) => {
    asked.push(String(value))
    return value
  })
  const { a } = variablesObject(scope)
  assert.is(a, 1)
  assert.equal(asked, ['1'])
  assert.equal(Object.keys(variablesObject(scope)), ['a', 'b'])
  assert.is(variablesObject(scope).missing, undefined)
})

const text = (value: unknown, scope: Scope): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, text(one, scope)]))
    : render(value, scope)
// From strong to weak: each layer's value of `a`, data marked so; and what `a` is when dictionaries are merged.
const merges: readonly [string, readonly (readonly ['templates' | 'data', unknown])[], unknown][] = [
  ['one alone', [['templates', { x: '<b>' }]], { x: 'B' }],
  [
    'entries join, the stronger win',
    [
      ['templates', { x: 1, y: { p: 1 } }],
      ['templates', { y: { p: 2, q: 2 }, z: 2 }],
    ],
    { x: 1, y: { p: 1, q: 2 }, z: 2 },
  ],
  [
    'lists are replaced',
    [
      ['templates', { x: [1] }],
      ['templates', { x: [2, 3] }],
    ],
    { x: [1] },
  ],
  [
    'what is no dictionary hides what is weaker',
    [
      ['templates', { x: 1 }],
      ['templates', 'text'],
      ['templates', { y: 2 }],
    ],
    { x: 1 },
  ],
  [
    'and is itself not merged',
    [
      ['templates', '<b>'],
      ['templates', { y: 2 }],
    ],
    'B',
  ],
  [
    'data stays data beside templates',
    [
      ['templates', { x: '<b>' }],
      ['data', { y: '<b>' }],
    ],
    { x: 'B', y: '<b>' },
  ],
  [
    'an encrypted value is no dictionary',
    [
      ['data', { __ansible_vault: 'c' }],
      ['templates', { y: 2 }],
    ],
    { __ansible_vault: 'c' },
  ],
]
for (const [name, values, expected] of merges) {
  test(`merged dictionaries: ${name}`, () => {
    const layers = values.map(([kind, a]) => ({ kind, values: { a, b: 'B' } }))
    assert.equal(createScope(layers, text, { dictionaries: 'merge' }).get('a'), expected)
    const [[kind, first] = ['data', undefined] as const] = values
    const replaced = createScope(layers, text)
    assert.equal(replaced.get('a'), kind === 'data' ? first : text(first, replaced))
  })
}

test.run()
