import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a command took. */
export interface Measurement {
  readonly seconds: number
  /** Of all its processes, also of those that it left behind. */
  readonly cpuSeconds: number
  /** Most anonymous memory that its processes had together, in megabytes: looked at 20 times a second. */
  readonly megabytes: number
  readonly output: string
}

export interface Command {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeout?: number
}

const mount = '/sys/fs/cgroup'
const unified = existsSync(join(mount, 'cgroup.controllers'))
const name = `playscript-bench-${process.pid}`
const groups = unified ? [join(mount, name)] : ['cpuacct', 'memory'].map((kind) => join(mount, kind, name))

const number = (file: string, pattern: RegExp): number =>
  Number(pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? 0)

const cpuSeconds = (): number =>
  unified
    ? number(join(mount, name, 'cpu.stat'), /^usage_usec (\d+)/m) / 1e6
    : number(join(mount, 'cpuacct', name, 'cpuacct.usage'), /(\d+)/) / 1e9

const megabytes = (): number =>
  (unified
    ? number(join(mount, name, 'memory.stat'), /^anon (\d+)/m)
    : number(join(mount, 'memory', name, 'memory.stat'), /^total_rss (\d+)/m)) / 1e6

/**
 * Runs a command in control groups of its own and tells what it took. What it leaves running (the masters of ssh's
 * ControlPersist) is ended, so that the next command starts with no connection open.
 * @throws when it does not end well, with what it printed
 */
export async function measure({ argv, cwd, env, timeout = 900 }: Command): Promise<Measurement> {
  for (const group of groups) mkdirSync(group, { recursive: true })
  const log = join(cwd, 'output.log')
  writeFileSync(log, '')
  const stream = openSync(log, 'a')
  const enter = 'for group in $1; do echo $$ >"$group/cgroup.procs"; done; shift; exec "$@"'
  let peak = 0
  const before = cpuSeconds()
  const started = performance.now()
  const child = spawn('sh', ['-c', enter, 'sh', groups.join(' '), ...argv], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', stream, stream],
  })
  const look = setInterval(() => {
    peak = Math.max(peak, megabytes())
  }, 50)
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout * 1000)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  const seconds = (performance.now() - started) / 1000
  clearInterval(look)
  clearTimeout(timer)
  await endProcesses()
  const result = {
    seconds,
    cpuSeconds: cpuSeconds() - before,
    megabytes: peak,
    output: readFileSync(log, 'utf8'),
  }
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${result.output.slice(-3000)}`)
  return result
}

async function endProcesses(): Promise<void> {
  const [group = ''] = groups
  for (let turn = 0; turn < 100; turn++) {
    const left = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
    if (left.length === 0) return
    for (const pid of left) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It ended in between.
      }
    }
    await sleep(10)
  }
}

/** Removes the control groups. */
export function endMeasuring(): void {
  for (const group of groups) if (existsSync(group)) rmdirSync(group)
}
