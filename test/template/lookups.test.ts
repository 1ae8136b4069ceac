import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTemplar, type Templar } from '../../src/template/index.ts'
import { scopeOf } from './support/corpus.ts'
import { inFolder } from './support/folder.ts'

const test = suite('template lookups')
const scope = scopeOf({
  name: 'x',
  groups: { all: ['web1', 'web2', 'db1'], web: ['web1', 'web2'], db: ['db1'] },
})

const files = {
  'role/files/motd': '\nhello {{ name }}\n\n',
  'role/files/conf.d/b.conf': 'b',
  'role/files/conf.d/a.conf': 'a',
  'role/files/conf.d/.hidden.conf': 'h',
  'role/templates/t.j2': 'T {{ name }} {{ extra | default("-") }}\n',
  'role/files/users.ini': '; c\n[one]\nkey = value\nother: v2\nlong = a\n  b\n[two]\nkey=2\n',
  'role/files/more.ini':
    '[DEFAULT]\nhome = /srv\n[one]\nflag\npath = %(home)s/www\nrate = 5%%\nlong = a\n\n  # no\n  b\n\n[two]\nx = 5%\n',
  'role/files/twice.ini': '[one]\nkey=1\nKey=2\n',
  'role/files/bare.ini': 'key=1\n',
  'role/files/app.properties': 'user.name=ada\n',
  'role/templates/dict.j2': '{"a": {{ name | to_json }}, "b": [true, null, 1.0]}\n',
  'role/templates/true.j2': 'True',
  'role/templates/broken.j2': '{ {{ name }}',
  'role/files/table.csv': 'web,80,"a, ""b"""\nodd,"x y"@z,1\ndb,5432,x\n',
  'play/files/only': 'play',
}

const latin = { 'latin.ini': '[global]\nname = été\n', 'latin.csv': 'ete,été\n' }

function ask(
  expression: string,
  run: (value: unknown, folder: string) => void,
  more: Record<string, string> = {},
): void {
  inFolder({ ...files, ...more }, (folder) => {
    const templar = createTemplar({
      searchPath: [join(folder, 'role'), join(folder, 'play')],
      baseDirectory: folder,
    })
    for (const [name, text] of Object.entries(latin))
      writeFileSync(join(folder, 'role/files', name), text, 'latin1')
    run(templar.evaluate(expression.replaceAll('FOLDER', folder), scope), folder)
  })
}

const answers: readonly (readonly [expression: string, value: unknown])[] = [
  ["lookup('file', 'motd')", '\nhello {{ name }}'],
  ["lookup('file', 'motd', lstrip=true, rstrip=false)", 'hello {{ name }}\n\n'],
  ["lookup('file', 'motd', 'only')", '\nhello {{ name }},play'],
  ["lookup('ansible.builtin.file', 'FOLDER/play/files/only')", 'play'],
  ["query('fileglob', 'conf.d/*.conf') | map('basename') | list", ['a.conf', 'b.conf']],
  ["query('fileglob', 'FOLDER/role/files/conf.d/[b]*') | map('basename') | list", ['b.conf']],
  ["query('fileglob', 'nope/*')", []],
  ["lookup('template', 't.j2')", 'T x -\n'],
  ["lookup('template', 't.j2', template_vars={'extra': 'E'})", 'T x E\n'],
  ["lookup('template', 'dict.j2') == {'a': name, 'b': [true, none, 1.0]}", true],
  ["lookup('template', 'dict.j2', convert_data=false) is string", true],
  ["lookup('template', 'true.j2') is true", true],
  ["lookup('template', 'broken.j2')", '{ x'],
  ["lookup('ini', 'path', section='one', file='more.ini', allow_no_value=true)", '/srv/www'],
  ["lookup('ini', 'home', section='one', file='more.ini', allow_none=true)", '/srv'],
  ["lookup('ini', 'rate', section='one', file='more.ini', allow_no_value=true)", '5%'],
  ["lookup('ini', 'rate', section='one', file='more.ini', allow_no_value=true, interpolation=false)", '5%%'],
  ["lookup('ini', 'long', section='one', file='more.ini', allow_no_value=true)", 'a\n\nb'],
  ["query('ini', 'flag', section='one', file='more.ini', allow_no_value=true)", []],
  ["lookup('ini', 'Key', section='one', file='twice.ini', case_sensitive=true)", '2'],
  ["lookup('ini', 'user.name type=properties file=app.properties')", 'ada'],
  ["lookup('ini', 'key', section='one', file='users.ini')", 'value'],
  ["lookup('ini', 'key section=two file=users.ini')", '2'],
  ["lookup('ini', 'long section=one file=users.ini')", 'a\nb'],
  ["query('ini', '.*', section='one', file='users.ini', re=true)", ['value', 'v2', 'a\nb']],
  ["lookup('ini', 'no', section='one', file='users.ini', default='d')", 'd'],
  ["lookup('ini', 'KEY', section='one', file='users.ini')", 'value'],
  ["lookup('ini', 'KEY', section='one', file='users.ini', case_sensitive=true, default='d')", 'd'],
  ["lookup('ini', 'name', file='latin.ini', encoding='iso8859-1')", 'été'],
  ["lookup('ini', 'name file=latin.ini encoding=iso8859-1')", 'été'],
  ["lookup('csvfile', 'no', file='table.csv', delimiter=',')", []],
  ["lookup('csvfile', 'odd', file='table.csv', delimiter=',')", 'x y@z'],
  ["lookup('csvfile', 'ete', file='latin.csv', delimiter=',', encoding='latin1')", 'été'],
  ["lookup('csvfile', 'db', file='table.csv', delimiter=',')", '5432'],
  ["lookup('csvfile', 'web file=table.csv delimiter=, col=2')", 'a, "b"'],
  ["lookup('csvfile', 'no', file='table.csv', delimiter=',', default='d')", 'd'],
  ["lookup('first_found', ['nope', 'only']) | basename", 'only'],
  ["lookup('first_found', {'files': ['nope', 'b.conf'], 'paths': ['conf.d']}) | basename", 'b.conf'],
  ["query('first_found', {'files': ['nope'], 'skip': true})", []],
  ["lookup('first_found', {'files': 'nope;b.conf', 'paths': 'nowhere:conf.d'}) | basename", 'b.conf'],
  ["lookup('first_found', 'nope', 'motd') | basename", 'motd'],
  ["query('inventory_hostnames', 'all:!db')", ['web1', 'web2']],
  ["query('inventory_hostnames', 'web*')", ['web1', 'web2']],
  ["query('inventory_hostnames', 'all:&web')", ['web1', 'web2']],
  ["query('lines', 'printf \"a\\nb\"')", ['a', 'b']],
  ["lookup('pipe', 'pwd') == 'FOLDER'", true],
  ["lookup('pipe', 'echo {{ name }} {{ 1 + 1 }}')", 'x 2'],
  ["lookup('pipe', \"echo '\" ~ '{' ~ '{ name }' ~ \"}'\")", '{{ name }}'],
  ["lookup('pipe', lookup('pipe', 'echo \"echo {\"\"{ name }}\"'))", '{{ name }}'],
  ["lookup('random_choice', ['a']) ", 'a'],
  ["query('flattened', [1, [2, [3]]])", [1, 2, 3]],
  [
    "query('cartesian', [1], [2, 3])",
    [
      [1, 2],
      [1, 3],
    ],
  ],
]

for (const [expression, value] of answers)
  test(expression, () => ask(expression, (found) => assert.equal(found, value)))

const refused: readonly (readonly [expression: string, message: RegExp])[] = [
  [
    "lookup('ini', 'key', section='one', file='twice.ini')",
    /Duplicate option in 'twice.ini': line 3: option 'key'/,
  ],
  ["lookup('ini', 'key', section='nope', file='users.ini')", /No section 'nope' in users.ini/],
  ["lookup('ini', 'key', section='one', file='more.ini')", /line 4: 'flag' is neither a section nor/],
  ["lookup('ini', 'key', file='bare.ini')", /line 1: File contains no section headers/],
  ["lookup('ini', 'x', section='two', file='more.ini', allow_no_value=true)", /'%' must be followed/],
  ["lookup('ini', 'invalid=option')", /invalid is not a valid option/],
  ["lookup('ini', 'file=users.ini', 'key', section='one')", /No key to lookup was provided as first term/],
  ["lookup('csvfile', 'file=table.csv, delimiter=, col=1')", /Search key is required but was not found/],
  ["lookup('csvfile', 'web file=table.csv delimiter=, thisarg=x')", /thisarg is not a valid option/],
  [
    "lookup('csvfile', 'web', file='nope.csv')",
    /could not locate file 'nope.csv': No such file or directory/,
  ],
  [
    "lookup('csvfile', 'web', file='table.csv', delimiter=',', col=9)",
    /column 9 of row 'web' does not exist/,
  ],
  ["query('varnames', true)", /Invalid setting identifier, "True" is not a string/],
  ["query('varnames', '*')", /Unable to use "\*" as a search parameter: .*nothing to repeat/i],
]

for (const [expression, message] of refused)
  test(`refused: ${expression}`, () =>
    assert.throws(() => ask(expression, () => assert.unreachable()), message))

test('missing files name the places that were looked at', () => {
  inFolder(files, (folder) => {
    const templar = createTemplar({ searchPath: [join(folder, 'role')], baseDirectory: folder })
    assert.throws(
      () => templar.evaluate("lookup('file', 'nope')", scope, { file: 'a.yml', line: 3 }),
      (error: Error) => error.message.includes(join(folder, 'role/files/nope')),
    )
    assert.equal(templar.evaluate("lookup('file', 'nope', errors='ignore')", scope), null)
    assert.equal(templar.evaluate("query('file', 'nope', errors='ignore')", scope), [])
    // Alone it is empty text, as roles expect it to be.
    assert.is(templar.render("{{ lookup('file', 'nope', errors='ignore') }}", scope), '')
    assert.is(templar.render("{{ lookup('file', 'nope', errors='ignore') is none }}", scope), true)
  })
})

test('with_… loops ask for lookups by name and get lists', () => {
  const templar = createTemplar()
  assert.equal(templar.lookup('items', [[1, 2], 3], scope), [1, 2, 3])
  assert.equal(templar.lookup('dict', [{ a: 1 }], scope), [{ key: 'a', value: 1 }])
  assert.equal(templar.lookup('indexed_items', [['a']], scope), [[0, 'a']])
  assert.equal(templar.lookup('sequence', ['start=1 end=2 format=h%02d'], scope), ['h01', 'h02'])
  assert.throws(
    () => templar.lookup('itmes', [], scope, { file: 'p.yml', line: 4 }),
    /no lookup 'itmes'; did you mean 'items'/,
  )
})

test('password makes a file once, readable by its owner only', () => {
  ask("lookup('password', 'FOLDER/secrets/p length=12 chars=ascii_lowercase,digits')", (first, folder) => {
    assert.match(String(first), /^[a-z0-9]{12}$/)
    const path = join(folder, 'secrets/p')
    assert.is(readFileSync(path, 'utf8'), `${first}\n`)
    assert.is(statSync(path).mode & 0o777, 0o600)
    const again = createTemplar({ baseDirectory: folder })
    assert.is(again.evaluate("lookup('password', 'secrets/p')", scope), first)
  })
})

test('password with encrypt keeps its salt; with a seed it can be repeated; /dev/null keeps nothing', () => {
  ask(
    "[lookup('password', 'FOLDER/p encrypt=sha512_crypt'), lookup('password', 'FOLDER/p encrypt=sha512_crypt')]",
    (found, folder) => {
      const [one, two] = found as string[]
      assert.is(one, two)
      assert.match(String(one), /^\$6\$[./\w]{8}\$[./\w]{86}$/)
      assert.match(readFileSync(join(folder, 'p'), 'utf8'), /^\S{20} salt=\S{8}\n$/)
    },
  )
  ask(
    "[lookup('password', '/dev/null', seed='s'), lookup('password', '/dev/null', seed='s')]",
    (found, folder) => {
      const [one, two] = found as string[]
      assert.is(one, two)
      assert.is(existsSync(join(folder, 'dev')), false)
    },
  )
})

/** A web server in a process of its own, since the lookup holds this one up while it waits. */
async function withServer(run: (port: string, templar: Templar) => void): Promise<void> {
  const code = `const server = require('node:http').createServer((request, response) => {
    if (request.url === '/missing') { response.statusCode = 404; response.end('no') }
    else response.end('line 1\\n' + (request.headers.authorization ?? request.headers['x-own'] ?? 'none') + '\\n')
  }).listen(0, '127.0.0.1', () => console.log(server.address().port))`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const port = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data) => resolve(String(data).trim())),
    )
    run(port, createTemplar())
  } finally {
    child.kill()
  }
}

test('url gives lines or the whole text, sends headers and credentials, and fails on errors', () =>
  withServer((port, templar) => {
    const address = `http://127.0.0.1:${port}`
    assert.equal(templar.evaluate(`query('url', '${address}/')`, scope), ['line 1', 'none'])
    assert.is(templar.evaluate(`lookup('url', '${address}/', split_lines=false)`, scope), 'line 1\nnone\n')
    assert.is(templar.evaluate(`query('url', '${address}/', headers={'X-Own': 'h'})[1]`, scope), 'h')
    assert.is(
      templar.evaluate(`query('url', '${address}/', username='u', password='p')[1]`, scope),
      'Basic dTpw',
    )
    assert.throws(() => templar.evaluate(`lookup('url', '${address}/missing')`, scope), /404/)
  }))

test.run()
