import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createRoom } from '../../src/engine/room.ts'

const test = suite('room for connections')

/** A room under a limit of open files, whose connections close when they are told. */
function roomOf(limit: number | undefined) {
  const open = new Map<string, number>()
  const evicted: string[] = []
  const said: (readonly number[])[] = []
  let asked = 0
  const room = createRoom({
    limit: () => {
      asked += 1
      return limit
    },
    tight: (...numbers) => said.push(numbers),
    evict: async (key) => {
      await Promise.resolve()
      open.delete(key)
      evicted.push(key)
    },
    random: () => 0,
  })
  /** A task: opens what it needs, works for a moment, and releases it. */
  const work = async (key: string, descriptors: number, part = ''): Promise<void> => {
    const holder = {}
    await room.enter(key, part, descriptors, holder)
    assert.not.ok(evicted.at(-1) === key && open.has(key))
    open.set(key, descriptors)
    await new Promise(setImmediate)
    assert.ok(open.has(key), `${key} was closed while it was used`)
    room.release(holder)
  }
  const descriptors = () => [...open.values()].reduce((sum, one) => sum + one, 0)
  return { room, work, evicted, said, descriptors, asked: () => asked }
}

test('few connections do not ask for the limit', async () => {
  const { work, evicted, asked } = roomOf(1)
  for (let n = 0; n < 8; n++) await work(`host-${n}`, 3)
  assert.is(asked(), 0)
  assert.equal(evicted, [])
})

test('without a limit nothing is closed', async () => {
  const { work, evicted } = roomOf(undefined)
  for (let n = 0; n < 500; n++) await work(`host-${n}`, 1)
  assert.equal(evicted, [])
})

for (const descriptors of [1, 3]) {
  test(`300 hosts of ${descriptors} descriptors stay below a limit of 256, twenty at a time`, async () => {
    const { work, evicted, said, descriptors: open } = roomOf(256)
    let most = 0
    const pending = Array.from({ length: 900 }, (_, n) => `host-${n % 300}`)
    const worker = async (): Promise<void> => {
      for (let key = pending.shift(); key !== undefined; key = pending.shift()) {
        await work(key, descriptors)
        most = Math.max(most, open())
      }
    }
    await Promise.all(Array.from({ length: 20 }, worker))
    assert.ok(most <= 160 && most > 150, String(most))
    assert.ok(evicted.length > 0)
    assert.equal(said, [[256, 160]])
  })
}

test('more tasks than there is room for wait for one another', async () => {
  const { work, descriptors } = roomOf(80)
  await Promise.all(Array.from({ length: 100 }, (_, n) => work(`host-${n}`, 3)))
  assert.ok(descriptors() <= 28)
})

test('one connection of several users counts for each, and is not closed while one of them works', async () => {
  const { room, evicted } = roomOf(40)
  const [first, second, other] = [{}, {}, {}]
  await room.enter('a', 'root', 12, first)
  await room.enter('a', 'web', 12, second)
  assert.not.ok(room.fits('b', '', 3))
  assert.ok(room.fits('a', 'web', 12))
  room.release(first)
  const waits = room.enter('b', '', 3, other).then(() => 'entered')
  assert.is(await Promise.race([waits, new Promise((resolve) => setImmediate(resolve, 'waits'))]), 'waits')
  room.release(second)
  assert.is(await waits, 'entered')
  assert.equal(evicted, ['a'])
})

test('closing lets everybody go', async () => {
  const { room } = roomOf(40)
  await room.enter('a', '', 24, {})
  const waits = room.enter('b', '', 24, {})
  room.close()
  await waits
})

test.run()
