import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nearest } from '../../src/core/suggest.ts'

const test = suite('suggest')
const known = ['certbot', 'cilium', 'static-web-server', 'notify']

const cases: readonly [string, string | undefined][] = [
  ['certbt', 'certbot'],
  ['Cilium', 'cilium'],
  ['static-webserver', 'static-web-server'],
  ['notfy', 'notify'],
  ['completely-else', undefined],
]
for (const [word, expected] of cases) {
  test(`${word}: ${expected ?? 'nothing is near'}`, () => assert.is(nearest(word, known), expected))
}

test('nothing is near nothing', () => assert.is(nearest('x', []), undefined))

test.run()
