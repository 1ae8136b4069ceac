import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from '../test/lab/run.ts'
import { measure } from './measure.ts'
import { writePlayscript } from './project.ts'

/** How long it takes until a program has told what it would do; the floor is what Node, and tsx, take for nothing. */
export async function benchStartup(rounds: number, say: (line: string) => void): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'pb-'))
  const project = join(dir, 'playscript')
  const twin = join(dir, 'ansible')
  try {
    await writePlayscript(project)
    cpSync(new URL('ansible', import.meta.url).pathname, twin, { recursive: true })
    writeFileSync(join(project, 'empty.ts'), 'export {}\n')
    const tsx = resolve('node_modules/.bin/tsx')
    const inProcess = ['node', '--import', 'tsx']
    const rows: readonly (readonly [string, readonly string[], string])[] = [
      ['`node -e 0`', ['node', '-e', '0'], project],
      ['`tsx` of an empty file', [tsx, 'empty.ts'], project],
      ['`tsx playbook.ts --help`', [tsx, 'playbook.ts', '--help'], project],
      ['`tsx playbook.ts --list-tasks`', [tsx, 'playbook.ts', '--list-tasks'], project],
      [
        '`node --import tsx playbook.ts --list-tasks`',
        [...inProcess, 'playbook.ts', '--list-tasks'],
        project,
      ],
      ...((await run(['ansible-playbook', '--version'])).code === 0
        ? ([
            ['`ansible-playbook --help`', ['ansible-playbook', '--help'], twin],
            ['`ansible-playbook --list-tasks`', ['ansible-playbook', 'site.yml', '--list-tasks'], twin],
          ] as const)
        : []),
    ]
    const samples = rows.map((): { seconds: number; cpu: number }[] => [])
    for (let round = 0; round < rounds; round++) {
      for (const [index, [, argv, cwd]] of rows.entries()) {
        const { seconds, cpuSeconds } = await measure({ argv, cwd })
        samples[index]?.push({ seconds, cpu: cpuSeconds })
      }
    }
    const medians = samples.map((list) => ({
      seconds: median(list.map(({ seconds }) => seconds)),
      cpu: median(list.map(({ cpu }) => cpu)),
    }))
    const twinTime = medians.at(-1)?.seconds ?? 0
    const lines = rows.map(([title], index) => {
      const { seconds = 0, cpu = 0 } = medians[index] ?? {}
      return `| ${title} | ${seconds.toFixed(2)} | ${cpu.toFixed(2)} | ${(seconds / twinTime).toFixed(2)} |`
    })
    for (const line of lines) say(line)
    return `| program | wall s | CPU s | of the last one's wall time |\n|---|--:|--:|--:|\n${lines.join('\n')}\n`
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
