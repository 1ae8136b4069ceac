import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { type Lab, startLab } from '../../lab/index.ts'
import { type Program, programFor } from '../program.ts'
import { readOutput } from '../read-output.ts'
import type { RunRecord } from '../record-types.ts'
import { findHostCases, type HostCase, inventoryFor, MACHINE, readState } from './cases.ts'
import { tidyHost } from './tidy.ts'

// Runs the playbooks of this folder through the real ansible-playbook, over SSH, each on a fresh host of the lab, and
// writes down what came of it: `npx tsx test/conformance/host/record.ts [name …]`. Run by hand, where Debian's
// packages ansible-core 2.14 and ansible 7 (for the collections) are installed. A playbook that asks for a later core
// gets the one whose sources' folder lib is named by ANSIBLE_CORE_2_18, or the like.

async function recordRun(
  lab: Lab,
  file: string,
  args: readonly string[],
  program: Program,
): Promise<RunRecord> {
  const work = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    writeFileSync(join(work, 'ansible.cfg'), '[ssh_connection]\npipelining = true\n')
    writeFileSync(join(work, 'hosts.yml'), inventoryFor(lab))
    const { stdout, stderr, code } = await lab.exec(
      [...program.argv, '-v', '-i', join(work, 'hosts.yml'), file, ...args],
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

async function recordCase(lab: Lab, one: HostCase): Promise<void> {
  const { name, file, recorded, runs, state, core, programs } = one
  const program = programFor(core)
  await lab.reset(MACHINE)
  for (const path of programs) {
    const text = readFileSync(path).toString('base64')
    await lab.sh(MACHINE, `echo ${text} | base64 -d >${path} && chmod 755 ${path}`)
  }
  const records: RunRecord[] = []
  for (const args of runs) records.push(await recordRun(lab, file, args, program))
  const record = { runs: records, state: await readState(lab, state) }
  writeFileSync(recorded, `${JSON.stringify(record, null, 2)}\n`)
  await execa('npx', ['biome', 'format', '--write', recorded])
  console.log(`recorded ${name}`)
}

const words = process.argv.slice(2)
const cases = findHostCases().filter(({ name }) => words.length === 0 || words.includes(name))
const lab = await startLab({
  hosts: [{ name: MACHINE, profile: 'plain' }],
  services: cases.some(({ services }) => services),
})
try {
  for (const one of cases) await recordCase(lab, one)
} finally {
  await lab.stop()
}
