import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  editKeys,
  formatKey,
  type Key,
  parseKey,
  parseOptions,
} from '../../../src/modules/authorized-key/keys.ts'

const test = suite('lines of authorized_keys')

const ONE = 'ssh-ed25519 AAAAone kim@home'
const TWO = 'from="10.0.0.0/8,!10.1.0.0/16",command="/bin/echo hi there",no-pty ssh-rsa AAAAtwo lee at work'
const key = (line: string) => parseKey(line) as Key

test('a key is read with its options, whatever blanks are in their quotes', () => {
  assert.equal(key(ONE), { options: [], type: 'ssh-ed25519', base64: 'AAAAone', comment: 'kim@home' })
  assert.equal(key(TWO), {
    options: [
      ['from', '"10.0.0.0/8,!10.1.0.0/16"'],
      ['command', '"/bin/echo hi there"'],
      ['no-pty', undefined],
    ],
    type: 'ssh-rsa',
    base64: 'AAAAtwo',
    comment: 'lee at work',
  })
  assert.is(formatKey(key(TWO)), TWO)
  assert.equal(parseOptions('no-pty,environment="A=1,2"'), [
    ['no-pty', undefined],
    ['environment', '"A=1,2"'],
  ])
})

test('what is no key is none', () => {
  for (const line of ['', '# ssh-rsa AAAA', 'nonsense', 'ssh-rsa']) assert.is(parseKey(line), undefined)
})

const wish = (more: Partial<Parameters<typeof editKeys>[1]>) => ({
  keys: [],
  state: 'present' as const,
  exclusive: false,
  ...more,
})
const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('')
const OTHER = ONE.replace('kim@home', 'kim@work')

const CASES: readonly (readonly [string, Partial<Parameters<typeof editKeys>[1]>, string, string])[] = [
  ['a key that is there', { keys: [key(ONE)] }, text('# c', ONE, TWO), text('# c', ONE, TWO)],
  ['a new key', { keys: [key(TWO)] }, text('# c', ONE), text('# c', ONE, TWO)],
  ['the first keys', { keys: [key(ONE), key(TWO)] }, '', text(ONE, TWO)],
  ['another comment', { keys: [key(OTHER)] }, text(ONE, TWO), text(TWO, OTHER)],
  [
    'other options',
    { keys: [{ ...key(ONE), options: [['no-pty', undefined]] }] },
    text(ONE),
    text(`no-pty ${ONE}`),
  ],
  ['a file that was not ended', { keys: [key(TWO)] }, ONE, text(ONE, TWO)],
  [
    'a key goes, whatever its comment',
    { keys: [key(OTHER)], state: 'absent' },
    text('', ONE, TWO),
    text('', TWO),
  ],
  ['a key that is not there', { keys: [key(ONE)], state: 'absent' }, text(TWO), text(TWO)],
  ['no other keys, and no comments', { keys: [key(ONE)], exclusive: true }, text('# c', TWO, ONE), text(ONE)],
  [
    'only those keys already',
    { keys: [key(ONE), key(TWO)], exclusive: true },
    text(ONE, TWO),
    text(ONE, TWO),
  ],
]
for (const [name, more, before, after] of CASES) {
  test(name, () => {
    assert.is(editKeys(before, wish(more)), after)
    assert.is(editKeys(after, wish(more)), after)
  })
}

test('the order of options says nothing, that of several with one name does', () => {
  const line = 'permitopen="a:1",permitopen="b:2",no-pty ssh-rsa AAAA c'
  const turned = 'no-pty,permitopen="a:1",permitopen="b:2" ssh-rsa AAAA c'
  assert.is(editKeys(text(line), wish({ keys: [key(turned)] })), text(line))
})

test.run()
