import { execa } from 'execa'
import type { ExecOptions, Outcome } from './types.ts'

/** Runs a command and returns what it gave; a missing program is code 127 as in a shell. */
export async function run(argv: readonly string[], options: ExecOptions = {}): Promise<Outcome> {
  const [file = '', ...args] = argv
  const result = await execa(file, args, { reject: false, stripFinalNewline: false, input: '', ...options })
  const { stdout, stderr } = result
  if (result.exitCode !== undefined) return { code: result.exitCode, stdout, stderr }
  const reason = result.code === 'ENOENT' ? `${file}: not found` : result.shortMessage
  return {
    code: result.code === 'ENOENT' ? 127 : 128,
    stdout: stdout ?? '',
    stderr: `${stderr ?? ''}${reason}\n`,
  }
}

/** Like `run`, but a failure throws with the command and its words; returns stdout. */
export async function must(argv: readonly string[], options: ExecOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options)
  if (code === 0) return stdout
  throw new Error(`lab: ${argv.join(' ')} ended with ${code}: ${(stderr || stdout).trim()}`)
}

/** Asks `check` again every `everyMs` until it is true; false when `timeoutMs` is over. */
export async function until(
  check: () => boolean | Promise<boolean>,
  { timeoutMs, everyMs = 50 }: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<boolean> {
  const end = performance.now() + timeoutMs
  for (;;) {
    if (await check()) return true
    if (performance.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
