import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensureLab, type Lab, labUnavailable } from '../../lab/index.ts'
import { play } from '../play.ts'
import { findHostCases, type HostCase, type HostRecord, inventoryFor, readState, TARGET } from './cases.ts'
import { hostDifferences } from './differ.ts'
import { tidyHost } from './tidy.ts'
import { WANTED } from './wanted.ts'

const test = suite('conformance with ansible-playbook, on a lab host')
const only = process.env.CONFORMANCE_ONLY
const reason = labUnavailable()

async function runCase(lab: Lab, one: HostCase): Promise<HostRecord> {
  const { file, runs, machine } = one
  const work = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    const inventory = join(work, 'hosts.yml')
    writeFileSync(inventory, inventoryFor(lab, machine))
    await lab.reset(machine)
    const records = []
    for (const args of runs) {
      const ran = await play(file, args, inventory)
      if (ran.recap[TARGET]?.unreachable)
        assert.unreachable(`the host was lost: ${JSON.stringify(ran.tasks.at(-1))}`)
      records.push(tidyHost(ran))
    }
    return { runs: records, state: await readState(lab, one) }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  for (const one of findHostCases()) {
    if (only !== undefined && !one.name.includes(only)) continue
    test(one.name, async () => {
      assert.ok(existsSync(one.recorded), `${one.name} is not recorded: run test/conformance/host/record.ts`)
      const recorded = JSON.parse(readFileSync(one.recorded, 'utf8')) as HostRecord
      assert.equal(
        recorded.runs.map(({ args }) => args),
        one.runs,
        'the recorded command lines are those of the playbook',
      )
      const found = hostDifferences(recorded, await runCase(lab, one))
      const wanted = WANTED[one.name]?.flatMap(({ differences }) => differences) ?? []
      const unexpected = found.filter((text) => !wanted.some((pattern) => pattern.test(text)))
      assert.is(unexpected.join('\n'), '')
      for (const pattern of wanted) {
        assert.ok(
          found.some((text) => pattern.test(text)),
          `no difference matches ${pattern} any more`,
        )
      }
    })
  }
}

test.run()
