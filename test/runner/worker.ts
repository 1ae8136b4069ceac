import { resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { restore, surroundings } from './leftovers.ts'

// A process that runs the test files its parent names, one after another: what they all import is loaded once.
// Nothing here catches what a file's own process would not survive: the parent sees that this one ended.

declare global {
  // What uvu asks for and offers for running the tests of several files: https://github.com/lukeed/uvu
  var UVU_DEFER: number
  var UVU_QUEUE: (string | null | (() => unknown))[][]
}

globalThis.UVU_DEFER = 1
const { exec } = await import('uvu')

async function runFile(file: string): Promise<number> {
  const before = surroundings()
  process.exitCode = 0
  globalThis.UVU_QUEUE.splice(0, Number.POSITIVE_INFINITY, [null])
  try {
    await import(pathToFileURL(resolve(file)).href)
    await exec()
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  }
  // A rejection that nobody handles ends the process now, while it is known whose it was.
  await setImmediate()
  const left = restore(before)
  for (const one of left)
    console.error(`${file}: after the tests ${one}; restore it, or mark the file as alone`)
  const exitCode = left.length > 0 ? 1 : Number(process.exitCode)
  process.exitCode = 0
  return exitCode
}

process.on('message', async (file: string) => {
  // If a file waits for what never comes, its process ends, as it would without a parent.
  process.channel?.unref()
  const exitCode = await runFile(file)
  process.channel?.ref()
  process.send?.(exitCode)
})
