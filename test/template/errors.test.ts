import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TemplateError } from '../../src/core/errors.ts'
import { createTemplar, UndefinedVariableError } from '../../src/template/index.ts'
import { scopeOf } from './support/corpus.ts'
import { inFolder } from './support/folder.ts'

const test = suite('template errors')
const templar = createTemplar()
const scope = scopeOf({ foo: { barn: 1, list: [{ name: 'x' }] }, users: ['a'], n: null })
const at = { file: 'play.yml', line: 12, column: 5 }

function caught(run: () => unknown): TemplateError {
  try {
    run()
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const messages: readonly (readonly [expression: string, message: string, variable?: string])[] = [
  ['nope', "'nope' is undefined", 'nope'],
  ['user', "'user' is undefined; did you mean 'users'?", 'user'],
  ['foo.bar', "'foo.bar' is undefined; did you mean 'barn'?", 'foo.bar'],
  ["foo['bar']", "'foo['bar']' is undefined; did you mean 'barn'?", "foo['bar']"],
  ['foo.list[3]', "'foo.list[3]' is undefined: the list object has no element 3, it has 1", 'foo.list[3]'],
  ['foo.list[0].nam', "'foo.list[0].nam' is undefined; did you mean 'name'?", 'foo.list[0].nam'],
  ['nope.a.b', "'nope.a.b' is undefined", 'nope.a.b'],
  ['nope | upper', "'nope' is undefined", 'nope'],
  ['foo.nope()', "'foo.nope' is undefined", 'foo.nope'],
  ['[1, nope]', "'nope' is undefined", 'nope'],
  ['1 + "a"', "unsupported operand type(s) for +: 'int' and 'str'"],
  ['"a" + 1', 'can only concatenate str (not "int") to str'],
  ['1 / 0', 'division by zero'],
  ['1 | uper', "there is no filter 'uper'; did you mean 'upper'?"],
  ['1 is difined', "there is no test 'difined'; did you mean 'defined'?"],
  ['lookup("envv", "x")', "there is no lookup 'envv'; did you mean 'env'?"],
  ['"a" | replace("a")', "filter 'replace': the argument 'new' is missing"],
  ['"a".startswith()', "startswith(): the argument 'prefix' is missing"],
  ['1 is divisibleby', "test 'divisibleby': the argument 'num' is missing"],
  ['"a" | b64encode(x=1)', "filter 'b64encode': unknown argument 'x'; it takes encoding"],
  ['n.x', "'n.x' is undefined", 'n.x'],
  ['foo()', "'dict' object is not callable"],
]

for (const [expression, message, variable] of messages) {
  test(`${expression} says ${message}`, () => {
    const error = caught(() => templar.render(`{{ ${expression} }}`, scope, at))
    assert.is(error.message, message)
    assert.is(error.at?.file, 'play.yml')
    assert.is(error.at?.line, 12)
    assert.is(error instanceof UndefinedVariableError ? error.variable : undefined, variable)
    assert.is(caught(() => templar.evaluate(expression, scope, at)).at?.line, 12)
  })
}

test('the hint shows the line with a mark below the place', () => {
  const { hint } = caught(() => templar.render('a\nb {{ foo.bar }} c', scope, at))
  const [line = '', mark = ''] = hint?.split('\n') ?? []
  assert.is(line, '  in: b {{ foo.bar }} c'.trimStart())
  assert.ok(mark.includes('^'))
})

test('lines below the first count on from the line of the value', () => {
  assert.is(caught(() => templar.render('a\nb\n{{ nope }}', scope, at)).at?.line, 14)
})

test('a string rendered without a place still tells what is wrong', () => {
  const error = caught(() => templar.render('{{ nope }}', scope))
  assert.is(error.at, undefined)
  assert.is(error.message, "'nope' is undefined")
})

test('the same cached template names the place it is used at', () => {
  assert.is(caught(() => templar.render('{{ nope }}', scope, { file: 'a.yml', line: 1 })).at?.file, 'a.yml')
  assert.is(caught(() => templar.render('{{ nope }}', scope, { file: 'b.yml', line: 2 })).at?.file, 'b.yml')
})

const syntax: readonly (readonly [source: string, message: RegExp])[] = [
  ['{{ a', /unexpected end of template/],
  ['{{ 1 + }}', /unexpected '\}\}'/],
  ['{{ a b }}', /expected end of print statement, got 'b'/],
  ['{% if a %}', /unexpected end of template, expected elif or else or endif/],
  ['{% forr x in y %}', /unknown tag 'forr'; did you mean 'for'\?/],
  ['{% if a %}{% endfor %}', /unexpected 'endfor', expected elif or else or endif/],
  ['{{ [1 }}', /unexpected '\}', expected '\]'/],
  ['{# a', /Missing end of comment tag/],
  ['{{ "abc }}', /unexpected char '"'/],
  ['{% set true = 1 %}', /cannot assign to 'true'/],
]

for (const [source, message] of syntax) {
  test(`${source} is a syntax error`, () => {
    const error = caught(() => templar.check(source, 'template', at))
    assert.match(error.message, message)
    assert.is(error.at?.line, 12)
    assert.match(caught(() => templar.render(source, scope)).message, message)
  })
}

test('check finds unknown filters and tests in branches that do not run', () => {
  assert.match(
    caught(() => templar.check('{% if false %}{{ a | nofilter }}{% endif %}', 'template')).message,
    /no filter/,
  )
  assert.match(caught(() => templar.check('a or b is notest', 'expression')).message, /no test/)
  templar.check('{{ a | upper }}', 'template')
  templar.check('a is defined and b', 'expression')
})

test('errors of files carry file, line and column', () => {
  inFolder({ 'a.j2': 'one\ntwo {{ foo.bar }}\n' }, (folder) => {
    const error = caught(() => templar.renderFile(join(folder, 'a.j2'), scope))
    assert.equal(error.at, { file: join(folder, 'a.j2'), line: 2, column: 12 })
    assert.is(error.message, "'foo.bar' is undefined; did you mean 'barn'?")
  })
})

test('a header line counts as a line', () => {
  inFolder({ 'a.j2': '#jinja2: trim_blocks: False\n\n{{ nope }}\n' }, (folder) => {
    assert.is(caught(() => templar.renderFile(join(folder, 'a.j2'), scope)).at?.line, 3)
  })
})

test('errors in included, imported and extended files name those files', () => {
  const files = {
    'part.j2': 'x\n{{ nope }}\n',
    'macros.j2': '{% macro m() %}\n\n{{ nope }}{% endmacro %}\n',
    'base.j2': '{% block a %}{% endblock %}\n{{ nope }}\n',
    'include.j2': "{% include 'part.j2' %}\n",
    'import.j2': "{% import 'macros.j2' as m %}{{ m.m() }}\n",
    'extends.j2': "{% extends 'base.j2' %}\n",
    'block.j2': "{% extends 'clean.j2' %}\n{% block a %}{{ nope }}{% endblock %}\n",
    'clean.j2': '\n\n\n{% block a %}{% endblock %}\n',
  }
  const expected: readonly (readonly [string, string, number])[] = [
    ['include.j2', 'part.j2', 2],
    ['import.j2', 'macros.j2', 3],
    ['extends.j2', 'base.j2', 2],
    ['block.j2', 'block.j2', 2],
  ]
  inFolder(files, (folder) => {
    for (const [name, file, line] of expected) {
      const { at: place } = caught(() => templar.renderFile(join(folder, name), scope))
      assert.is(place?.file, join(folder, file), name)
      assert.is(place?.line, line, name)
    }
  })
})

test('checkFile finds syntax errors with their line, and files that are not there', () => {
  inFolder(
    { 'bad.j2': 'ok\n{% if %}\n', 'filter.j2': 'ok\n\n{{ a | nofilter }}\n', 'good.j2': '{{ a | upper }}\n' },
    (folder) => {
      assert.is(caught(() => templar.checkFile(join(folder, 'bad.j2'))).at?.line, 2)
      assert.is(caught(() => templar.checkFile(join(folder, 'filter.j2'))).at?.line, 3)
      templar.checkFile(join(folder, 'good.j2'))
      assert.match(caught(() => templar.checkFile(join(folder, 'nope.j2'))).message, /cannot be read/)
    },
  )
})

test('a macro without end is an error, not the end of the process', () => {
  const source = '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'
  assert.match(caught(() => templar.render(source, scope)).message, /calls itself without end/)
})

test('who shows no error need not look for the word that was meant', () => {
  const { message } = caught(() => createTemplar({ suggest: false }).render('{{ user }}', scope, at))
  assert.match(message, /'user' is undefined$/)
})

test.run()
