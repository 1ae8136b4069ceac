import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openConnection } from '../../../src/connection/index.ts'
import type { ArgumentSpecs } from '../../../src/core/arguments.ts'
import type { Controller, Module } from '../../../src/core/module.ts'
import type { Shell } from '../../../src/core/remote.ts'
import type { Outcome } from '../../../src/engine/execute.ts'
import { type ModuleCase, tryCase } from '../../helpers/module-cases.ts'
import { runModule } from '../../helpers/module-harness.ts'
import { ensureLab, type Lab, labUnavailable } from '../../lab/index.ts'

/** A machine of the lab for module tests. */
export interface TestHost {
  readonly lab: Lab
  readonly name: string
  /** A root shell as most users get one: an ordinary user logs in over SSH, and sudo wants a password. */
  readonly shell: Shell
  /** Runs a script as root, past SSH; throws unless it ends with 0. Gives its output. */
  readonly sh: (script: string) => Promise<string>
}

type Test = ReturnType<typeof suite>

/** A suite whose tests share one machine, a Debian one by default, which starts as new; skipped where there is no lab. */
export async function labSuite(name: string, machine = 'plain-1') {
  const tests = suite(`${name}, on a lab host`)
  const missing = labUnavailable()
  if (missing !== undefined) console.log(`skipped: ${missing}`)
  const opened = missing === undefined ? await openHost(tests, machine) : undefined
  const host = async (): Promise<TestHost> => {
    if (opened === undefined) throw new Error(missing)
    return opened
  }
  return { test: missing === undefined ? tests : tests.skip, host, run: () => tests.run() }
}

/** Adds the same tests for a Debian host and for one that has busybox and nothing else, both as new. */
export async function onEveryHost(tests: Test, add: (machine: TestHost) => void): Promise<void> {
  const missing = labUnavailable()
  if (missing !== undefined) {
    tests.skip(`needs the lab: ${missing}`, () => {})
    return
  }
  for (const name of ['plain-1', 'busybox-1']) add(await openHost(tests, name))
}

/** Adds tests for a module's cases on a machine, where the whole disk shows whether anything has changed. */
export function casesOn(tests: Test, { lab, name, shell }: TestHost) {
  const disk = { folder: '/srv', look: () => lab.diskListing(name).join('\n') }
  return <S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
    module: Module<S, State, Local, F, O>,
    cases: readonly ModuleCase[],
    controller?: Controller,
  ): void => {
    for (const one of cases) {
      if (one.userland !== undefined && one.userland !== shell.target.userland) continue
      tests(`${module.name}: ${one.name} (${name})`, () => tryCase(module, one, { shell, controller, disk }))
    }
  }
}

async function openHost(tests: Test, name: string): Promise<TestHost> {
  const lab = await ensureLab()
  await lab.reset(name)
  const { shell, close } = await rootShell(lab, name)
  tests.after(close)
  const sh = async (script: string) => {
    const { code, stdout, stderr } = await lab.sh(name, script)
    if (code !== 0) throw new Error(`${script}: exit code ${code}: ${stderr}`)
    return stdout
  }
  // What comes into a folder of the image for the first time brings the folder itself into the disk's own layer.
  await sh('mkdir -p /srv; rmdir "$(mktemp -d -p /var/tmp)"')
  return { lab, name, shell, sh }
}

async function rootShell(lab: Lab, host: string) {
  const { name, address, hostKey } = lab.host(host)
  const connection = await openConnection(
    {
      host: name,
      kind: 'ssh',
      address,
      user: 'operator',
      privateKeyFile: lab.paths.key,
      hostKeys: [hostKey],
      connectTimeout: 10,
      shellExecutable: '/bin/sh',
    },
    { warn: () => {} },
  )
  const shell = await connection.shell({ user: 'root', method: 'sudo', password: lab.operatorPassword })
  return { shell, close: () => connection.close() }
}

/** What a piece of work does to a machine's disk, file by file; empty when nothing. */
export async function diskChanges(
  { lab, name }: Pick<TestHost, 'lab' | 'name'>,
  work: () => Promise<unknown>,
): Promise<string> {
  const before = new Set(lab.diskListing(name))
  await work()
  const after = new Set(lab.diskListing(name))
  const gone = [...before].filter((line) => !after.has(line)).map((line) => `- ${line}`)
  return [...gone, ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`)].join('\n')
}

/**
 * Check mode predicts a change and leaves the whole disk as it is; the real run makes it; the next finds nothing to do.
 * @returns the real run's result
 */
export async function converges<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  machine: TestHost,
  module: Module<S, State, Local, F, O>,
  args: Readonly<Record<string, unknown>>,
  controller?: Controller,
): Promise<Outcome['fields']> {
  const run = (more: { readonly check?: boolean; readonly diff?: boolean } = {}) =>
    runModule(module, args, { shell: machine.shell, ...(controller && { controller }), ...more })
  const changed = await diskChanges(machine, async () => {
    assert.is((await run({ check: true, diff: true })).fields.changed, true, 'check mode predicts a change')
  })
  assert.is(changed, '', 'check mode leaves the machine as it is')
  const done = await run()
  assert.is(done.fields.changed, true, 'the real run changes something')
  const again = await run()
  assert.equal(again.changes, [], 'the second run finds nothing to do')
  assert.is(again.fields.changed, false, 'the second run changes nothing')
  assert.is((await run({ check: true })).fields.changed, false)
  return done.fields
}
