import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import pLimit from 'p-limit'
import { type Case, findCases, HERE, INVENTORY } from './cases.ts'
import { type Program, programFor } from './program.ts'
import { readOutput } from './read-output.ts'
import { isListing, type RunRecord } from './record-types.ts'
import { tidy } from './tidy.ts'

// Runs the playbooks of this suite through the real ansible-playbook and writes down what came of it:
// `npx tsx test/conformance/record.ts [part of a name …]`. Run by hand, where ansible-core 2.14 is installed;
// see program.ts for playbooks that ask for a later one.

async function recordRun(
  file: string,
  args: readonly string[],
  { argv: [command = '', ...before], env }: Program,
): Promise<RunRecord> {
  const work = mkdtempSync(join(tmpdir(), 'conformance-'))
  const config = join(work, 'ansible.cfg')
  try {
    writeFileSync(config, '[defaults]\n')
    const all = [...before, '-v', '-i', INVENTORY, file, '-e', `work=${work}`, ...args]
    const { stdout, stderr, exitCode } = await execa(command, all, {
      cwd: dirname(file),
      reject: false,
      env: {
        ...env,
        ANSIBLE_CONFIG: config,
        ANSIBLE_NOCOLOR: '1',
        ANSIBLE_DEPRECATION_WARNINGS: '0',
        LC_ALL: 'C.UTF-8',
      },
    })
    const exit = exitCode ?? -1
    if (exit !== 0 && exit !== 2) console.log(`  exit ${exit}: ${stderr.slice(0, 300)}`)
    const printed = isListing(args) ? { printed: `${stdout}\n` } : {}
    return tidy({ args, exit, ...readOutput(stdout), ...printed }, { [work]: 'WORK', [HERE]: 'HERE' })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function recordCase({ name, file, recorded, runs, core }: Case): Promise<void> {
  const records: RunRecord[] = []
  for (const args of runs) records.push(await recordRun(file, args, programFor(core)))
  writeFileSync(recorded, `${JSON.stringify(records, null, 2)}\n`)
  console.log(name)
}

const words = process.argv.slice(2)
const wanted = findCases().filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
)
const limit = pLimit(3)
await Promise.all(wanted.map((one) => limit(() => recordCase(one))))
await execa('npx', ['biome', 'format', '--write', ...wanted.map(({ recorded }) => recorded)])
