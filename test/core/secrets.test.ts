import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Secrets } from '../../src/core/secrets.ts'

const test = suite('secrets')
const secret = `p@ss'w "ord\n$1`

const spellings: readonly [string, string][] = [
  ['plain', secret],
  ['base64', Buffer.from(secret).toString('base64')],
  ['in a URL', encodeURIComponent(secret)],
  ['in JSON', JSON.stringify({ key: secret })],
  ['quoted for a shell', `'${secret.replaceAll("'", `'\\''`)}'`],
]
for (const [name, text] of spellings) {
  test(`a secret is masked ${name}`, () => {
    const secrets = new Secrets()
    secrets.add(secret)
    const masked = secrets.maskText(`before ${text} after`)
    assert.match(masked, /before .*\*{8}.* after/)
    assert.not.match(masked, /ord|cEBzcw/)
  })
}

test('a secret that begins like another leaves nothing of it', () => {
  const secrets = new Secrets()
  secrets.add('hunter')
  secrets.add('hunter2-long')
  assert.is(secrets.maskText('x hunter2-long y hunter z'), 'x ******** y ******** z')
})

// Pieces as they arrive; what may be shown after each, and in the end.
for (const [name, list, pieces, shown] of [
  ['a secret in two pieces', ['hunter2'], ['my hun', 'ter2!'], ['my ', '********!', '']],
  ['what only began like one', ['hunter2'], ['my hun', 'dred'], ['my ', 'hundred', '']],
  ['one letter a piece', ['abcd'], ['a', 'b', 'c', 'd', 'e'], ['', '', '', '', '********e', '']],
  ['the end of one is the beginning of another', ['abcd', 'cdef'], ['xabcd', 'y'], ['x', '********y', '']],
  ['output that ends with a secret', ['hunter2'], ['hunter2'], ['', '********']],
  ['a secret of several lines', ['key\n1\n2'], ['a\nkey\n', '1\n2\n'], ['a\n', '********\n', '']],
  ['no secrets', [], ['a', 'b'], ['a', 'b', '']],
] as const) {
  test(`live text: ${name}`, () => {
    const secrets = new Secrets()
    for (const secret of list) secrets.add(secret)
    const seen: string[] = []
    let rest = ''
    for (const piece of pieces) {
      const head = secrets.maskHead(rest + piece)
      seen.push(head.shown)
      rest = head.rest
    }
    assert.equal([...seen, secrets.maskText(rest)], shown)
  })
}

test('regular expression characters are only characters', () => {
  const secrets = new Secrets()
  secrets.add('a.*b(')
  assert.is(secrets.maskText('a.*b( aXXb('), '******** aXXb(')
})

test('very short values are left readable', () => {
  const secrets = new Secrets()
  secrets.add('abc')
  assert.is(secrets.maskText('abc abcd'), 'abc abcd')
})

test('values are masked in depth: keys, lists, maps; other objects are left alone', () => {
  const secrets = new Secrets()
  secrets.add({ token: 'tok-1234', list: ['tok-5678'] })
  const bytes = Buffer.from('tok-1234')
  const masked = secrets.mask({ 'tok-1234': ['x tok-5678'], map: new Map([['k', 'tok-1234']]), bytes, n: 1 })
  assert.equal(masked, {
    '********': ['x ********'],
    map: new Map([['k', '********']]),
    bytes,
    n: 1,
  } as never)
})

test.run()
