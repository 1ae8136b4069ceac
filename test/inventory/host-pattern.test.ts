import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { expandHosts } from '../../src/inventory/host-pattern.ts'

const test = suite('host ranges')

const CASES: readonly (readonly [pattern: string, names: string, port?: number])[] = [
  ['web', 'web'],
  ['web:2222', 'web', 2222],
  ['10.0.0.1:22', '10.0.0.1', 22],
  ['h[1:3]', 'h1 h2 h3'],
  ['h[01:10:3].x', 'h01.x h04.x h07.x h10.x'],
  ['h[08:11]', 'h08 h09 h10 h11'],
  ['h[:3]', 'h0 h1 h2 h3'],
  ['h[9:11]', 'h9 h10 h11'],
  ['h[a:c]', 'ha hb hc'],
  ['h[a:e:2]-[1:2]', 'ha-1 ha-2 hc-1 hc-2 he-1 he-2'],
  ['h[x:B]', 'hx hy hz hA hB'],
  ['h[1:2]:2200', 'h1 h2', 2200],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:2200', '2001:db8::1', 2200],
  ['::1', '::1'],
  ['h:22x', 'h:22x'],
]

for (const [pattern, names, port] of CASES) {
  test(`${pattern} is ${names}${port === undefined ? '' : ` at port ${port}`}`, () => {
    assert.equal(expandHosts(pattern), { names: names.split(' '), port })
  })
}

const ERRORS: readonly (readonly [pattern: string, message: RegExp])[] = [
  ['h[1:', /a '\[' without a '\]'/],
  ['h[1:]', /is not a range/],
  ['h[1]', /is not a range/],
  ['h[1:2:3:4]', /is not a range/],
  ['h[3:1]', /must go up/],
  ['h[c:a]', /must go up/],
  ['h[x:2]', /must go up, from a to z/],
  ['h[1:x]', /mixes numbers and letters/],
  ['h[001:3]', /same number of digits/],
  ['h[1:3:0]', /step .* above 0/],
  ['h[1:3:-1]', /step .* above 0/],
  ['h[1:9999999]', /more than 1000000 hosts/],
  ['h[1:9999][1:9999]', /more than 1000000 hosts/],
  ['h:70000', /port 70000 .* between 1 and 65535/],
]

for (const [pattern, message] of ERRORS) {
  test(`${pattern} is refused`, () => {
    assert.throws(() => expandHosts(pattern), message)
  })
}

test.run()
