import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Variables } from '../../src/core/scope.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/hostvars')
const ENOUGH = 2000

// Counts what a serialiser would come to, and gives up where one would go on until the memory is full.
function sizeOf(value: unknown, left = ENOUGH): number {
  if (typeof value !== 'object' || value === null) return 1
  let size = 1
  for (const inner of Object.values(value)) {
    if (size >= left) break
    size += sizeOf(inner, left - size)
  }
  return size
}

for (const [name, keywords] of [
  ['hostvars', {}],
  ['ansible_delegated_vars', { delegate_to: 'two' }],
] as const) {
  test(`going through the variables of a host in ${name} ends: they do not lead back to all hosts`, async () => {
    const size = (variables: Variables) => sizeOf((variables[name] as Variables).two)
    const json = { name: 'json', debug: { msg: `{{ ${name}.two | to_json | from_json }}` } }
    const hosts = ['one', 'two', 'three']
    const counted = await runPlaybook([{ tasks: [{ name: 'size', debug: { msg: size }, ...keywords }] }], {
      hosts,
    })
    const found = Number(counted.fields('size').msg)
    assert.ok(found < ENOUGH, `${found} values and more`)
    const written = await runPlaybook([{ tasks: [{ ...json, ...keywords }] }], { hosts })
    assert.is(sizeOf(written.fields('json').msg), found)
  })
}

test.run()
