import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openConnection } from '../../src/connection/index.ts'
import { persistence } from '../../src/connection/ssh-persist.ts'
import { sh } from '../../src/core/quote.ts'
import { sshdUnavailable } from './sshd.ts'
import { settingsFor, sharedSshd, withShell } from './ways.ts'

const test = suite('ssh persist')
const unavailable = sshdUnavailable()
if (unavailable !== undefined) console.log(`skipped: ${unavailable}`)
const run = unavailable === undefined ? test : test.skip

const OFF: readonly (string | undefined)[] = [
  undefined,
  '-C',
  '-o ControlMaster=auto',
  '-o ControlPersist=no',
  '-oControlPersist=no -o ControlPersist=60s',
]
for (const given of OFF)
  test(`no login is kept: ${given}`, async () => {
    assert.is(await persistence(given), undefined)
  })

test('a path that is given is taken', async () => {
  const options = ['-o', 'ControlMaster=auto', '-o', 'ControlPath=/run/cp/%C']
  for (const given of [
    '-o ControlPersist=60s -o ControlPath=/run/cp/%C',
    "-o 'controlpersist yes' -S /run/cp/%C",
  ])
    assert.equal(await persistence(given), options)
})

test('without one it lies where nobody else can read', async () => {
  const home = process.env.HOME
  const folder = mkdtempSync(join(tmpdir(), 'home-'))
  process.env.HOME = folder
  try {
    assert.is((await persistence('-o ControlPersist=60s'))?.[3], `ControlPath=${homedir()}/.ansible/cp/%C`)
    assert.is(statSync(join(folder, '.ansible/cp')).mode & 0o777, 0o700)
  } finally {
    process.env.HOME = home
    rmSync(folder, { recursive: true })
  }
})

run('a login is kept for later runs, until the connection is reset', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cp-'))
  const settings = await settingsFor('openssh', {
    sshArgs: `-o ControlPersist=60s -o ControlPath=${folder}/%C`,
  })
  const { folder: server } = await sharedSshd()
  const logins = () => readFileSync(join(server, 'log'), 'utf8').split('Accepted publickey').length - 1
  const before = logins()
  try {
    for (let time = 0; time < 2; time++)
      await withShell(settings, async (shell) => {
        assert.is((await shell.request(sh`echo here`)).stdout.toString(), 'here\n')
      })
    assert.is(logins() - before, 1)
    const connection = await openConnection(settings, { warn: () => {} })
    await connection.shell()
    assert.is(logins() - before, 1)
    await connection.close({ reset: true })
    await withShell(settings, async () => {
      assert.is(logins() - before, 2)
    })
  } finally {
    // Ends the last one, which would wait for a minute.
    execFileSync('sh', ['-c', `for s in ${folder}/*; do ssh -F /dev/null -O exit -S "$s" target; done`], {
      stdio: 'ignore',
    })
    rmSync(folder, { recursive: true })
  }
})

test.run()
