import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ArgumentSpecs } from '../../../src/core/arguments.ts'
import type { Module } from '../../../src/core/module.ts'
import type { Shell } from '../../../src/core/remote.ts'
import type { Outcome } from '../../../src/engine/execute.ts'
import { runModule, TARGET } from '../../helpers/module-harness.ts'
import { type Lab, labUnavailable, openLab, startLab } from '../../lab/index.ts'

/** A machine of the lab for module tests: a shell on it that shares no code with the engine's connections. */
export interface TestHost {
  readonly lab: Lab
  readonly name: string
  readonly shell: Shell
  /** Runs a script as root; throws unless it ends with 0. Gives its output. */
  readonly sh: (script: string) => Promise<string>
}

/** A suite whose tests share one plain machine, started by the first test that asks; skipped where there is no lab. */
export function labSuite(name: string) {
  const tests = suite(`${name}, on a lab host`)
  const missing = labUnavailable()
  if (missing !== undefined) console.log(`skipped: ${missing}`)
  let started: Promise<Lab> | undefined
  const host = async (): Promise<TestHost> => {
    const dir = process.env.PLAYSCRIPT_LAB
    started ??=
      dir === undefined
        ? startLab({ hosts: [{ name: 'module-test', profile: 'plain' }], services: false })
        : cleanLab(dir)
    const lab = await started
    return testHost(lab, lab.hosts.find(({ profile }) => profile === 'plain')?.name ?? '')
  }
  tests.after(async () => {
    await (await started)?.stop()
  })
  return { test: missing === undefined ? tests : tests.skip, host, run: () => tests.run() }
}

/** The lab of a developer at work, its machines as new. */
async function cleanLab(dir: string): Promise<Lab> {
  const lab = openLab(dir)
  await Promise.all(lab.hosts.map(({ name }) => lab.reset(name)))
  return lab
}

function testHost(lab: Lab, name: string): TestHost {
  const shell: Shell = {
    target: TARGET,
    async request(script) {
      const { code, stdout, stderr } = await lab.sh(name, `( ${script.text}\n) </dev/null`)
      return { code, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) }
    },
    close: async () => {},
  }
  const sh = async (script: string) => {
    const { code, stdout, stderr } = await lab.sh(name, script)
    if (code !== 0) throw new Error(`${script}: exit code ${code}: ${stderr}`)
    return stdout
  }
  return { lab, name, shell, sh }
}

/**
 * Check mode predicts a change and leaves the machine as it is; the real run makes it; the next finds nothing to do.
 * @param watched folders that check mode must leave byte for byte as they are
 * @returns the real run's result
 */
export async function converges<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  { lab, name, shell }: TestHost,
  module: Module<S, State, Local, F, O>,
  args: Readonly<Record<string, unknown>>,
  watched: readonly string[] = ['/etc', '/home', '/var/lib/dpkg'],
): Promise<Outcome['fields']> {
  const before = await lab.treeHash(name, watched)
  const predicted = await runModule(module, args, { shell, check: true, diff: true })
  assert.is(predicted.fields.changed, true, 'check mode predicts a change')
  assert.is(await lab.treeHash(name, watched), before, 'check mode leaves the machine as it is')
  const done = await runModule(module, args, { shell })
  assert.is(done.fields.changed, true, 'the real run changes something')
  const again = await runModule(module, args, { shell })
  assert.equal(again.changes, [], 'the second run finds nothing to do')
  assert.is(again.fields.changed, false, 'the second run changes nothing')
  assert.is((await runModule(module, args, { shell, check: true })).fields.changed, false)
  return done.fields
}
