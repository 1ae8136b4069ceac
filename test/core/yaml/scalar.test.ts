import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { repr } from '../../../src/core/values/text.ts'
import { PyFloat } from '../../../src/core/values/types.ts'
import { resolvePlain } from '../../../src/core/yaml/scalar.ts'

const test = suite('YAML 1.1 scalars')

// Each pair was checked against ansible-inventory.
const CASES: readonly (readonly [text: string, value: unknown])[] = [
  ['yes', true],
  ['No', false],
  ['on', true],
  ['OFF', false],
  ['true', true],
  ['y', 'y'],
  ['n', 'n'],
  ['yEs', 'yEs'],
  ['~', null],
  ['null', null],
  ['', null],
  ['nUll', 'nUll'],
  ['12', 12],
  ['+12', 12],
  ['-12', -12],
  ['-0', 0],
  ['1_000', 1000],
  ['012', 10],
  ['0o12', '0o12'],
  ['089', '089'],
  ['0x1F', 31],
  ['0b101', 5],
  ['1:30', 90],
  ['190:20:30.15', 685230.15],
  ['1e3', '1e3'],
  ['1.5e3', '1.5e3'],
  ['1.5e+3', new PyFloat(1500)],
  ['.5', 0.5],
  ['1.', new PyFloat(1)],
  ['-0.0', new PyFloat(-0)],
  ['1_0:30.', new PyFloat(630)],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['2026-01-01', '2026-01-01'],
  ['1.2.3', '1.2.3'],
  ['10.0.0.1', '10.0.0.1'],
  ['12345678901234567890', 12345678901234567890n],
  ['-0xffffffffffffffff', -18446744073709551615n],
  ['0644', 420],
]

for (const [text, value] of CASES) {
  test(`${JSON.stringify(text)} is ${String(value)}`, () => {
    const read = resolvePlain(text)
    assert.equal(read, value)
    assert.is(repr(read), repr(value))
  })
}

test('.nan is not a number', () => {
  assert.is(Number.isNaN(resolvePlain('.nan')), true)
})

test.run()
