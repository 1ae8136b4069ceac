import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { repr } from '../../../src/core/values/text.ts'
import { warningsOf } from '../../../src/core/yaml/duplicates.ts'
import { parseYaml } from '../../../src/core/yaml/parse.ts'
import { complaint } from '../../inventory/temporary-folder.ts'

const test = suite('YAML documents')

const DATA: readonly (readonly [name: string, text: string, data: unknown])[] = [
  ['an empty document is null', '', null],
  ['comments alone are null', '# nothing\n', null],
  ['a quoted scalar is text', 'a: "no"\nb: \'012\'', { a: 'no', b: '012' }],
  ['a block scalar is text', 'a: |\n  1\n', { a: '1\n' }],
  [
    'a vault value stays closed',
    'a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n',
    {
      a: { __ansible_vault: '$ANSIBLE_VAULT;1.1;AES256\n61\n' },
    },
  ],
  ['an unsafe value is marked', 'a: !unsafe "{{ x }}"', { a: { __ansible_unsafe: '{{ x }}' } }],
  [
    'all text in an unsafe list or mapping is marked, and keys are not',
    'a: !unsafe ["{{ x }}", 1, {k: v}]\nb: !unsafe\n  c: "{{ y }}"\nd: e',
    {
      a: [{ __ansible_unsafe: '{{ x }}' }, 1, { k: { __ansible_unsafe: 'v' } }],
      b: { c: { __ansible_unsafe: '{{ y }}' } },
      d: 'e',
    },
  ],
  ['an explicit tag decides', 'a: !!str 1\nb: !!int "2"\nc: !!bool "yes"', { a: '1', b: 2, c: true }],
  ['an alias repeats a value', 'a: &x [1]\nb: *x', { a: [1], b: [1] }],
  [
    'a merge adds what is missing',
    'a: &a {p: 1, q: 2}\nb: {<<: *a, q: 3}',
    { a: { p: 1, q: 2 }, b: { q: 3, p: 1 } },
  ],
  ['of merged mappings the first wins', 'a: {<<: [{p: 1}, {p: 2, q: 2}]}', { a: { p: 1, q: 2 } }],
  ['names of Object are plain keys', 'constructor: 1\ntoString: 2', { constructor: 1, toString: 2 }],
  ['the tag ! alone names no type', 'a: ! echo hi\nb: ! true\nc: ! [1]', { a: 'echo hi', b: true, c: [1] }],
  [
    'double quotes over lines that are not indented past their key',
    'k:\n  x: "{{ 1 }} + \\\n  2"\n  y: "{{\n    1 + 1\n  }}"\n  z: 1\n',
    { k: { x: '{{ 1 }} + 2', y: '{{ 1 + 1 }}', z: 1 } },
  ],
  [
    'single quotes over lines that are not indented past their key',
    "k:\n  x: 'it''s\n\n''so'''\n  y: 1\n",
    { k: { x: "it's\n'so'", y: 1 } },
  ],
  [
    'brackets over lines that are not indented past their key',
    'a: [\n  1\n]\nb:\n  c: [\n 1, 2,\n 3\n ]\n  d: {\n    x: 1\n}\ne: 2\n',
    { a: [1], b: { c: [1, 2, 3], d: { x: 1 } }, e: 2 },
  ],
  ['a block scalar ends as the file does', 'a: >\n  echo hi', { a: 'echo hi' }],
  ['a kept line break must be in the file', '- b: |+\n    x\n    y', [{ b: 'x\ny' }]],
  ['JSON is YAML', '{"a": [1, null, false]}', { a: [1, null, false] }],
]

for (const [name, text, data] of DATA) {
  test(name, () => {
    assert.equal(parseYaml(text, 'f.yml').data, data)
  })
}

const KEYS: readonly (readonly [name: string, text: string, shown: string])[] = [
  [
    'keys have their types',
    "2: a\ntrue: b\n~: c\n1.5: d\n'2': e",
    "{2: 'a', True: 'b', None: 'c', 1.5: 'd', '2': 'e'}",
  ],
  ['indices keep their order', "{'20': 1, '10': 2, z: 3}", "{'20': 1, '10': 2, 'z': 3}"],
  [
    'merged entries come first',
    'a: &a {p: 1, q: 2}\nb: {r: 0, <<: *a, q: 3}',
    "{'a': {'p': 1, 'q': 2}, 'b': {'p': 1, 'q': 3, 'r': 0}}",
  ],
  ['floats stay floats', '[1.0, 1.0e+3, 6., -0.0, .nan, 1.5]', '[1.0, 1000.0, 6.0, -0.0, nan, 1.5]'],
]

for (const [name, text, shown] of KEYS) {
  test(name, () => assert.is(repr(parseYaml(text, 'f.yml').data), shown))
}

test('an object holds keys that it keeps in their order', () => {
  const { data } = parseYaml("{'1': a, '2': b, z: c}", 'f.yml')
  assert.is(Object.getPrototypeOf(data), Object.prototype)
})

const ERRORS: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  [
    'a duplicate key',
    'a: 1\nb:\n  c: 1\n  c: 2',
    /^f\.yml:4:3: found a duplicate dict key \(c\), first given in line 3/,
  ],
  [
    'two spellings of one key',
    '1: a\ntrue: b',
    /^f\.yml:2:1: found a duplicate dict key \(True\), first given in line 1/,
  ],
  ['a tab', 'a:\n\tb: 1', /^f\.yml:2:1: .*tab.*indent with spaces/i],
  ['an unknown tag', 'a: !foo 1', /^f\.yml:1:9: unknown tag !foo/],
  ['a function of JavaScript', 'a: !!js/function x', /^f\.yml:1:18: unknown tag/],
  ['an object of Python', 'a: !!python/object:os.system [x]', /unknown tag/],
  ['several documents', 'a: 1\n---\nb: 2', /^f\.yml:\d:\d: holds several YAML documents/],
  ['a prototype key', 'a: {__proto__: {admin: true}}', /^f\.yml:1:5: the key '__proto__' is not allowed/],
  ['an unclosed list', 'a: [1', /^f\.yml:1:6: /],
  ['a quoted scalar that nothing closes', 'a: 1\nb: "x\nc: 2\n', /^f\.yml:4:1: Missing closing "quote/],
  ['a list that nothing closes', 'a: [1\nb: 2\nc: 3\n', /^f\.yml:2:1: Flow sequence/],
  ['an unknown alias', 'a: *x', /^f\.yml:1:4: unknown alias \*x/],
  ['a mapping as a key', '? [a]\n: 1', /^f\.yml:1:3: a key must not be a list or mapping/],
  ['a merge of text', 'a: {<<: text}', /'<<' needs a mapping/],
  ['too deep a nesting', '['.repeat(100_000), /nested too deeply/],
]

for (const [name, text, message] of ERRORS) {
  test(`${name} is an error with its place`, async () => {
    assert.match(await complaint(() => parseYaml(text, 'f.yml')), message)
    assert.is(({} as { admin?: boolean }).admin, undefined)
  })
}

test('aliases that multiply are refused before they fill the memory', async () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 40; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    )
  }
  assert.match(
    await complaint(() => parseYaml(lines.join('\n'), 'bomb.yml')),
    /^bomb\.yml:7:\d+: aliases expand/,
  )
})

test('a key that is given twice can be told of: then the last one counts', () => {
  const text = 'a: 1\nb:\n  c: 1\n  c: 2\n'
  const { data, duplicates } = parseYaml(text, 'f.yml', { duplicateKeys: 'collect' })
  assert.equal(data, { a: 1, b: { c: 2 } })
  const told = 'f.yml:4:3: found a duplicate dict key (c), first given in line 3; the last one counts'
  assert.equal(warningsOf(duplicates), [told])
  assert.equal(warningsOf(duplicates, 'ignore'), [])
  assert.throws(() => warningsOf(duplicates, 'error'), /found a duplicate dict key \(c\)/)
})

test('an anchor may be used often', () => {
  const text = `a: &a {x: 1}\nb: [${Array(500).fill('*a').join(', ')}]`
  assert.is((parseYaml(text, 'f.yml').data as { b: unknown[] }).b.length, 500)
})

test('an entry knows its place', () => {
  const { data, locate } = parseYaml('a:\n  b: 1\n  c: [x,\n    y]\n', 'f.yml')
  const { a } = data as { a: { c: unknown } }
  assert.equal(locate(a, 'c'), { file: 'f.yml', line: 3, column: 3 })
  assert.equal(locate(a.c, 1), { file: 'f.yml', line: 4, column: 5 })
  assert.equal(locate(), { file: 'f.yml', line: 1, column: 1 })
})

test.run()
