import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { layersOf, type Sources } from '../../src/vars/precedence.ts'
import { createScope } from '../../src/vars/scope.ts'

const test = suite('precedence')

// From weak to strong: each row must win over all rows before it.
const rows: readonly [string, (value: string) => Sources][] = [
  ['role defaults', (v) => ({ roleDefaults: [{ x: v }] })],
  ['group vars of the inventory file', (v) => ({ inventoryGroupVars: [{ x: v }] })],
  ['group_vars/all', (v) => ({ groupVarsAll: [{ x: v }] })],
  ['group_vars/*', (v) => ({ groupVars: [{ x: v }] })],
  ['host vars of the inventory file', (v) => ({ inventoryHostVars: [{ x: v }] })],
  ['host_vars/*', (v) => ({ hostVars: [{ x: v }] })],
  ['facts', (v) => ({ facts: { x: v } })],
  ['play vars', (v) => ({ playVars: { x: v } })],
  ['vars_prompt', (v) => ({ varsPrompt: { x: v } })],
  ['vars_files', (v) => ({ varsFiles: [{ x: v }] })],
  ['role vars', (v) => ({ roleVars: [{ x: v }] })],
  ['block and task vars', (v) => ({ blockAndTaskVars: [{ x: v }] })],
  ['include_vars', (v) => ({ includeVars: { x: v } })],
  ['registered results', (v) => ({ registered: { x: v } })],
  ['role parameters', (v) => ({ roleParams: [{ x: v }] })],
  ['include parameters', (v) => ({ includeParams: [{ x: v }] })],
  ['the loops of includes', (v) => ({ includeLoops: [{ x: v }] })],
  ['extra vars', (v) => ({ extraVars: { x: v } })],
  ["the task's loop", (v) => ({ loop: { x: v } })],
  ['magic variables', (v) => ({ magic: { x: v } })],
]
for (const [index, [name]] of rows.entries()) {
  test(`${name} win over everything weaker`, () => {
    const sources = Object.assign({}, ...rows.slice(0, index + 1).map(([row, make]) => make(row)))
    assert.is(createScope(layersOf(sources), (value) => value).get('x'), name)
  })
}

test('within a list the later wins', () => {
  const scope = createScope(layersOf({ groupVars: [{ x: 1, y: 1 }, { x: 2 }] }), (value) => value)
  assert.equal([scope.get('x'), scope.get('y')], [2, 1])
})

test('what hosts report and what was registered is never rendered', () => {
  const render = () => assert.unreachable('host data was rendered')
  const scope = createScope(layersOf({ facts: { a: '{{ 7*7 }}' }, registered: { b: '{{ 7*7 }}' } }), render)
  assert.equal([scope.get('a'), scope.get('b')], ['{{ 7*7 }}', '{{ 7*7 }}'])
})

test.run()
