import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openConnection } from '../../src/connection/index.ts'
import type { WriteStep } from '../../src/core/module.ts'
import type { ReadAhead, Shell } from '../../src/core/remote.ts'
import { applySteps } from '../../src/engine/apply.ts'

const test = suite('engine/upload')

/** Sends a file of so many bytes through a real shell, and counts how many pieces are on their way. */
async function send(size: number, spoil: (text: string) => boolean = () => false) {
  const folder = mkdtempSync(join(tmpdir(), 'upload-'))
  const [file, path] = [join(folder, 'source'), join(folder, 'target')]
  writeFileSync(file, 'the first line\n')
  truncateSync(file, size)
  const connection = await openConnection(
    {
      host: 'localhost',
      kind: 'local',
      address: 'localhost',
      hostKeys: [],
      connectTimeout: 10,
      shellExecutable: '/bin/sh',
    },
    { warn: () => {} },
  )
  const shell = await connection.shell(undefined)
  let [underway, most, pieces] = [0, 0, 0]
  const counted: Shell = {
    target: shell.target,
    request: (script, options) => shell.request(script, options),
    readAhead: (script) => {
      pieces += 1
      underway += 1
      most = Math.max(most, underway)
      const answer = spoil(script.text) ? async () => failure : shell.readAhead?.(script)
      const counting: ReadAhead = (options) => (answer as ReadAhead)(options).finally(() => void underway--)
      return answer && counting
    },
    close: () => shell.close(),
  }
  const told: string[] = []
  const step: WriteStep = { kind: 'write', label: 'write', path, content: { file }, mode: '0600' }
  const digest = (name: string) => createHash('sha256').update(readFileSync(name)).digest('hex')
  try {
    await applySteps(counted, [step], { onOutput: (_stream, chunk) => told.push(chunk.toString()) })
    return { same: digest(file) === digest(path), most, pieces, told: told.join('') }
  } finally {
    await connection.close()
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
