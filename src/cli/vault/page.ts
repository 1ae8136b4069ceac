import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Io } from '../io.ts'
import { writeOutput } from './streams.ts'

/** Shows a text: at a terminal with the program of $PAGER (`less` without it), else as it is. */
export async function page(content: Buffer, io: Io): Promise<void> {
  if (!io.terminal) return writeOutput(content, io)
  const env = { LESS: 'FRX', ...io.env }
  const child = spawn('/bin/sh', ['-c', io.env.PAGER || 'less'], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env,
  })
  // Who leaves the pager early has seen enough.
  child.stdin.on('error', () => {})
  child.stdin.end(content)
  const [code] = await once(child, 'close')
  // Exit code 127: there is no such program.
  if (code === 127) writeOutput(content, io)
}
