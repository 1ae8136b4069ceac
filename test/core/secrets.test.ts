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
