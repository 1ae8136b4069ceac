import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseIni } from '../../../src/cli/config/ini.ts'

const test = suite('ini')

/** Each text with its settings as `section.key` and value; ConfigParser must say the same, where it is there to ask. */
const good: readonly [string, string, Readonly<Record<string, string>>][] = [
  ['equals sign', '[a]\nx = 1\n', { 'a.x': '1' }],
  ['colon, and no spaces', '[a]\nx: 1\ny=2\nz:3', { 'a.x': '1', 'a.y': '2', 'a.z': '3' }],
  ['keys in lower case, sections as they are', '[A b]\nForks = 1', { 'A b.forks': '1' }],
  ['lines of comment', '# one\n[a]\n; two\nx = 1\n  # three\n', { 'a.x': '1' }],
  ['the rest of a line', '[a] ; comment\nx = 1 ; comment\ny = 1;2#3 # 4', { 'a.x': '1', 'a.y': '1;2#3 # 4' }],
  ['a comment where a value would be', '[a]\nx = ; nothing\ny = 1', { 'a.x': '', 'a.y': '1' }],
  ['a comment of nothing but a sign', '[a]\nx = 1 ;\ny = 2;', { 'a.x': '1', 'a.y': '2;' }],
  ['an empty value', '[a]\nx =\ny = 1', { 'a.x': '', 'a.y': '1' }],
  ['a longer value', '[a]\nx = 1,\n   2,\n\t3\ny = 4', { 'a.x': '1,\n2,\n3', 'a.y': '4' }],
  ['an empty line inside a longer value', '[a]\nx = 1\n\n  2\n\ny = 3', { 'a.x': '1\n\n2', 'a.y': '3' }],
  ['a comment inside a longer value', '[a]\nx = 1,\n  # two\n  3', { 'a.x': '1,\n3' }],
  ['an indented section', '[a]\n  x = 1\n  y = 2\n    3', { 'a.x': '1', 'a.y': '2\n3' }],
  ['quotes stay', `[a]\nx = "1 2"\ny = 'z'`, { 'a.x': '"1 2"', 'a.y': "'z'" }],
  ['nothing is interpolated', '[a]\nx = %(y)s %h ${z}', { 'a.x': '%(y)s %h ${z}' }],
  ['the first sign divides', '[a]\nx = y: z = 1\nu: v=w', { 'a.x': 'y: z = 1', 'a.u': 'v=w' }],
  ['line ends of Windows', '[a]\r\nx = 1\r\ny = 2\r\n', { 'a.x': '1', 'a.y': '2' }],
  ['dots in a section', '[galaxy_server.a]\nurl = b', { 'galaxy_server.a.url': 'b' }],
]
for (const [name, text, expected] of good) {
  test(name, () => {
    const read = parseIni(text, 'a.cfg').map(({ section, key, value }) => [`${section}.${key}`, value])
    assert.equal(Object.fromEntries(read), expected)
  })
}

const bad: readonly [string, string, number, RegExp][] = [
  ['a setting before any section', 'x = 1', 1, /must stand in a section/],
  [
    'a line that is neither',
    '[a]\nx = 1\njust words',
    3,
    /'just words' is no setting; write it as key = value/,
  ],
  ['a key that is none', '[a]\n= 1', 2, /is no setting/],
  ['a key twice', '[a]\nx = 1\nX = 2', 3, /'X' is set a second time in \[a\]/],
  ['a section twice', '[a]\nx = 1\n[b]\n[a]\ny = 2', 4, /section \[a\] stands here a second time/],
]
for (const [name, text, line, message] of bad) {
  test(`${name} is an error with its line`, () => {
    assert.throws(
      () => parseIni(text, '/x/ansible.cfg'),
      (error: { code: string; message: string; at: { line: number; file: string } }) =>
        error.code === 'USAGE' &&
        message.test(error.message) &&
        error.at.line === line &&
        error.at.file === '/x/ansible.cfg',
    )
  })
}

const CONFIG_PARSER = `
import configparser, json, sys
def read(text):
    parser = configparser.ConfigParser(inline_comment_prefixes=(';',))
    try: parser.read_string(text.replace('\\r\\n', '\\n'))
    except configparser.Error: return None
    return {s + '.' + k: parser.get(s, k, raw=True) for s in parser.sections() for k in parser.options(s)}
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`
const python = spawnSync('python3', ['-c', CONFIG_PARSER], {
  input: JSON.stringify([...good, ...bad].map(([, text]) => text)),
  encoding: 'utf8',
})
if (python.status === 0) {
  test('ConfigParser reads, and refuses, the same', () => {
    const expected = [...good.map(([, , settings]) => settings), ...bad.map(() => null)]
    assert.equal(JSON.parse(python.stdout), expected)
  })
}

test.run()
