import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compareVersions } from '../../../src/modules/packages/debian-version.ts'

const versions = suite('versions of Debian packages')

const ASCENDING: readonly (readonly [string, string])[] = [
  ['1.0~rc1-1', '1.0-1'],
  ['1.0', '1.0-1'],
  ['1.9', '1.10'],
  ['9', '1:0.1'],
  ['1.0-1', '1.0-1+b1'],
  ['1.0-1~deb12u1', '1.0-1'],
  ['1.0a', '1.0b'],
  ['1.0a', '1.0+'],
  ['1.0~~', '1.0~'],
  ['2.36-9+deb12u9', '2.36-9+deb12u10'],
  ['1.2-3-1', '1.2-3-2'],
]
for (const [older, newer] of ASCENDING) {
  versions(`${older} is older than ${newer}`, () => {
    assert.ok(compareVersions(older, newer) < 0)
    assert.ok(compareVersions(newer, older) > 0)
    assert.is(compareVersions(older, older), 0)
  })
}

versions('leading zeros and a missing revision make no difference', () => {
  assert.is(compareVersions('1.010', '1.10'), 0)
  assert.is(compareVersions('1.0-0', '1.0'), 0)
  assert.is(compareVersions('0:1.0', '1.0'), 0)
})

versions.run()
