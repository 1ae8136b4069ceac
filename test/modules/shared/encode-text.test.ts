import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encodeText } from '../../../src/modules/shared/encode-text.ts'

const test = suite('modules/shared/encode-text')

for (const [encoding, text, hex] of [
  ['utf-8', 'é€', 'c3a9e282ac'],
  ['UTF8', 'é', 'c3a9'],
  ['windows-1252', 'é€', 'e980'],
  ['cp1252', '€', '80'],
  ['latin-1', 'é', 'e9'],
  ['iso8859_15', '€', 'a4'],
  ['koi8-r', 'ю', 'c0'],
  ['ascii', 'a', '61'],
  ['utf-16', 'a', 'fffe6100'],
  ['utf_16_be', 'a', '0061'],
] as const) {
  test(`${text} in ${encoding}`, () => assert.is(encodeText(text, encoding).toString('hex'), hex))
}

test('a character that is not in it, and an encoding that is none, are refused', () => {
  assert.throws(() => encodeText('a€', 'latin-1'), /latin-1 has no character "€"/)
  assert.throws(() => encodeText('€', 'ascii'), /ascii has no character/)
  for (const name of ['utf-7', 'shift_jis', 'x'])
    assert.throws(() => encodeText('a', name), /is not known here/)
})

test.run()
