import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { type Lab, startLab } from '../test/lab/index.ts'

// How long runs take on a host of the lab, as the median of some rounds. Times depend on the machine: compare rows of one
// run with one another.

const tsx = resolve('node_modules/.bin/tsx')
const ROUNDS = 3

interface Row {
  readonly work: string
  readonly seconds: number
}

async function measure(work: string, argv: readonly string[], cwd: string, rounds = ROUNDS): Promise<Row> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    const [file = '', ...args] = argv
    const { exitCode, all } = await execa(file, args, {
      cwd,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 300_000,
    })
    if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with exit code ${exitCode}\n${all}`)
    times.push((performance.now() - started) / 1000)
  }
  times.sort((a, b) => a - b)
  return { work, seconds: times[Math.floor(times.length / 2)] ?? 0 }
}

const micro = `import { playbook } from 'playscript'
const tasks = Array.from({ length: 50 }, (_, n) => [
  { file: { path: \`/root/bench/\${n}\`, state: 'directory' as const } },
  { copy: { content: \`\${n}\\n\`, dest: \`/root/bench/\${n}/file\` } },
]).flat()
export default playbook(import.meta, [{ name: 'Micro', hosts: 'k8s', gather_facts: false, become: true, tasks }])
`

async function bench(lab: Lab, dir: string): Promise<readonly Row[]> {
  writeFileSync(join(dir, 'playbook.ts'), micro)
  writeFileSync(join(dir, 'empty.ts'), 'export {}\n')
  writeFileSync(join(dir, 'package.json'), '{"type": "module"}')
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(resolve('.'), join(dir, 'node_modules', 'playscript'))
  const inLab = (argv: readonly string[]) =>
    lab.command([tsx, 'playbook.ts', '-i', lab.paths.inventory, '-e', `@${lab.paths.vars}`, ...argv])
  const here = process.cwd()
  return [
    await measure('start-up: tsx of an empty file', [tsx, join(dir, 'empty.ts')], here),
    await measure('start-up: --list-tasks', [tsx, 'playbook.ts', '--list-tasks'], here),
    await measure('k8s role, first converge', inLab([]), here, 1),
    await measure('k8s role, converged', inLab([]), here),
    await measure('k8s role, --check --diff', inLab(['--check', '--diff']), here),
    await measure('100 small tasks, first converge', inLab([]), dir, 1),
    await measure('100 small tasks, converged', inLab([]), dir),
  ]
}

const lab = await startLab({ hosts: [{ name: 'k3s-cluster', profile: 'k8s' }] })
const dir = mkdtempSync(join(tmpdir(), 'playscript-bench-'))
try {
  for (const { work, seconds } of await bench(lab, dir))
    console.log(`${work.padEnd(34)} ${seconds.toFixed(2).padStart(7)} s`)
} finally {
  rmSync(dir, { recursive: true, force: true })
  await lab.stop()
}
