import { suite } from 'uvu'
import type { ConnectionSettings } from '../../src/core/remote.ts'
import { CASES } from './contract-cases.ts'
import { LINK_CASES } from './contract-link-cases.ts'
import { sshdUnavailable } from './sshd.ts'
import { settingsFor, withShell } from './ways.ts'

const unavailable = sshdUnavailable()
if (unavailable !== undefined) console.log(`skipped: connections over SSH: ${unavailable}`)

const KINDS: readonly ConnectionSettings['kind'][] = ['local', 'ssh', 'openssh']

for (const kind of KINDS) {
  const test = suite(`connection ${kind}`)
  const run = kind !== 'local' && unavailable !== undefined ? test.skip : test
  for (const [name, work] of CASES) {
    run(name, async () => withShell(await settingsFor(kind), work))
  }
  if (kind !== 'local') for (const [name, work] of LINK_CASES) run(name, () => work(kind))
  test.run()
}
