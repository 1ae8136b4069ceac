import { existsSync, readFileSync, statSync } from 'node:fs'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
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
    ],
  })
  return started
}

const ssh = async (host: string, command: string, user = 'root') => {
  const { exec, paths } = await theLab()
  return exec(['ssh', '-F', paths.sshConfig, '-l', user, host, command])
}

const kubectl = 'kubectl --kubeconfig /etc/rancher/k3s/k3s.yaml get --raw'

test('root, k8s and operator log in by key, and the host key is known before', async () => {
  for (const [user, uid] of [
    ['root', 0],
    ['k8s', 1000],
    ['operator', 1001],
  ] as const) {
    const { code, stdout, stderr } = await ssh('plain-1', 'id -u', user)
    assert.equal({ code, stdout, stderr }, { code: 0, stdout: `${uid}\n`, stderr: '' })
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
  assert.is((await ssh('plain-1', 'sudo -n id -u', 'k8s')).stdout, '0\n')
  assert.is((await ssh('plain-1', 'sudo -n true', 'operator')).code, 1)
  const words = ['ssh', '-F', paths.sshConfig, '-l', 'operator', 'plain-1', "sudo -S -p '' id -u"]
  assert.is((await exec(words, { input: `${operatorPassword}\n` })).stdout, '0\n')
})

test('systemd runs with no failed unit', async () => {
  for (const host of ['k3s-cluster', 'plain-1', 'services'])
    assert.is(
      (await (await theLab()).sh(host, 'systemctl --failed --no-legend; systemctl is-system-running')).stdout,
      'running\n',
    )
})

test('inventory, outputs and variables say the same of the k8s host', async () => {
  const { paths, host } = await theLab()
  const { address, address6, hostKey, domain } = host('k3s-cluster')
  const variables = {
    ansible_host: address,
    ansible_user: 'k8s',
    ansible_ssh_private_key_file: paths.key,
    ansible_ssh_host_key_ed25519_public: hostKey,
  }
  const inventory = parse(readFileSync(paths.inventory, 'utf8'))
  assert.equal(inventory.k8s.hosts, { 'k3s-cluster': variables })
  const outputs = JSON.parse(readFileSync(paths.tofuOutputs, 'utf8'))
  assert.equal(parse(outputs.ansible_inventory_yaml.value).k8s, inventory.k8s)
  assert.equal(parse(outputs.ansible_vars.value), { domain_name: domain })
  assert.is(outputs.oidc_provider_url.value, domain)
  assert.is(outputs.public_ip.value, address)
  assert.is(outputs.public_ipv6.value, address6)
  assert.is(outputs.ssh_host_public_key.value, hostKey)
  assert.is(outputs.ssh_private_key.value, readFileSync(paths.key, 'utf8'))
  assert.is(statSync(paths.key).mode & 0o777, 0o600)
  assert.is(parse(readFileSync(paths.vars, 'utf8')).domain_name, domain)
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

test('kubectl gets the raw documents, and nobody does without a client certificate', async () => {
  const { sh, host } = await theLab()
  const issuer = `https://${host('k3s-cluster').domain}`
  const discovery = JSON.parse(
    (await sh('k3s-cluster', `${kubectl} /.well-known/openid-configuration`)).stdout,
  )
  assert.is(discovery.issuer, issuer)
  assert.is(discovery.jwks_uri, `${issuer}/openid/v1/jwks`)
  const [key] = JSON.parse((await sh('k3s-cluster', `${kubectl} /openid/v1/jwks`)).stdout).keys
  assert.is(Buffer.from(key.n, 'base64url').length, 256)
  const { stdout } = await sh(
    'k3s-cluster',
    'curl -sk -w "%{http_code}" -o /dev/null https://127.0.0.1:6443/openid/v1/jwks',
  )
  assert.is(stdout, '401')
  assert.is((await sh('k3s-cluster', 'stat -c "%a %U" /etc/rancher/k3s/k3s.yaml')).stdout, '600 root\n')
})

test('a rotated key comes first and the old one may stay', async () => {
  const { sh, rotateKey } = await theLab()
  const kids = async () =>
    JSON.parse((await sh('k3s-cluster', `${kubectl} /openid/v1/jwks`)).stdout).keys.map(
      ({ kid }: { kid: string }) => kid,
    )
  const [first] = await kids()
  const second = await rotateKey('k3s-cluster', { keepOld: true })
  assert.equal(await kids(), [second, first])
  const third = await rotateKey('k3s-cluster')
  assert.equal(await kids(), [third])
})

test('cilium installs once, upgrades, and says which version runs', async () => {
  const cilium = async (words: string) =>
    (await theLab()).sh('k3s-cluster', `KUBECONFIG=/etc/rancher/k3s/k3s.yaml cilium ${words}`)
  assert.match((await cilium('version')).stdout, /\(running\): unknown\..*release: not found/)
  assert.is((await cilium('status --wait')).code, 1)
  assert.is((await cilium('upgrade --version 1.15.4')).code, 1)
  assert.is((await cilium('install --set kubeProxyReplacement=true --wait --version 1.15.4')).code, 0)
  const again = await cilium('install --version 1.15.4')
  assert.is(again.code, 1)
  assert.match(again.stderr, 'cannot re-use a name that is still in use')
  assert.is((await cilium('upgrade --version 1.15.5')).code, 0)
  assert.match((await cilium('version')).stdout, '(running): 1.15.5\n')
  assert.is((await cilium('status --wait')).code, 0)
  const blind = await (await theLab()).sh('k3s-cluster', 'KUBECONFIG=/none cilium install --version 1.15.4')
  assert.match(blind.stderr, 'Kubernetes cluster unreachable')
})

test('certbot gets a certificate and the static-web-server stand-in serves HTTP/2 with it', async () => {
  const { sh, exec, host, acmeDirectory, download, paths } = await theLab()
  const { domain } = host('k3s-cluster')
  const certbot = `certbot certonly --standalone -n --agree-tos -m a@lab.test -d ${domain} --server ${acmeDirectory}`
  const issued = await sh('k3s-cluster', certbot)
  assert.is(issued.code, 0, issued.stderr)
  const live = `/etc/letsencrypt/live/${domain}`
  const serve = `set -e; cd /tmp
    curl -sSf -O ${download.url}; echo "${download.sha256}  $(basename ${download.url})" | sha256sum -c -
    tar xzf static-web-server-*.tar.gz --strip-components=1 --wildcards '**/static-web-server'
    mkdir site; ${kubectl} /openid/v1/jwks >site/jwks; cp ${live}/fullchain.pem cert.pem; cp ${live}/privkey.pem key.pem
    chown -R www-data site ?*.pem
    systemd-run -q -u sws -p User=www-data -p AmbientCapabilities=CAP_NET_BIND_SERVICE -p WorkingDirectory=/tmp \\
      ./static-web-server --host 0.0.0.0 --port 443 --root site --log-level info --http2 true \\
      --http2-tls-cert cert.pem --http2-tls-key key.pem --compression true --health true --experimental-metrics true`
  const served = await sh('k3s-cluster', serve)
  assert.is(served.code, 0, served.stderr)
  const curl = ['curl', '-sS', '--retry', '10', '--retry-connrefused', '--cacert', paths.acmeRoot]
  const got = await exec([...curl, '-w', '\n%{http_version}', `https://${domain}/jwks`])
  assert.match(got.stdout, /^\{"keys".*\n2$/s, got.stderr)
})

test('the AWS endpoint answers', async () => {
  const { exec, awsEndpoint } = await theLab()
  const retry = ['--retry', '40', '--retry-connrefused', '--retry-delay', '1', '--retry-max-time', '40']
  const { stdout, stderr } = await exec(['curl', '-sS', ...retry, `${awsEndpoint}/moto-api/data.json`])
  assert.match(stdout, /^\{/, stderr)
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
  const boot = async () =>
    (await sh('plain-1', 'cat /etc/mark; stat -c %Y /proc/1').catch(() => ({ stdout: '' }))).stdout
  await sh('plain-1', 'echo kept >/etc/mark')
  const first = await boot()
  await sh('plain-1', 'systemctl reboot')
  let again = first
  for (let tries = 0; tries < 200 && (again === first || again === ''); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    again = await boot()
  }
  assert.match(again, /^kept\n\d+\n$/)
  assert.is.not(again, first)
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
  const fresh = await run(program)
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
