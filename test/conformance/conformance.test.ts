import { existsSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needsProgram } from '../helpers/programs.ts'
import { type Case, findCases } from './cases.ts'
import { differences } from './differ.ts'
import { playTidy } from './play.ts'
import type { RunRecord } from './record-types.ts'
import { WANTED } from './wanted.ts'

needsProgram('curl')

const test = suite('conformance with ansible-playbook')
const only = process.env.CONFORMANCE_ONLY
const cases = findCases().filter(({ name }) => only === undefined || name.includes(only))

async function differencesOf({ file, recorded, runs }: Case): Promise<readonly string[]> {
  const records = JSON.parse(readFileSync(recorded, 'utf8')) as readonly RunRecord[]
  assert.is(records.length, runs.length, 'each run is recorded')
  const free = /strategy: (ansible\.builtin\.)?(free|host_pinned)|^# compare: by host/m.test(
    readFileSync(file, 'utf8'),
  )
  const found: string[] = []
  for (const [index, args] of runs.entries()) {
    const record = records[index]
    if (record === undefined) continue
    assert.equal(record.args, args, 'the recorded command line is that of the playbook')
    const prefix = args.length === 0 ? '' : `(${args.join(' ')}) `
    const here = await playTidy(file, args)
    found.push(...differences(record, here, free).map((one) => prefix + one))
  }
  return found
}

for (const one of cases) {
  test(one.name, async () => {
    assert.ok(existsSync(one.recorded), `${one.name} is not recorded: run test/conformance/record.ts`)
    const found = await differencesOf(one)
    const wanted = WANTED[one.name]?.differences ?? []
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

test('every wanted difference names a playbook of the suite', () => {
  const names = findCases().map(({ name }) => name)
  assert.equal(
    Object.keys(WANTED).filter((name) => !names.includes(name)),
    [],
  )
})

test.run()
