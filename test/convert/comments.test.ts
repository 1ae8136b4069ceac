import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printComments, printTree } from '../../src/convert/print.ts'
import { readDocument } from '../../src/convert/read.ts'
import { format } from './support.ts'

const test = suite('convert comments and layout')

function print(yaml: string): string {
  const { tree, header } = readDocument(yaml, 'test.yml')
  const start = 'export default '
  return `${printComments(header)}${start}${printTree(tree, { column: start.length })}\n`
}

const rows: readonly (readonly [string, string, string])[] = [
  [
    'a comment that a blank line separates speaks of the file',
    '---\n# file\n\n# first\n- a\n- b\n',
    "// file\nexport default [\n  // first\n  'a',\n  'b',\n]\n",
  ],
  [
    'comments and blank lines stay between entries',
    'a: 1\n\n# above b\n\n# and more\nb: 2 # behind\n# last\n',
    'export default {\n  a: 1,\n\n  // above b\n\n  // and more\n  b: 2, // behind\n  // last\n}\n',
  ],
  [
    'a comment that is indented deeper ends what is above it',
    'a:\n  b: 1\n  # end of a\nc: 2\n',
    'export default {\n  a: {\n    b: 1,\n    // end of a\n  },\n  c: 2,\n}\n',
  ],
  [
    'a comment behind a key stands above it',
    'a: # about a\n  b: 1\n',
    'export default {\n  // about a\n  a: { b: 1 },\n}\n',
  ],
  [
    'a comment behind a whole entry on one line',
    '- {a: 1} # one\n',
    'export default [\n  { a: 1 }, // one\n]\n',
  ],
  ['what is no comment', "a: 'x # y'\nb: |\n  # z\n", "export default { a: 'x # y', b: '# z\\n' }\n"],
  [
    'text of several lines',
    'a: |\n  `x`\n  ${y} \\n\n',
    'export default {\n  a: `\\`x\\`\n\\${y} \\\\n\n`,\n}\n',
  ],
  ['quotes', `a: "it's"\nb: 'say "x"'\n`, `export default { a: "it's", b: 'say "x"' }\n`],
  [
    'types of YAML 1.1, and keys that need quotes',
    'yes: no\na-b: 0x10\n80: ~\nc: 1.50\nd: 2024-01-01\n',
    "export default new Map<unknown, unknown>([\n  [true, false],\n  ['a-b', 16],\n  [80, null],\n  ['c', 1.5],\n  ['d', '2024-01-01'],\n])\n",
  ],
  [
    'aliases and merges are written out',
    'a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: *a\n',
    'export default { a: { x: 1 }, b: { y: 2, x: 1 }, c: { x: 1 } }\n',
  ],
  ['nothing', '---\n', 'export default null\n'],
]

for (const [title, yaml, code] of rows) {
  test(title, async () => {
    assert.is(print(yaml), code)
    assert.is(await format(code), code)
  })
}

test('text is the same to the last character', async () => {
  const parts = [
    "'",
    '"',
    '`',
    '${a}',
    '\\',
    '\\n',
    '\n',
    '\n\n',
    '\r\n',
    '\t',
    '\0',
    '\u2028',
    '\ufeff',
    ' ',
    'é',
    '😀',
    '//',
    '{{ b }}',
  ]
  const texts = parts.flatMap((one) =>
    parts.flatMap((other) => [one + other, `x${one}y\n${other}`, `${other}\n${one}\n`]),
  )
  const code = print(JSON.stringify([...texts, { '': 1, "a'b": 2, 'c\nd': 3 }]))
  const { default: data } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  assert.equal(data, [...texts, { '': 1, "a'b": 2, 'c\nd': 3 }])
})

test('the layout is the formatter’s', async () => {
  const words =
    'a text that is longer than any line may be, so that it goes below its key, wherever that may stand'
  const data = {
    long_enough: words,
    key: words,
    much_longer_still: `${words}, ${words}`,
    'quo-ted': `${words}, 'quoted'`,
    numbers: Array.from({ length: 60 }, (_, index) => index * 1000),
    texts: words.split(', '),
    pairs: [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
    singles: [{ a: 1 }, { b: 2 }],
    lists: [
      [1, 2],
      [3, 4],
    ],
    tall: ['a\nb\n', 'c'],
    empty: { list: [], dictionary: {} },
    odd: [1e30, -1.5, true, null, '', '\t\u0001', "'\"'"],
  }
  const folded = `folded: >-\n  ${words}\n  ${words}\nabc: >-\n  ${words}\n  ${words}\nin_list:\n  - >-\n    ${words}\n    ${words}\n`
  const code = print(`${JSON.stringify(data)}`)
  assert.is(await format(code), code)
  const more = print(folded)
  assert.is(await format(more), more)
  assert.equal((more.match(/' \+\n/g) ?? []).length >= 3, true)
})

test.run()
