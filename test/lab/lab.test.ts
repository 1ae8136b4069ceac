import { existsSync, readFileSync } from 'node:fs'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Lab, labUnavailable, startLab } from './index.ts'
import { must, run } from './run.ts'

const lab = suite('lab')
const missing = labUnavailable()
if (missing !== undefined) console.log(`skipped: ${missing}`)
const test = missing === undefined ? lab : lab.skip

/** One lab for the whole file, started by the first test that needs it. */
let started: Promise<Lab> | undefined
const theLab = (): Promise<Lab> => {
  started ??= startLab({
    hosts: [
      { name: 'k3s-cluster', profile: 'k8s' },
      { name: 'plain-1', profile: 'plain' },
      { name: 'busybox-1', profile: 'busybox' },
    ],
  })
  return started
}

const ssh = async (host: string, command: string, user = 'root') => {
  const { exec, paths } = await theLab()
  return exec(['ssh', '-F', paths.sshConfig, '-l', user, host, command])
}

test('root, k8s and operator log in by key, and the host key is known before', async () => {
  for (const host of ['plain-1', 'busybox-1'])
    for (const [user, uid] of [
      ['root', 0],
      ['k8s', 1000],
      ['operator', 1001],
    ] as const) {
      const { code, stdout, stderr } = await ssh(host, 'id -u', user)
      assert.equal({ host, code, stdout, stderr }, { host, code: 0, stdout: `${uid}\n`, stderr: '' })
    }
})

test('a wrong host key is refused', async () => {
  const { exec, paths, host } = await theLab()
  const other = `${host('plain-1').address} ${host('k3s-cluster').hostKey}`
  const options = ['-F', paths.sshConfig, '-o', 'UserKnownHostsFile=/dev/stdin']
  const { code, stderr } = await exec(['ssh', ...options, host('plain-1').address, 'true'], { input: other })
  assert.is(code, 255)
  assert.match(stderr, 'Host key verification failed')
})

test('k8s has sudo without, operator with its password', async () => {
  const { operatorPassword, exec, paths } = await theLab()
  for (const host of ['plain-1', 'busybox-1']) {
    assert.is((await ssh(host, 'sudo -n id -u', 'k8s')).stdout, '0\n')
    assert.is((await ssh(host, 'sudo -n true', 'operator')).code, 1)
    const words = ['ssh', '-F', paths.sshConfig, '-l', 'operator', host, "sudo -S -p '' id -u"]
    assert.is((await exec(words, { input: `${operatorPassword}\n` })).stdout, '0\n')
  }
})

test('a busybox host has the applets of busybox, sshd, sudo, and no other program', async () => {
  const programs =
    'cd / && find bin/ sbin/ usr/bin/ usr/sbin/ opt/ usr/local/ -type f -perm -100 2>/dev/null | sort -u'
  const found = (await ssh('busybox-1', programs)).stdout.trim().split('\n')
  const names = new Set(found.map((path) => path.split('/').at(-1)))
  assert.equal([...names].sort(), ['busybox', 'sshd', 'sudo', 'unix_chkpwd'])
  const links = 'for name in /usr/bin/*; do [ -L "$name" ] && readlink "$name"; done | sort -u'
  assert.is((await ssh('busybox-1', links)).stdout, 'busybox\n')
})

test('systemd runs with no failed unit', async () => {
  for (const host of ['k3s-cluster', 'plain-1', 'services'])
    assert.is(
      (await (await theLab()).sh(host, 'systemctl --failed --no-legend; systemctl is-system-running')).stdout,
      'running\n',
    )
})

test('apt installs, upgrades and resolves from the local repository', async () => {
  const { sh } = await theLab()
  const version = "dpkg-query -W -f '${Package} ${Version}\\n' 'playscript-*'"
  const quiet = '-qq -y >/dev/null 2>&1'
  await sh('plain-1', `apt-get update ${quiet} && apt-get install playscript-hello=1.0 ${quiet}`)
  assert.is((await sh('plain-1', version)).stdout, 'playscript-hello 1.0\n')
  await sh('plain-1', `apt-get install playscript-world ${quiet}; apt-get upgrade ${quiet}`)
  assert.is((await sh('plain-1', version)).stdout, 'playscript-hello 2.0\nplayscript-world 1.0\n')
})

test('the tree hash is stable, sees a change, and is not moved by reading', async () => {
  const { treeHash, sh } = await theLab()
  const before = await treeHash('plain-1')
  await ssh('plain-1', 'sudo -n find /etc /usr -type f -exec cat {} + >/dev/null', 'k8s')
  assert.is(await treeHash('plain-1'), before)
  const etc = await treeHash('plain-1', ['/etc'])
  await sh('plain-1', 'chmod 600 /etc/hostname')
  assert.is.not(await treeHash('plain-1', ['/etc']), etc)
  assert.is.not(await treeHash('plain-1'), before)
})

test('a host comes back from its own reboot with its disk', async () => {
  const { sh } = await theLab()
  for (const host of ['plain-1', 'busybox-1']) {
    const boot = async () =>
      (await sh(host, 'cat /etc/mark; stat -c %Y /proc/1').catch(() => ({ stdout: '' }))).stdout
    await sh(host, 'echo kept >/etc/mark')
    const first = await boot()
    await sh(host, 'reboot')
    let again = first
    for (let tries = 0; tries < 200 && (again === first || again === ''); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      again = await boot()
    }
    assert.match(again, /^kept\n\d+\n$/)
    assert.is.not(again, first)
  }
})

test('reset gives the first disk back under the same address and host key', async () => {
  const { sh, reset } = await theLab()
  await reset('plain-1')
  assert.is((await sh('plain-1', 'ls /etc/mark')).code, 2)
  assert.is((await sh('plain-1', 'stat -c %a /etc/hostname')).stdout, '644\n')
  assert.is((await ssh('plain-1', 'hostname')).stdout, 'plain-1\n')
})

const cli = (...words: string[]) => run([process.execPath, ...process.execArgv, 'test/lab/cli.ts', ...words])

test('a second lab stands beside the first, and exec dials its hosts', async () => {
  const first = await theLab()
  const words = ['sh', '-c', 'echo "$PLAYSCRIPT_LAB"; ssh-keyscan -t ed25519 web 2>/dev/null; exit 7']
  const { code, stdout } = await cli('run', '--no-services', '--host', 'web=plain', '--', ...words)
  assert.is(code, 7)
  const [dir = '', line = ''] = stdout.split('\n')
  assert.match(line, /^web ssh-ed25519 /)
  assert.is.not(dir, first.paths.dir)
  assert.not(existsSync(dir))
  assert.is((await first.sh('plain-1', 'true')).code, 0)
})

test('a program that asks for a lab finds itself inside it, with a new one or with the one it was given', async () => {
  const { paths } = await theLab()
  const script = `import { connect } from 'node:net'
    import { ensureLab } from '${new URL('./index.ts', import.meta.url)}'
    const lab = await ensureLab()
    const socket = connect(22, lab.hosts[0].address)
    socket.once('data', (data) => { console.log(lab.paths.dir, String(data)); socket.end(); process.exitCode = 3 })`
  const program = [process.execPath, ...process.execArgv, '--input-type=module', '-e', script]
  const given = await run(program, { env: { PLAYSCRIPT_LAB: paths.dir } })
  assert.match(given.stdout, new RegExp(`^${paths.dir} SSH-2.0-`), given.stderr)
  assert.is(given.code, 3)
  const fresh = await run(program, { env: { PLAYSCRIPT_LAB: '' } })
  assert.match(fresh.stdout, /^\/run\/playscript-lab\/[0-9a-f]+ SSH-2.0-/, fresh.stderr)
  assert.is(fresh.code, 3)
  assert.is.not(fresh.stdout.split(' ')[0], paths.dir)
})

/** Everything on this machine that bears the lab's id. */
async function tracesOf(id: string): Promise<string> {
  const processes = (await must(['ps', '-eo', 'stat=,args=']))
    .split('\n')
    .filter((line) => !line.startsWith('Z'))
  const all = [
    ...processes,
    ...(await must(['ip', 'netns', 'list'])).split('\n'),
    ...readFileSync('/proc/self/mountinfo', 'utf8').split('\n'),
    ...(await must(['find', '/sys/fs/cgroup', '-maxdepth', '3', '-name', 'playscript-lab-*'])).split('\n'),
    ...(await must(['find', '/run', '-xdev', '-name', `*${id}*`])).split('\n'),
  ]
  return all.filter((line) => line.includes(id)).join('\n')
}

test('what a killed run left behind goes with the next start', async () => {
  const script = `import { startLab } from '${new URL('./index.ts', import.meta.url)}'
    const { id } = await startLab({ hosts: [{ name: 'left', profile: 'plain' }], services: false })
    console.log(id); setInterval(() => {}, 1000)`
  const child = execa(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
    reject: false,
  })
  const id = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(String(data).trim())),
  )
  child.kill('SIGKILL')
  await child
  assert.match(await tracesOf(id), 'systemd-nspawn')
  await cli('status')
  assert.is(await tracesOf(id), '')
})

test('stop leaves nothing', async () => {
  const { id, stop } = await theLab()
  assert.match(await tracesOf(id), 'systemd-nspawn')
  await stop()
  assert.is(await tracesOf(id), '')
})

lab.run()
