import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTemplar, UndefinedVariableError, Unsafe } from '../../src/template/index.ts'
import { scopeOf } from './support/corpus.ts'

const test = suite('template safety')
const templar = createTemplar()

class Account {
  secret = 'hidden'
  reveal(): string {
    return this.secret
  }
}

const scope = scopeOf({
  d: { k: 'v' },
  xs: ['a'],
  s: 'text',
  fact: '{{ 7 * 7 }}{% set x = 1 %}{# c #}',
  account: new Account(),
  run: () => 'ran',
  polluted: JSON.parse('{"__proto__": {"admin": true}, "constructor": "mine"}'),
})

/** Ways to reach JavaScript's objects: each has to end as an undefined name or a plain error. */
const attacks = [
  '"".constructor.constructor("return process")()',
  'range.constructor("return process")()',
  'lookup.constructor("return 1")()',
  's.constructor',
  's.__proto__',
  's["__proto__"]',
  's["constructor"]["constructor"]("return 1")()',
  'xs.constructor',
  'xs["constructor"]',
  'xs.__proto__',
  'd.__proto__',
  'd["__proto__"]',
  'd.constructor',
  'd.hasOwnProperty("k")',
  'd.toString()',
  'd.__defineGetter__',
  'xs.map',
  'xs.push("b")',
  'xs.length',
  '(1).constructor',
  'true.constructor',
  'namespace().constructor',
  'cycler("a").constructor',
  'loop.constructor',
  's | attr("constructor")',
  'd | attr("__proto__")',
  'xs | attr("constructor")',
  '[d] | map(attribute="constructor") | list',
  '[d] | map(attribute="__proto__.toString") | list',
  '[d] | selectattr("constructor") | list',
  '[d] | sum(attribute="constructor")',
  '[d] | groupby("__proto__")',
  '"constructor" | extract(d)',
  '"__proto__" | extract(d, "toString")',
  '"{0.constructor}".format(d)',
  '"{x.__proto__}".format(x=d)',
  '"{x[constructor]}".format(x=d)',
  '"%(constructor)s" % d',
  '"%(__proto__)s" | format(**d)',
  'd.get.constructor("return 1")()',
  's.upper.constructor',
  's.upper.call',
  'account.secret',
  'account.reveal()',
  'run()',
  'run.constructor',
  'self.constructor',
  'process',
  'globalThis',
  'require("node:fs")',
  'this',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  's is constructor',
  's | constructor',
  's | __proto__',
  'lookup("constructor")',
  'lookup("__proto__")',
]

for (const expression of attacks) {
  test(`${expression} is not reached`, () => {
    assert.throws(
      () => templar.evaluate(expression, scope),
      (error: Error) => error.name === 'UndefinedVariableError' || error.name === 'TemplateError',
    )
    assert.throws(() => templar.render(`x {{ ${expression} }}`, scope))
  })
}

test('the attack that prints the version of node is an undefined name', () => {
  try {
    templar.render('{{ "".constructor.constructor("return process.version")() }}', scope, {
      file: 'roles/x.yml',
      line: 7,
    })
    assert.unreachable()
  } catch (error) {
    assert.instance(error, UndefinedVariableError)
    assert.is((error as UndefinedVariableError).at?.line, 7)
  }
})

test('names of prototypes are plain own keys where data has them', () => {
  assert.is(templar.evaluate('polluted.constructor', scope), 'mine')
  assert.equal(templar.evaluate('polluted["__proto__"].admin', scope), true)
  const copied = templar.evaluate(
    'polluted | combine({"__proto__": {"more": 1}}, recursive=true)',
    scope,
  ) as object
  assert.ok(Object.hasOwn(copied, '__proto__'))
  assert.is(({} as Record<string, unknown>).admin, undefined)
  assert.is(({} as Record<string, unknown>).more, undefined)
})

test('no template changes a prototype', () => {
  for (const source of [
    '{% do d.update({"__proto__": {"polluted": 1}}) %}',
    '{% do d.setdefault("__proto__", {"polluted": 1}) %}',
    '{% set ns = namespace(__proto__={"polluted": 1}) %}',
    '{% set ns = namespace() %}{% set ns.__proto__ = {"polluted": 1} %}',
    '{% set __proto__ = {"polluted": 1} %}',
    '{{ dict([["__proto__", {"polluted": 1}]]) }}',
    '{{ \'{"__proto__": {"polluted": 1}}\' | from_json }}',
    '{{ "__proto__: {polluted: 1}" | from_yaml }}',
    '{{ [{"key": "__proto__", "value": {"polluted": 1}}] | items2dict }}',
  ]) {
    templar.render(`${source}-`, scope)
    assert.is(({} as Record<string, unknown>).polluted, undefined, source)
    assert.is(Object.getPrototypeOf(templar.render({ a: source }, scope)), Object.prototype)
  }
})

test('data is never rendered again, however it is passed on', () => {
  const text = '{{ 7 * 7 }}{% set x = 1 %}{# c #}'
  for (const source of [
    '{{ fact }}',
    '{{ [fact][0] }}',
    '{{ fact ~ "" }}',
    '{{ {"a": fact}.a }}',
    '{{ [fact] | join }}',
    '{% set y = fact %}{{ y }}',
    '{% macro m(v) %}{{ v }}{% endmacro %}{{ m(fact) }}',
    '{{ fact | from_yaml_all | first | default(fact) if false else fact }}',
    '{{ lookup("vars", "fact") }}',
    '{{ lookup("items", [fact]) }}',
    '{{ [fact] | to_json | from_json | first }}',
  ]) {
    assert.is(templar.render(source, scope), text, source)
  }
  assert.is(templar.render('{{ "{" }}{{ "{ 7 * 7 }}" }}', scope), '{{ 7 * 7 }}')
})

test('unsafe text is not compiled, at any depth, and is text inside expressions', () => {
  const unsafe = new Unsafe('{{ nope }}')
  assert.is(templar.render(unsafe, scope), '{{ nope }}')
  assert.equal(templar.render({ a: [unsafe, '{{ s }}'] }, scope), { a: ['{{ nope }}', 'text'] })
  const within = scopeOf({ u: unsafe, list: [unsafe], d: { k: unsafe } })
  assert.is(templar.render('{{ u }}', within), '{{ nope }}')
  assert.is(templar.render('{{ u | upper }}', within), '{{ NOPE }}')
  assert.is(templar.render('{{ list[0] ~ d.k }}', within), '{{ nope }}{{ nope }}')
  assert.is(templar.evaluate('u == "{{ nope }}" and u is string', within), true)
  assert.is(JSON.stringify({ unsafe }), '{"unsafe":"{{ nope }}"}')
})

test('names in a template cannot become code', () => {
  assert.is(templar.render('{% set ñ2 = 1 %}{{ ñ2 }}-', scope), '1-')
  assert.throws(() => templar.render('{% block a²"+process.exit()+" %}{% endblock %}', scope))
  const source = '{% set t = "\\u2028\\u0022);process.exit(1);(\\u0022" %}{{ t }}-'
  assert.is(templar.render(source, scope), '\u2028");process.exit(1);("-')
})

test('templates that call methods that change values do not change the variables', () => {
  const d = { list: [1] }
  const own = scopeOf({ d, list: d.list })
  const changed = templar.render('{% do d.list.append(2) %}{% do d.update({"x": 1}) %}{{ d }}', own)
  assert.equal(changed, { list: [1, 2], x: 1 })
  assert.is(templar.render('{% do d.list.append(2) %}{{ d.list | length }}-', own), '2-')
  assert.equal(d, { list: [1] })
})

test.run()
