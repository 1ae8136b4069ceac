import { join, resolve } from 'node:path'
import { execa } from 'execa'
import type { Lab } from '../lab/index.ts'

/** What one run of a playbook printed, read back. */
export interface PlaybookRun {
  readonly exitCode: number
  readonly output: string
  /** `status task` in order, handlers as `status HANDLER task`. */
  readonly results: readonly string[]
  /** The tasks that changed something, handlers among them. */
  readonly changed: readonly string[]
  /** The recap's counts for a host. */
  recap(host: string): Readonly<Record<string, number>>
}

const tsx = resolve('node_modules/.bin/tsx')

/** Runs `tsx playbook.ts` (of this project, unless another folder is given) with flags, as a person would. */
export async function runPlaybook(
  argv: readonly string[],
  cwd: string = process.cwd(),
): Promise<PlaybookRun> {
  const { exitCode, all } = await execa(tsx, ['playbook.ts', ...argv], {
    cwd,
    reject: false,
    all: true,
    stdin: 'ignore',
  })
  const output = all ?? ''
  const results: string[] = []
  let task = ''
  for (const line of output.split('\n')) {
    const [, kind, name] = /^(TASK|RUNNING HANDLER) \[(.*)\] \*+$/.exec(line) ?? []
    if (name !== undefined) task = `${kind === 'TASK' ? '' : 'HANDLER '}${name.replace(/^k8s : /, '')}`
    const status = /^(ok|changed|skipping|fatal): \[/.exec(line)?.[1]
    if (status !== undefined) results.push(`${status} ${task}`)
  }
  const changed = results.filter((result) => result.startsWith('changed ')).map((result) => result.slice(8))
  return { exitCode: exitCode ?? -1, output, results, changed, recap: (host) => recapOf(output, host) }
}

function recapOf(output: string, host: string): Readonly<Record<string, number>> {
  const line = output.split('\n').find((one) => one.startsWith(`${host} `) && one.includes(' : ok=')) ?? ''
  return Object.fromEntries(
    [...line.matchAll(/(\w+)=(\d+)/g)].map(([, name = '', count]) => [name, Number(count)]),
  )
}

/** The flags that point the tutorial's playbook at the lab. */
export function labFlags(lab: Lab): readonly string[] {
  return ['-i', join(lab.paths.inventory), '-e', `@${lab.paths.vars}`, '--limit', 'k3s-cluster']
}
