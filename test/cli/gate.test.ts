import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createGate } from '../../src/cli/gate.ts'
import type { Io } from '../../src/cli/io.ts'
import type { LoadedPlay } from '../../src/playbook/model.ts'

const test = suite('gate')
const io = {} as Io
const task = (name: string) => ({ kind: 'task', name, action: 'ping', block: [] })
const plays = [{ sections: [[task('one'), task('two things')]] }] as unknown as readonly LoadedPlay[]
const label = (name: string) => ({ name, module: 'ping', handler: false, no_log: false })

test('without flags there is no gate', () => {
  assert.is(createGate({}, plays, io), undefined)
})

for (const startAt of ['two things', 'two*', 't?o things']) {
  test(`--start-at-task '${startAt}' leaves out what is before`, async () => {
    const gate = createGate({ startAt }, plays, io)
    const ran = []
    for (const name of ['role : one', 'role : two things', 'after'])
      if (await gate?.(label(name))) ran.push(name)
    assert.equal(ran, ['role : two things', 'after'])
  })
}

test('a name that no task has is a usage error', () => {
  assert.throws(
    () => createGate({ startAt: 'tow things' }, plays, io),
    /no task is named 'tow things'; did you mean 'two things'/,
  )
})

test.run()
