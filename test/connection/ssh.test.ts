import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ConnectionHooks, openConnection } from '../../src/connection/index.ts'
import type { UnreachableError } from '../../src/core/errors.ts'
import { sh } from '../../src/core/quote.ts'
import type { ConnectionSettings } from '../../src/core/remote.ts'
import { sshdUnavailable } from './sshd.ts'
import { rejection, sharedSshd } from './ways.ts'

const test = suite('ssh')
const unavailable = sshdUnavailable()
if (unavailable !== undefined) console.log(`skipped: ${unavailable}`)
const run = unavailable === undefined ? test : test.skip

interface Place {
  readonly folder: string
  readonly port: number
  readonly hostKey: string
  readonly keyFile: string
  readonly knownHosts: string
  /** Writes a file of the folder and gives its path. */
  write(name: string, content: string): string
  settings(more?: Partial<ConnectionSettings>): ConnectionSettings
}

/** A folder with an ssh_config of its own; nothing of the user who runs the tests has a part in it. */
async function withPlace(work: (place: Place) => Promise<void>): Promise<void> {
  const { port, hostKey, keyFile } = await sharedSshd()
  const folder = mkdtempSync(join(tmpdir(), 'ssh-'))
  const knownHosts = join(folder, 'known_hosts')
  const config = join(folder, 'config')
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 })
    return join(folder, name)
  }
  write(
    'config',
    `UserKnownHostsFile ${knownHosts}\nGlobalKnownHostsFile /dev/null\nHashKnownHosts no\nIdentityAgent none\n`,
  )
  try {
    await work({
      ...{ folder, port, hostKey, keyFile, knownHosts, write },
      settings: ({ sshArgs, ...more } = {}) => ({
        ...{ host: 'target', kind: 'ssh', address: '127.0.0.1', port, user: 'root', privateKeyFile: keyFile },
        ...{ hostKeys: [], connectTimeout: 20, shellExecutable: '/bin/sh' },
        sshArgs: `-F ${config}${sshArgs === undefined ? '' : ` ${sshArgs}`}`,
        ...more,
      }),
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function reach(
  settings: ConnectionSettings,
  hooks: ConnectionHooks = { warn: () => {} },
): Promise<string> {
  const connection = await openConnection(settings, hooks)
  try {
    return (await (await connection.shell()).request(sh`id -un`)).stdout.toString().trim()
  } finally {
    await connection.close()
  }
}

run('an unknown host key is refused, with its fingerprint and two ways to trust it', () =>
  withPlace(async ({ folder, port, hostKey, knownHosts, settings }) => {
    const error = (await rejection(reach(settings()))) as UnreachableError
    assert.is(error.code, 'UNREACHABLE')
    const keyOnly = hostKey.split(' ').slice(0, 2).join(' ')
    writeFileSync(join(folder, 'key.pub'), keyOnly)
    const print = execFileSync('ssh-keygen', ['-lf', join(folder, 'key.pub')], { encoding: 'utf8' }).split(
      ' ',
    )[1]
    assert.ok(error.message.includes(`the host key is not known: ssh-ed25519 ${print}`))
    const command = `echo '[127.0.0.1]:${port} ${keyOnly}' >> ${knownHosts}`
    assert.ok(error.hint?.includes(command))
    assert.ok(error.hint?.includes(`ansible_ssh_host_key_ed25519_public: ${keyOnly}`))
    execFileSync('/bin/sh', ['-c', command])
    assert.is(await reach(settings()), 'root')
    assert.is(await reach(settings({ hostKeys: [keyOnly] })), 'root')
    assert.is(await reach(settings({ hostKeys: [keyOnly.split(' ')[1] ?? ''] })), 'root')
  }),
)

for (const hash of ['no', 'yes']) {
  run(`accept-new writes the key, HashKnownHosts ${hash}, and a changed one fails from then on`, () =>
    withPlace(async ({ port, knownHosts, hostKey, settings, write }) => {
      const lenient = settings({ sshArgs: `-o StrictHostKeyChecking=accept-new -o HashKnownHosts=${hash}` })
      write('known_hosts', 'somebody ssh-ed25519 AAAA')
      assert.is(await reach(lenient), 'root')
      const lines = readFileSync(knownHosts, 'utf8').split('\n')
      assert.is(lines.length, 3)
      assert.match(lines[1] ?? '', hash === 'yes' ? /^\|1\|/ : `[127.0.0.1]:${port} ${hostKey}`)
      // ssh finds what we have written, and removes it as our error says.
      const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${port}`, '-f', knownHosts], {
        encoding: 'utf8',
      })
      assert.match(found, /found: line 2/)
      assert.is(await reach(settings()), 'root')
      assert.is(readFileSync(knownHosts, 'utf8').split('\n').length, 3)
      const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIIUY5hHPOVNCEEWmCnF/u9SeP5ZPiTK3hoYYR3G22D5L'
      write('known_hosts', `[127.0.0.1]:${port} ssh-ed25519 ${other}\n`)
      for (const mode of ['yes', 'accept-new', 'no', 'ask']) {
        const error = (await rejection(
          reach(settings({ sshArgs: `-o StrictHostKeyChecking=${mode}` })),
        )) as UnreachableError
        assert.match(error.message, /^target .*THE HOST KEY HAS CHANGED.*known_hosts:1/)
        assert.ok(error.hint?.includes(`ssh-keygen -R '[127.0.0.1]:${port}' -f ${knownHosts}`))
      }
      assert.is(await reach(settings({ hostKeyChecking: false })), 'root')
    }),
  )
}

run('a revoked key fails, and a certificate authority is left to OpenSSH', () =>
  withPlace(async ({ hostKey, settings, write, port }) => {
    write('known_hosts', `@revoked * ${hostKey}\n[127.0.0.1]:${port} ${hostKey}\n`)
    assert.match((await rejection(reach(settings()))).message, /host key is revoked/)
    write('known_hosts', `@cert-authority * ${hostKey.replace(/.{4}$/, 'AAAA')}\n`)
    const error = (await rejection(reach(settings()))) as UnreachableError
    assert.match(error.message, /certificate \(@cert-authority, .*known_hosts:1\)/)
    assert.match(error.hint ?? '', /ansible_connection: openssh/)
  }),
)

run('ssh_config is honoured, and what is set for the host wins over it', () =>
  withPlace(async ({ folder, port, keyFile, hostKey, settings, write }) => {
    write('known_hosts', `the-alias ${hostKey}\n`)
    const config = write(
      'config',
      [
        'Host web*',
        '  HostName 127.0.0.1',
        `  Port ${port}`,
        '  User root',
        '  HostKeyAlias the-alias',
        `  IdentityFile ${keyFile}`,
        '  IdentitiesOnly yes',
        `Match host 127.0.0.1`,
        `  UserKnownHostsFile ${folder}/known_hosts`,
      ].join('\n'),
    )
    const bare = { address: 'web7', port: undefined, user: undefined, privateKeyFile: undefined }
    assert.is(await reach(settings({ ...bare })), 'root')
    const error = await rejection(reach(settings({ ...bare, port: 1 })))
    assert.match(error.message, /^target \(127\.0\.0\.1 port 1, user root\): .*ECONNREFUSED/)
    const nobody = await rejection(reach(settings({ ...bare, user: 'nobody-here' })))
    assert.match(nobody.message, /user nobody-here\): the login was refused/)
    assert.match(
      await rejection(reach(settings({ address: 'elsewhere.invalid', sshArgs: `-F ${config}` }))).then(
        (e) => e.message,
      ),
      /ENOTFOUND|EAI_AGAIN/,
    )
  }),
)

run('options that ssh does not know are ignored with a warning; a broken file is an error', () =>
  withPlace(async ({ hostKey, settings, write }) => {
    const warnings: string[] = []
    const hooks = { warn: (message: string) => void warnings.push(message) }
    const more = { hostKeys: [hostKey], sshArgs: '-o NoSuchOption=1 -o ServerAliveInterval=5 -R 1:2:3' }
    assert.is(await reach(settings(more), hooks), 'root')
    assert.is(warnings.length, 2)
    assert.match(warnings.join('\n'), /-R 1:2:3[\s\S]*nosuchoption/i)
    write('config', 'Nonsense 1\n')
    assert.match(
      (await rejection(reach(settings()))).message,
      /does not accept its configuration: .*[Nn]onsense/,
    )
  }),
)

for (const route of ['one hop', 'two hops']) {
  run(`ProxyJump over ${route}, whose keys are checked`, () =>
    withPlace(async ({ folder, port, keyFile, hostKey, settings, write }) => {
      const common = `UserKnownHostsFile ${folder}/known_hosts\nIdentityAgent none\nIdentityFile ${keyFile}\nUser root\n`
      const hosts = ['jump1', 'jump2'].map(
        (name) => `Host ${name}\n HostName 127.0.0.1\n Port ${port}\n HostKeyAlias ${name}\n`,
      )
      write('config', `${hosts.join('')}Host *\n${common}`)
      write('known_hosts', `jump1 ${hostKey}\n`)
      const jump = route === 'one hop' ? 'jump1' : 'jump1,jump2'
      const behind = settings({ hostKeys: [hostKey], sshArgs: `-J ${jump}` })
      if (route === 'two hops') {
        assert.match((await rejection(reach(behind))).message, /jump2 .*the host key is not known/)
        write('known_hosts', `jump1 ${hostKey}\njump2 ${hostKey}\n`)
      }
      assert.is(await reach(behind), 'root')
      const refused = await rejection(reach({ ...behind, port: 1 }))
      assert.match(refused.message, /^target .* port 1, .*the jump host cannot reach 127\.0\.0\.1:1/)
    }),
  )
}

run('hosts behind one jump host share the login to it', () =>
  withPlace(async ({ folder, port, keyFile, hostKey, settings, write }) => {
    const log = join(folder, 'hops')
    write(
      'config',
      `Host jump\n HostName 127.0.0.1\n Port ${port}\n ProxyCommand sh -c 'echo hop >>${log}; exec ${process.execPath} ${relay(write, port)}'\nHost *\n UserKnownHostsFile ${folder}/known_hosts\n IdentityAgent none\n IdentityFile ${keyFile}\n User root\n`,
    )
    write('known_hosts', `* ${hostKey}\n`)
    const hooks = { warn: () => {} }
    const behind = settings({ hostKeys: [hostKey], sshArgs: '-J jump' })
    const names = await Promise.all([1, 2, 3, 4, 5].map(() => reach(behind, hooks)))
    assert.equal(names, ['root', 'root', 'root', 'root', 'root'])
    assert.is(readFileSync(log, 'utf8'), 'hop\n')
  }),
)

// What netcat would do, which is not on every machine.
function relay(write: Place['write'], port: number): string {
  return write(
    'relay.cjs',
    `const s = require('net').connect(${port}, '127.0.0.1'); process.stdin.pipe(s); s.pipe(process.stdout)`,
  )
}

run('ProxyCommand carries the connection, with its tokens', () =>
  withPlace(async ({ port, hostKey, settings, write }) => {
    const script = write(
      'proxy.cjs',
      `const [host, port] = process.argv.slice(2); const s = require('net').connect(port, host); process.stdin.pipe(s); s.pipe(process.stdout)`,
    )
    const sshArgs = `-o ProxyCommand="${process.execPath} ${script} %h %p"`
    assert.is(await reach(settings({ hostKeys: [hostKey], sshArgs })), 'root')
    const broken = settings({
      hostKeys: [hostKey],
      sshArgs: `-o ProxyCommand="echo no; exit 3"`,
      connectTimeout: 3,
      port,
    })
    assert.is((await rejection(reach(broken))).name, 'UnreachableError')
  }),
)

run('a key with a passphrase: asked for, wrong, and nobody to ask', () =>
  withPlace(async ({ folder, keyFile, hostKey, settings }) => {
    const locked = join(folder, 'locked')
    execFileSync('cp', [keyFile, locked])
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', locked], { stdio: 'ignore' })
    const own = settings({ hostKeys: [hostKey], privateKeyFile: locked })
    const asked: string[] = []
    const answer = (text: string | undefined): ConnectionHooks => ({
      warn: () => {},
      passphrase: async (file) => {
        asked.push(file)
        return text
      },
    })
    assert.is(await reach(own, answer('open sesame')), 'root')
    assert.equal(asked, [locked])
    assert.match((await rejection(reach(own, answer('wrong')))).message, /passphrase of .*locked is wrong/)
    assert.match((await rejection(reach(own))).message, /locked has a passphrase; add it to an agent/)
  }),
)

run('an agent has the key; IdentitiesOnly keeps others back; an agent that is gone is said', () =>
  withPlace(async ({ folder, keyFile, hostKey, settings }) => {
    const socket = join(folder, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    try {
      const own = settings({
        hostKeys: [hostKey],
        privateKeyFile: undefined,
        sshArgs: `-o IdentityAgent=${socket}`,
      })
      const gone = await rejection(reach({ ...own, sshArgs: `${own.sshArgs}-gone` }))
      assert.match(gone.message, /there was nothing to try.*agent at .*-gone gave no keys/)
      const environment = { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' as const }
      execFileSync(
        'sh',
        ['-c', `for i in 1 2 3 4 5 6 7 8 9; do ssh-add "$1" && exit; sleep 0.2; done`, 'sh', keyFile],
        environment,
      )
      assert.is(await reach(own), 'root')
      const other = join(folder, 'other')
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other])
      const only = `${own.sshArgs} -o IdentitiesOnly=yes -i ${other}`
      assert.match(
        (await rejection(reach({ ...own, sshArgs: only }))).message,
        /tried: .*other; the server takes: publickey/,
      )
      const named = `${own.sshArgs} -o IdentitiesOnly=yes -i ${keyFile}`
      assert.is(await reach({ ...own, sshArgs: named }), 'root')
    } finally {
      agent.kill()
    }
  }),
)

/** Passes bytes on to the server, and counts how often the client had to wait for an answer. */
async function counting(port: number): Promise<{ port: number; rounds: () => number; close: () => void }> {
  let rounds = 0
  let asked = false
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    client.on('data', (chunk) => {
      asked = true
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (asked) rounds += 1
      asked = false
      client.write(chunk)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  return { port: own, rounds: () => rounds, close: () => server.close() }
}

run('a connection and its shell take eight round trips: two of them more if ssh2 logged in by itself', () =>
  withPlace(async ({ port, hostKey, settings }) => {
    const proxy = await counting(port)
    try {
      const connection = await openConnection(settings({ port: proxy.port, hostKeys: [hostKey] }), {
        warn() {},
      })
      await connection.shell()
      // Names, key exchange, login, channel, shell, hello; sshd may send its name or the end of one answer by itself.
      assert.ok(proxy.rounds() <= 8, `${proxy.rounds()} round trips`)
      await connection.close()
    } finally {
      proxy.close()
    }
  }),
)

test.run()
