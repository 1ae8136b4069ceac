import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseSshArguments } from '../../src/connection/ssh-arguments.ts'
import { effectiveOptions } from '../../src/connection/ssh-config.ts'
import { readOptions, type SshOptions } from '../../src/connection/ssh-options.ts'

const test = suite('ssh_config')

const CONFIG = `
Host web*
  HostName 10.0.0.9
  User deploy
  Port 2200
  IdentityFile ~/.ssh/%r_%h
  IdentityFile /keys/second
  IdentitiesOnly yes
  ServerAliveInterval 5
  ProxyJump jump.example.com
  UserKnownHostsFile /one /two
  StrictHostKeyChecking accept-new
Host *
  User everybody
  Port 22
  ForwardAgent no
`

/** Asks for options with ssh on the PATH, or without. */
async function ask(address: string, args: string, ssh: 'with ssh' | 'without ssh'): Promise<SshOptions> {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  const file = join(folder, 'config')
  writeFileSync(file, CONFIG)
  const { PATH } = process.env
  if (ssh === 'without ssh') process.env.PATH = folder
  try {
    const sshArguments = parseSshArguments(`-F ${file} ${args}`, () => {})
    return await effectiveOptions({ address, sshArguments }, () => {})
  } finally {
    process.env.PATH = PATH
    rmSync(folder, { recursive: true })
  }
}

for (const ssh of ['with ssh', 'without ssh'] as const) {
  test(`${ssh}: the first value wins, and tokens are replaced`, async () => {
    const options = await ask('web1', '', ssh)
    assert.equal(
      [options.hostName, options.user, options.port, options.identitiesOnly, options.serverAliveInterval],
      ['10.0.0.9', 'deploy', 2200, true, 5],
    )
    assert.equal(options.identityFiles, [`${homedir()}/.ssh/deploy_10.0.0.9`, '/keys/second'])
    assert.equal(options.userKnownHostsFiles, ['/one', '/two'])
    assert.is(options.proxyJump, 'jump.example.com')
    assert.is(options.strictHostKeyChecking, 'accept-new')
    assert.not.ok(options.forwardAgent)
  })

  test(`${ssh}: options of the command line win over the file`, async () => {
    const options = await ask('web1', '-p 4444 -o User=me -o StrictHostKeyChecking=no -i /keys/first', ssh)
    assert.equal([options.port, options.user, options.strictHostKeyChecking], [4444, 'me', 'no'])
  })

  test(`${ssh}: another host has the defaults`, async () => {
    const options = await ask('db1', '', ssh)
    assert.equal([options.hostName, options.user, options.port], ['db1', 'everybody', 22])
    assert.equal([options.proxyJump, options.strictHostKeyChecking], [undefined, 'yes'])
    assert.ok(options.identityFiles.includes(`${homedir()}/.ssh/id_ed25519`))
    assert.equal([options.serverAliveInterval, options.serverAliveCountMax], [15, 3])
  })
}

test('`none` is nothing, and an agent may be named by a variable', () => {
  const fields = (values: Record<string, string>): SshOptions =>
    readOptions(new Map(Object.entries(values).map(([name, value]) => [name, [value]])), 'h')
  const options = fields({
    proxyjump: 'none',
    proxycommand: 'none',
    identityagent: 'none',
    certificatefile: 'none',
  })
  assert.equal(
    [options.proxyJump, options.proxyCommand, options.agent, options.certificateFiles],
    [undefined, undefined, undefined, []],
  )
  process.env.PLAYSCRIPT_TEST_AGENT = '/agent'
  try {
    assert.is(fields({ identityagent: '$PLAYSCRIPT_TEST_AGENT' }).agent, '/agent')
    assert.is(fields({ identityagent: '${PLAYSCRIPT_TEST_AGENT}' }).agent, '/agent')
  } finally {
    Reflect.deleteProperty(process.env, 'PLAYSCRIPT_TEST_AGENT')
  }
  assert.is(fields({ proxycommand: 'nc %h %p # %% %r' }).proxyCommand, `nc h 22 # % ${userInfo().username}`)
})

test.run()
