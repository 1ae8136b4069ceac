import { spawn } from 'node:child_process'
import { userInfo } from 'node:os'
import { quote, type Script } from '../../src/core/quote.ts'
import type { Shell, Target } from '../../src/core/remote.ts'
import { TARGET } from './module-harness.ts'

/**
 * A shell for module tests that need a particular interpreter or PATH: each request is a process of its own,
 * with the script on its stdin, as the engine's shells get it. It shares no code with them.
 */
export function plainShell(options: {
  readonly temp: string
  /** The interpreter; default `sh`. */
  readonly argv?: readonly string[]
  readonly path?: string
  readonly target?: Partial<Target>
}): Shell {
  const [command = 'sh', ...rest] = options.argv ?? ['sh']
  const env = { ...process.env, PATH: options.path ?? process.env.PATH ?? '/usr/bin:/bin' }
  const { uid, username, homedir } = userInfo()
  return {
    target: { ...TARGET, uid, user: username, home: homedir, temp: options.temp, ...options.target },
    request: (script: Script) =>
      new Promise((resolve, reject) => {
        const child = spawn(command, rest, { env, stdio: ['pipe', 'pipe', 'pipe'] })
        const out: Buffer[] = []
        const err: Buffer[] = []
        child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
        child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
        child.on('error', reject)
        child.on('close', (code) =>
          resolve({ code: code ?? 255, stdout: Buffer.concat(out), stderr: Buffer.concat(err) }),
        )
        child.stdin.end(`( eval ${quote(script.text)} ) </dev/null\n`)
      }),
    close: async () => {},
  }
}
