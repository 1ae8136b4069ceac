import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { type Lab, startLab, testHosts } from '../../lab/index.ts'
import { type Program, programFor } from '../program.ts'
import { readOutput } from '../read-output.ts'
import type { RunRecord } from '../record-types.ts'
import { controllerInventory, findHostCases, type HostCase, inventoryFor, readState } from './cases.ts'
import { tidyHost } from './tidy.ts'

// Runs the playbooks of this folder through the real ansible-playbook, over SSH, each on a fresh host of the lab, and
// writes down what came of it: `npx tsx test/conformance/host/record.ts [name …]`. Run by hand, where Debian's
// packages ansible-core 2.14 and ansible 7 (for the collections) are installed. A playbook that asks for a later core
// gets the one whose sources' folder lib is named by ANSIBLE_CORE_2_18, or the like.

async function recordRun(
  lab: Lab,
  { file, machine, port }: HostCase,
  args: readonly string[],
  program: Program,
): Promise<RunRecord> {
  const work = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    writeFileSync(join(work, 'ansible.cfg'), '[ssh_connection]\npipelining = true\n')
    const inventory =
      port === undefined ? inventoryFor(lab, machine) : await controllerInventory(lab, machine, work)
    writeFileSync(join(work, 'hosts.yml'), inventory)
    const { stdout, stderr, code } = await lab.exec(
      [
        ...forwarding(lab, machine, port),
        ...program.argv,
        '-v',
        '-i',
        join(work, 'hosts.yml'),
        file,
        ...args,
      ],
      {
        cwd: dirname(file),
        env: {
          ...program.env,
          ANSIBLE_CONFIG: join(work, 'ansible.cfg'),
          ANSIBLE_NOCOLOR: '1',
          ANSIBLE_DEPRECATION_WARNINGS: '0',
          LC_ALL: 'C.UTF-8',
        },
      },
    )
    console.log(stdout)
    if (code !== 0) console.log(`exit ${code}: ${stderr}`)
    return tidyHost({ args, exit: code, ...readOutput(stdout) })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** What goes before a command that is to have a port of a machine while it runs. */
function forwarding(lab: Lab, machine: string, port: string | undefined): readonly string[] {
  if (port === undefined) return []
  const tunnel = `ssh -f -N -M -S "$0" -o ExitOnForwardFailure=yes -F ${lab.paths.sshConfig} -L ${port}:127.0.0.1:${port} ${machine}`
  const socket = join(tmpdir(), `conformance-${process.pid}.ssh`)
  const end = `ssh -S "$0" -O exit ${machine} 2>/dev/null`
  return ['sh', '-c', `${tunnel} && { "$@"; code=$?; ${end}; exit $code; }`, socket]
}

async function recordCase(lab: Lab, one: HostCase): Promise<void> {
  const { name, recorded, runs, core, programs, machine } = one
  const program = programFor(core)
  await lab.reset(machine)
  for (const path of programs) {
    const text = readFileSync(path).toString('base64')
    await lab.sh(machine, `echo ${text} | base64 -d >${path} && chmod 755 ${path}`)
  }
  const records: RunRecord[] = []
  for (const args of runs) records.push(await recordRun(lab, one, args, program))
  const record = { runs: records, state: await readState(lab, one) }
  writeFileSync(recorded, `${JSON.stringify(record, null, 2)}\n`)
  await execa('npx', ['biome', 'format', '--write', recorded])
  console.log(`recorded ${name}`)
}

const words = process.argv.slice(2)
const cases = findHostCases().filter(({ name }) => words.length === 0 || words.includes(name))
const lab = await startLab({
  hosts: testHosts,
  services: cases.some(({ services }) => services),
})
try {
  for (const one of cases) await recordCase(lab, one)
} finally {
  await lab.stop()
}
