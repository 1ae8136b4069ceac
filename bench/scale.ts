import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'
import { type Measurement, measure } from './measure.ts'
import { writePlayscript } from './project.ts'

const COUNTS = [100, 300, 1000]
const PAIRS = 12

/** Memory and CPU of one run over many hosts, which one process simulates: 25 tasks each, facts included. */
export async function benchScale(say: (line: string) => void): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'pb-'))
  const program = new URL('simulate.ts', import.meta.url).pathname
  const server = spawn(resolve('node_modules/.bin/tsx'), [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
    const port = Number((await lines.next()).value)
    const project = join(dir, 'playscript')
    await writePlayscript(project)
    writeFileSync(join(project, 'scale.ts'), playbook(join(dir, 'hosts')))
    const rows: string[] = []
    // What the tasks want is there: the simulated hosts tell the same of it every time they are asked.
    for (let n = 0; n < PAIRS; n++) {
      mkdirSync(join(dir, 'hosts', String(n)), { recursive: true })
      writeFileSync(join(dir, 'hosts', String(n), 'file'), `${n} Linux\n`, { mode: 0o644 })
    }
    for (const count of COUNTS) {
      const { seconds, cpuSeconds, megabytes } = await runOn(count, port, project)
      const row = [
        count,
        seconds.toFixed(1),
        cpuSeconds.toFixed(1),
        ((cpuSeconds / count) * 1000).toFixed(1),
        megabytes.toFixed(0),
        ((megabytes / count) * 1000).toFixed(0),
      ]
      say(`scale: ${row.join(' | ')}`)
      rows.push(`| ${row.join(' | ')} |`)
    }
    const head =
      '| hosts | wall s | CPU s | CPU ms per host | peak MB | kB per host |\n|--:|--:|--:|--:|--:|--:|\n'
    return `${head}${rows.join('\n')}\n`
  } finally {
    server.stdin.end()
    rmSync(dir, { recursive: true, force: true })
  }
}

function playbook(folder: string): string {
  const tasks = Array.from({ length: PAIRS }, (_, n) => [
    `{ file: { path: '${folder}/${n}', state: 'directory' } },`,
    `{ copy: { content: '${n} {{ ansible_system }}\\n', dest: '${folder}/${n}/file', mode: '0644' } },`,
  ]).flat()
  const first = `{ file: { path: '${folder}', state: 'directory' } },`
  return `import { playbook } from 'playscript'
export default playbook(import.meta, [{ hosts: 'all', gather_facts: true, tasks: [${[first, ...tasks].join('\n')}] }])
`
}

async function runOn(count: number, port: number, cwd: string): Promise<Measurement> {
  const hosts = Array.from({ length: count }, (_, n) => [`host-${n}`, { role_number: n }])
  const vars = {
    ...{ ansible_host: '127.0.0.1', ansible_port: port, ansible_host_key_checking: false },
    ...{ ansible_user: 'root', ansible_password: 'any' },
  }
  writeFileSync(join(cwd, 'hosts.yml'), stringify({ all: { hosts: Object.fromEntries(hosts), vars } }))
  const tsx = resolve('node_modules/.bin/tsx')
  const measured = await measure({ argv: [tsx, 'scale.ts', '-i', 'hosts.yml'], cwd })
  const ended = [...measured.output.matchAll(/^\S+\s+: ok=26\s+changed=(\d+)\s+unreachable=0\s+failed=0/gm)]
  if (ended.length !== count || ended.some(([, changed]) => changed !== '0'))
    throw new Error(
      `not all of ${count} hosts were found as they should be:\n${measured.output.slice(-2000)}`,
    )
  return measured
}
