import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WriteStep } from '../../src/core/module.ts'
import type { Shell } from '../../src/core/remote.ts'
import { applySteps } from '../../src/engine/apply.ts'
import { system } from '../helpers/local-shells.ts'

const test = suite('engine/upload')

/** Sends a file of so many bytes through a real shell, and counts how many pieces are on their way. */
async function send(size: number, spoil: (text: string) => boolean = () => false) {
  const folder = mkdtempSync(join(tmpdir(), 'upload-'))
  const [file, path] = [join(folder, 'source'), join(folder, 'target')]
  writeFileSync(file, 'the first line\n')
  truncateSync(file, size)
  const told: string[] = []
  let underway = 0
  let most = 0
  let pieces = 0
  const counted = (shell: Shell): Shell => ({
    ...shell,
    target: shell.target,
    readAhead: (script) => {
      pieces += 1
      underway += 1
      most = Math.max(most, underway)
      const answer = spoil(script.text) ? async () => failure : shell.readAhead?.(script)
      return answer && ((options) => answer(options).finally(() => void underway--))
    },
  })
  const step: WriteStep = { kind: 'write', label: 'write', path, content: { file }, mode: '0600' }
  const digest = (name: string) => createHash('sha256').update(readFileSync(name)).digest('hex')
  const onOutput = (_stream: string, chunk: Buffer) => void told.push(chunk.toString())
  try {
    await system.use(async (shell) => void (await applySteps(counted(shell), [step], { onOutput })))
    return { same: digest(file) === digest(path), most, pieces, told: told.join('') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const failure = { code: 1, stdout: Buffer.alloc(0), stderr: Buffer.from('No space left on device') }

test('a large file goes in pieces, a few at a time, and each tenth is told', async () => {
  const { same, most, pieces, told } = await send(21_000_000)
  assert.ok(same)
  assert.ok(pieces > 10)
  assert.ok(most > 1 && most <= 4, String(most))
  assert.match(told, /^sent 10 % of 21 MB\n.*sent 100 % of 21 MB\n$/s)
})

test('what is sent at once tells nothing', async () => {
  const { same, told } = await send(2_000_000)
  assert.ok(same)
  assert.is(told, '')
})

test('a piece that cannot be written ends it', async () => {
  let count = 0
  try {
    await send(5_000_000, () => ++count === 3)
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /upload failed: No space left/)
  }
})

test.run()
