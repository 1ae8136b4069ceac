import { readFileSync, statSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { type Lab, labUnavailable, startLab } from './index.ts'

const lab = suite('lab services and stand-ins')
const missing = labUnavailable()
if (missing !== undefined) console.log(`skipped: ${missing}`)
const test = missing === undefined ? lab : lab.skip

/** One lab for the whole file, started by the first test that needs it. */
let started: Promise<Lab> | undefined
const theLab = (): Promise<Lab> => {
  started ??= startLab({ hosts: [{ name: 'k3s-cluster', profile: 'k8s' }] })
  return started
}

const kubectl = 'kubectl --kubeconfig /etc/rancher/k3s/k3s.yaml get --raw'

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

lab.after(async () => {
  await started?.then(({ stop }) => stop())
})

lab.run()
