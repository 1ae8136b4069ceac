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

test('vars holds what a task sees, rendered when it is asked for', async () => {
  const play = {
    vars: { port_db: 1, port_web: '{{ port_db + 1 }}', broken: '{{ nowhere }}', kind: 'web' },
    tasks: [
      { name: 'one', debug: { msg: "{{ vars['port_' ~ kind] }}" }, vars: { kind: 'db' } },
      { name: 'rendered', debug: { msg: "{{ vars['port_web'] }}" } },
      {
        name: 'all',
        debug: { msg: "{{ vars | dict2items | map(attribute='key') | select('eq', 'vars') | list }}" },
      },
      {
        name: 'data',
        set_fact: { said: '{{ shown }}' },
        vars: { shown: { __ansible_unsafe: '{{ port_db }}' } },
      },
      { name: 'kept', debug: { msg: '{{ vars.said }}' } },
    ],
  }
  const { fields } = await runPlaybook([play], { hosts: ['one'] })
  assert.is(fields('one').msg, 1)
  assert.is(fields('rendered').msg, 2)
  assert.equal(fields('all').msg, [])
  assert.is(fields('kept').msg, '{{ port_db }}')
})

test.run()
