// Alone in its process: it looks at what has been loaded.
import { createRequire } from 'node:module'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compactJson } from '../../src/core/values/json.ts'
import { repr } from '../../src/core/values/text.ts'
import { createTemplar, omit, type Scope, UndefinedVariableError } from '../../src/template/index.ts'
import { scopeOf } from './support/corpus.ts'

const test = suite('template values')
const templar = createTemplar()
const list = [1, { a: 'b' }]
const scope = scopeOf({ a: 1, n: null, list, t: true, f: 1.5, s: 'text', name: 'x' })

test('strings without markup come back as they are, and nunjucks is not loaded for them', () => {
  const isLoaded = () =>
    Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/nunjucks/'))
  assert.is(isLoaded(), false)
  const value = { a: 'plain { text } %}', b: ['x', 1, null, true], c: { d: 'e' } }
  assert.equal(templar.render(value, scope), value)
  assert.is(templar.isTemplate('plain }}'), false)
  assert.is(templar.isTemplate('a {{ b }}'), true)
  assert.is(templar.isTemplate(['{{ b }}']), false)
  templar.check('plain', 'template')
  assert.equal(templar.variables('plain'), { names: [], certain: [] })
  assert.is(isLoaded(), false)
  templar.render('{{ a }}', scope)
  assert.is(isLoaded(), true)
})

const values: readonly (readonly [source: string, value: unknown])[] = [
  ['{{ a }}', 1],
  ['{{ n }}', null],
  ['{{ t }}', true],
  ['{{ f }}', 1.5],
  ['{{ a + 1 }}', 2],
  ['{{ (1, 2) }}', [1, 2]],
  ['{{ "1" }}', '1'],
  ['{{ "[1]" }}', '[1]'],
  ['{{ "true" }}', 'true'],
  ['{{ list | length > 1 }}', true],
  ['{{ a }} ', '1 '],
  ['{{ a }}{{ a }}', '11'],
  ['{% if t %}{{ list }}{% endif %}', list],
  ['{% if not t %}x{% endif %}', ''],
  ['{{ n }}x', 'x'],
  ['{{ t }}x', 'Truex'],
  ['{{ 12345678901234567890 }}', 12345678901234567890n],
  ['{{ a }}\n', 1],
]

for (const [source, value] of values) {
  test(`${JSON.stringify(source)} gives ${compactJson(value)}`, () =>
    assert.equal(templar.render(source, scope), value))
}

const shown: readonly (readonly [source: string, shown: string])[] = [
  ['{{ 4 / 2 }}', '2.0'],
  ['{{ [1, omit, 2] }}', '[1, 2]'],
  ["{{ {'a': omit, 'b': [omit]} }}", "{'b': []}"],
  ['{{ [1.0, 2 * 1.5, -0.0] }}', '[1.0, 3.0, -0.0]'],
  ['{{ {1: 2} }}', '{1: 2}'],
  ["{{ {'20': 1, '10': 2} }}", "{'20': 1, '10': 2}"],
  ['{{ {true: 1, 1: 2, 1.0: 3} }}', '{True: 3}'],
  [
    "{% set d = {'a': 1} %}{% set _ = d.update({'5': 2, '3': 3, 7: 4}) %}{{ d }}",
    "{'a': 1, '5': 2, '3': 3, 7: 4}",
  ],
  ['{% set d = dict(a=1) %}{% set _ = d.update({7: 4}) %}{{ d }}', "{'a': 1, 7: 4}"],
]

for (const [source, text] of shown) {
  test(`${source} is ${text} in Python`, () => assert.is(repr(templar.render(source, scope)), text))
}

test('a variable alone is handed over itself, not a copy', () => {
  assert.is(templar.render('{{ list }}', scope), list)
})

test('all text inside a value is rendered, keys are not', () => {
  assert.equal(templar.render({ '{{ a }}': ['{{ a }}', { b: 'x{{ s }}' }], c: 3 }, scope), {
    '{{ a }}': [1, { b: 'xtext' }],
    c: 3,
  })
})

test('omit comes out as the symbol, also through default', () => {
  assert.is(templar.render('{{ omit }}', scope), omit)
  assert.is(templar.render('{{ nope | default(omit) }}', scope), omit)
  assert.is(templar.render('{{ s if false else omit }}', scope), omit)
  assert.equal(templar.render({ a: '{{ nope | d(omit) }}', b: 1 }, scope), { a: omit, b: 1 })
})

test('a variable whose own template fails on something undefined is undefined itself', () => {
  const failing: Scope = {
    has: (name) => name === 'outer',
    get: () => {
      throw new UndefinedVariableError("'inner' is undefined", 'inner', {})
    },
    names: () => ['outer'],
  }
  assert.is(templar.evaluate('outer is defined', failing), false)
  assert.is(templar.evaluate('outer | default("d")', failing), 'd')
  assert.throws(() => templar.evaluate('outer', failing), /'outer': 'inner' is undefined/)
})

test('a scope is asked only for the names that are used', () => {
  const asked: string[] = []
  const counting: Scope = {
    has: () => true,
    get: (name) => {
      asked.push(name)
      return name
    },
    names: () => {
      throw new Error('nobody needs all names')
    },
  }
  assert.is(templar.render('{{ one }}-{{ two if true else three }}', counting), 'one-two')
  assert.equal(asked, ['one', 'two'])
})

const conditions: readonly (readonly [condition: unknown, holds: boolean, warnings: number])[] = [
  [true, true, 0],
  [false, false, 0],
  [undefined, true, 0],
  [null, true, 0],
  ['', true, 0],
  ['a == 1', true, 0],
  ['a == 2', false, 0],
  ['nope is defined', false, 0],
  ['t', true, 0],
  ['not t', false, 0],
  ['n', false, 1],
  ['""', false, 1],
  ['a', true, 1],
  ['0', false, 1],
  ['list', true, 1],
  ['[]', false, 1],
  ['s', true, 1],
  // As in Ansible text counts as true, whatever it says ...
  ['"false"', true, 1],
  ['"no"', true, 1],
  // ... unless the condition is a template, whose text is read.
  ['{{ "no" }}', false, 2],
  ['{{ "yes" }}', true, 2],
  ['{{ "" }}', false, 2],
  ['{{ n }}', false, 2],
  ['"yes"', true, 1],
  ['{{ a == 1 }}', true, 1],
  ['{{ a == 2 }}', false, 1],
  // None is not '', which a template that came to nothing was in older Ansible: it is told.
  ['n == ""', false, 1],
  ["n != ''", true, 1],
  ['s != ""', true, 0],
  ['n != none', false, 0],
  ["(n | default('', true)) == ''", true, 0],
  ["'' != s", true, 0],
]

for (const [condition, holds, count] of conditions) {
  test(`the condition ${JSON.stringify(condition)} is ${holds}`, () => {
    const warnings: string[] = []
    const warning = createTemplar({ warn: (message) => warnings.push(message) })
    assert.is(warning.condition(condition, scope), holds)
    assert.is(warnings.length, count, warnings.join())
  })
}

test('text that a template gives is no expression', () => {
  assert.throws(() => templar.condition('{{ "1 == 1" }}', scope), /gives the text '1 == 1'/)
})

test('an undefined name in a condition is an error', () => {
  assert.throws(() => templar.condition('nope == 1', scope), /'nope' is undefined/)
})

test('own filters, tests and lookups work beside the built-in ones', () => {
  const own = createTemplar({
    filters: { shout: (value, mark = '!') => `${value}${mark}` },
    tests: { short: (value) => String(value).length < 3 },
    lookups: { twice: (terms) => terms.flatMap((term) => [term, term]) },
  })
  assert.is(own.render('{{ "a" | shout }}{{ "b" | shout("?") }}', scope), 'a!b?')
  assert.is(own.evaluate('"ab" is short and "abc" is not short', scope), true)
  assert.equal(own.evaluate('query("twice", 1)', scope), [1, 1])
})

const names: readonly (readonly [source: string, names: string, certain: string])[] = [
  ['{{ a }} {{ b.c }}', 'a b', 'a b'],
  ['{{ a | default(b) }}', 'a b', ''],
  ['{{ a if b else c }}', 'b a c', 'b'],
  ['{{ a and b }}', 'a b', 'a'],
  ['{% for x in xs %}{{ x }}{{ y }}{{ loop.index }}{% endfor %}', 'xs y', 'xs'],
  ['{% set z = g %}{{ z }}', 'g', 'g'],
  ['{% if a is defined %}{{ a }}{% endif %}', 'a', ''],
  ['{{ lookup("env", h) }}', 'h', 'h'],
  ['{% macro m(p) %}{{ p }}{{ g }}{% endmacro %}{{ m(1) }}', 'g', ''],
]

for (const [source, all, certain] of names) {
  test(`the free names of ${source}`, () => {
    const found = templar.variables(source)
    assert.equal([...found.names].sort(), all.split(' ').sort())
    assert.equal([...found.certain].sort(), certain === '' ? [] : certain.split(' ').sort())
  })
}

test.run()
