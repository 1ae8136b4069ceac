import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endAfter } from '../../src/engine/end-after.ts'

const test = suite('engine/end-after')

const run = new AbortController()

// Nobody holds the signal: only what listens to it.
const reasonOf = (seconds: number, outer: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    const signal = endAfter(seconds, outer)
    signal.addEventListener('abort', () => resolve(signal.reason))
  })

test('it ends when the time is over, also when garbage was collected meanwhile', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const reason = reasonOf(0.05, run.signal)
  const alive = setInterval(collect, 5)
  assert.is(((await reason) as DOMException).name, 'TimeoutError')
  clearInterval(alive)
})

test('it ends with the run', async () => {
  const outer = new AbortController()
  const reason = reasonOf(600, outer.signal)
  outer.abort(new Error('interrupted'))
  assert.match(String(await reason), /interrupted/)
  assert.match(String(endAfter(600, outer.signal).reason), /interrupted/)
})

test.run()
