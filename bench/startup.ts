import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from '../test/lab/run.ts'
import { ensureNode } from '../test/nodes/install.ts'
import { NATIVE_NODE } from './contenders.ts'
import { measure } from './measure.ts'
import { writePlayscript } from './project.ts'

type Row = readonly [title: string, argv: readonly string[], cwd: string]

const COMMAND = 'node_modules/playscript/src/bin.js'
const LIST = ['playbook.ts', '--list-tasks']

// A play without tasks on this machine: what a run costs before it does anything.
const NOTHING = `import { playbook } from 'playscript'
export default playbook(import.meta, [{ name: 'Nothing', hosts: 'localhost', gather_facts: false }])
`

function playscriptRows(
  name: string,
  program: string,
  { project, sources }: { readonly project: string; readonly sources: string },
): readonly Row[] {
  return [
    [`\`${name} playbook.ts --help\``, [program, 'playbook.ts', '--help'], project],
    [`\`${name} playbook.ts --list-tasks\``, [program, ...LIST], project],
    [`\`${name}\`, a play without tasks`, [program, 'nothing.ts'], project],
    [`\`${name} playbook.ts --list-tasks\`, from the sources`, [program, ...LIST], sources],
    [`\`${name}\`, a play without tasks, from the sources`, [program, 'nothing.ts'], sources],
  ]
}

/** A folder with our playbook in which `playscript` is the repository: nothing is compiled. */
function writeSources(dir: string): string {
  mkdirSync(join(dir, 'node_modules'), { recursive: true })
  symlinkSync(resolve('.'), join(dir, 'node_modules', 'playscript'))
  for (const name of ['playbook.ts', 'roles', 'templates', 'vars'])
    cpSync(name, join(dir, name), { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{"type": "module"}\n')
  return dir
}

/** How long it takes until a program has told what it would do; the floor is what Node, and tsx, take for nothing. */
export async function benchStartup(rounds: number, say: (line: string) => void): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'pb-'))
  const project = join(dir, 'playscript')
  const twin = join(dir, 'ansible')
  try {
    await writePlayscript(project)
    cpSync(new URL('ansible', import.meta.url).pathname, twin, { recursive: true })
    const sources = writeSources(join(dir, 'sources'))
    for (const folder of [project, sources]) {
      writeFileSync(join(folder, 'empty.ts'), 'export {}\n')
      writeFileSync(join(folder, 'nothing.ts'), NOTHING)
    }
    const node = await ensureNode(NATIVE_NODE)
    const tsx = resolve('node_modules/.bin/tsx')
    const rows: readonly Row[] = [
      ['`node` of an empty file', [node, 'empty.ts'], project],
      ...playscriptRows('node', node, { project, sources }),
      ['`playscript run playbook.ts --list-tasks`', [node, COMMAND, 'run', ...LIST], project],
      ['`tsx` of an empty file', [tsx, 'empty.ts'], project],
      ...playscriptRows('tsx', tsx, { project, sources }),
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
