import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { shaCrypt } from '../../src/template/filters/sha-crypt.ts'
import { createTemplar } from '../../src/template/index.ts'
import { strftime, strptime } from '../../src/template/python/strftime.ts'
import { scopeOf } from './support/corpus.ts'

const test = suite('template filters')
const templar = createTemplar()
const scope = scopeOf({
  xs: [3, 1, 2],
  users: [
    { name: 'bob', age: 30, tags: ['a', 'b'] },
    { name: 'al', age: 20, tags: [] },
  ],
})

/** Filters that ansible-core 2.14 does not have, or whose result it draws. */
const answers: readonly (readonly [expression: string, value: unknown])[] = [
  ["users | json_query('[?age > `25`].name')", ['bob']],
  ["users | json_query('[].tags[]')", ['a', 'b']],
  ["users | community.general.json_query('[0].nope')", null],
  ['none | combine', {}],
  ['22 | shuffle', 22],
  ['[{"a": 1}, none] | combine({"b": 2})', { a: 1, b: 2 }],
  ["'key' | extract(nowhere) | default('a')", 'a'],
  ["'key' | extract({'key': {}}, ['sub', 'more']) | default('b')", 'b'],
  ["'/a/./b/../c' | normpath", '/a/c'],
  ["['/a/b/c', '/a/b/d'] | commonpath", '/a/b'],
  ["'a1b22' | regex_replace('\\\\d', '#', count=1)", 'a#b22'],
  ["'x' | ansible.builtin.upper", 'X'],
  ['xs | shuffle | sort', [1, 2, 3]],
  ['(100 | random) < 100', true],
  ['xs | random in xs', true],
  ["('pw' | password_hash('sha512')) is match('\\\\$6\\\\$[./\\\\w]{16}\\\\$[./\\\\w]{86}$')", true],
  ["'pw' | password_hash('sha512', 'salt') == 'pw' | password_hash('sha512', 'salt')", true],
  ["[['a', 1]] | community.general.dict", { a: 1 }],
]

for (const [expression, value] of answers) {
  test(expression, () => assert.equal(templar.evaluate(expression, scope), value))
}

const failures: readonly (readonly [expression: string, message: RegExp])[] = [
  ["users | json_query('[?')", /json_query '\[\?'/],
  ["'pw' | password_hash('bcrypt')", /'bcrypt' is not supported; use sha512 or sha256/],
  ["'pw' | password_hash('sha512', 'a:b')", /a salt has 1 to 16 characters/],
  ["'a' | hash('nope')", /unsupported hash type 'nope'/],
  ["'a' | regex_replace('(?x)a', '')", /verbose flag/],
  ["'a' | regex_replace('(?>a)', '')", /not supported/],
  ["'a' | regex_replace('(', '')", /'\(' is no valid regular expression/],
  ["'a' | regex_replace('a', '\\\\2')", /invalid group reference 2/],
  ["'aa' | regex_replace('a', 'b', mandatory_count=1)", /should match 1 times, but matches 2 times/],
  ["'hey' | to_uuid(namespace=22)", /must be a UUID/],
  ['[[{"a": 1}]] | combine', /expected dicts but got a list/],
  ["'1.0' is version('1.0', strict=False, version_type='loose')", /cannot be given both/],
  ['range(1, 2, 0)', /must not be zero/],
]

for (const [expression, message] of failures) {
  test(`${expression} is an error`, () => assert.throws(() => templar.evaluate(expression, scope), message))
}

/** What crypt(3) of glibc gives. */
const vectors: readonly (readonly [
  kind: 'sha256' | 'sha512',
  salt: string,
  rounds: number | undefined,
  password: string,
  hash: string,
])[] = [
  [
    'sha256',
    'saltstring',
    undefined,
    'Hello world!',
    '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
  ],
  [
    'sha256',
    'saltstringsaltst',
    10000,
    'Hello world!',
    '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
  ],
  ['sha256', 'a', 1000, '', '$5$rounds=1000$a$h8gEN0ODxYvLokgp44mp9FQeMZy0f9j01cbNDQnD727'],
  [
    'sha256',
    'roundstoolow',
    1400,
    'ü'.repeat(70),
    '$5$rounds=1400$roundstoolow$7Y59qPIacHQ7IqsOt5gIsuQI1UQZqWDfvgwU5X3QzY4',
  ],
  ['sha256', './', undefined, 'x'.repeat(129), '$5$./$BpdbQkzoBsDohk8I1b7dNdw0H5gGwXnSe8n6fdsemT9'],
  [
    'sha512',
    'saltstring',
    undefined,
    'Hello world!',
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'sha512',
    'saltstringsaltst',
    10000,
    'Hello world!',
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
  ],
  [
    'sha512',
    'a',
    1000,
    '',
    '$6$rounds=1000$a$q/ZSdy9IBSzcpbaIjdRTOu569QiYiP4n7Ab08Oq1Ir6J.GD1xR3BAwRIYHnavtE1Wzodknd9BxknlHhFBP/az1',
  ],
  [
    'sha512',
    'roundstoolow',
    1400,
    'ü'.repeat(70),
    '$6$rounds=1400$roundstoolow$ouuxkSJyDo8bHaVYTTvGOifoUi3.2bVX4BwFDP3545EMLVFSBnGfna8lITE40S5JD3aLquPz/lxxwufdNx2xF/',
  ],
  [
    'sha512',
    './',
    undefined,
    'x'.repeat(129),
    '$6$./$SJjEQ.iowGN6qT99Dtpej7/F4Vq3dEJ6jiivM9J9zzSTlRnHfL0khBOFmydHG.WySsNfmnbneVmuazRF4mf3m.',
  ],
]

for (const [kind, salt, rounds, password, hash] of vectors) {
  test(`${kind} crypt of ${password.length} characters with ${rounds ?? 'default'} rounds`, () =>
    assert.is(shaCrypt(password, kind, salt, rounds), hash))
}

const moment = new Date(Date.UTC(2024, 0, 1, 15, 4, 5, 678))
const directives: readonly (readonly [format: string, text: string])[] = [
  ['%Y-%m-%dT%H:%M:%S', '2024-01-01T15:04:05'],
  ['%a %A %b %B', 'Mon Monday Jan January'],
  ['%I:%M %p %y %e %j', '03:04 PM 24  1 001'],
  ['%G-W%V-%u %U %W %w', '2024-W01-1 00 01 1'],
  ['%F %T %D %R', '2024-01-01 15:04:05 01/01/24 15:04'],
  ['%s %f %z %Z %%', '1704121445 678000 +0000 UTC %'],
  ['%-d %-m', '1 1'],
]

for (const [format, text] of directives) {
  test(`strftime ${format}`, () => assert.is(strftime(format, moment, 'UTC'), text))
}

test('strptime reads what strftime writes', () => {
  for (const format of ['%Y-%m-%d %H:%M:%S', '%d/%b/%Y:%H:%M:%S', '%B %d %Y %I:%M:%S %p', '%s']) {
    assert.is(strptime(strftime(format, moment, 'UTC'), format), Date.UTC(2024, 0, 1, 15, 4, 5), format)
  }
  assert.throws(() => strptime('x', '%Y'), /does not match format/)
})

test.run()
