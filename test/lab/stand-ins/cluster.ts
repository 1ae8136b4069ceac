import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { type Certificate, createAuthority, issue } from '../certificates.ts'
import { rotateReal, seedKubernetes } from '../kubernetes/units.ts'
import { type Machine, runInside } from '../machine.ts'
import type { ProfileInput } from '../profiles.ts'
import type { Seed } from '../seed.ts'

/** Where k3s keeps its server's files; the stand-in reads them there. */
const home = '/var/lib/rancher/k3s/server'

const asset = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url))

interface SigningKey {
  readonly privateKey: string
  readonly kid: string
  readonly jwk: object
}

/** A service account signing key. Kubernetes names it by the sha256 of its DER public key, base64url. */
function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKey = createPublicKey(privateKey)
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const kid = createHash('sha256').update(der).digest('base64url')
  const { n, e } = publicKey.export({ format: 'jwk' })
  return {
    kid,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    jwk: { use: 'sig', kty: 'RSA', kid, alg: 'RS256', n, e },
  }
}

const discovery = (domain: string) => ({
  issuer: `https://${domain}`,
  jwks_uri: `https://${domain}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The administrator's kubeconfig in the words of k3s: everything is named `default`. */
const kubeconfig = (authority: Certificate, client: Certificate) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'default',
      cluster: {
        'certificate-authority-data': base64(authority.certificate),
        server: 'https://127.0.0.1:6443',
      },
    },
  ],
  contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
  'current-context': 'default',
  preferences: {},
  users: [
    {
      name: 'default',
      user: {
        'client-certificate-data': base64(client.certificate),
        'client-key-data': base64(client.key),
      },
    },
  ],
})

const programs = '/usr/local/lib/playscript-lab'

const unit = `[Unit]
Description=Stand-in for k3s: a cluster API with a few kinds of objects
After=network.target

[Service]
Type=notify
ExecStart=/usr/bin/python3 ${programs}/cluster-api.stand-in.py
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`

const kubeletUnit = `[Unit]
Description=Stand-in for the kubelet of k3s: runs containers as processes of this host
After=k3s.service

[Service]
ExecStart=/usr/bin/python3 ${programs}/kubelet.stand-in.py
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`

async function seedTls(seed: Seed, dir: string): Promise<void> {
  const [serverCa, clientCa] = await Promise.all([
    createAuthority({ dir, name: 'server-ca', subject: '/CN=k3s-server-ca' }),
    createAuthority({ dir, name: 'client-ca', subject: '/CN=k3s-client-ca' }),
  ])
  const altNames = ['IP:127.0.0.1', 'DNS:localhost', 'DNS:kubernetes.default.svc']
  const [serving, client] = await Promise.all([
    issue(serverCa, { dir, name: 'serving', subject: '/O=k3s/CN=k3s', altNames }),
    issue(clientCa, { dir, name: 'client', subject: '/O=system:masters/CN=system:admin' }),
  ])
  seed.file(`${home}/tls/serving.crt`, serving.certificate)
  seed.file(`${home}/tls/serving.key`, serving.key, { mode: 0o600 })
  seed.file(`${home}/tls/server-ca.crt`, serverCa.certificate)
  seed.file(`${home}/tls/client-ca.crt`, clientCa.certificate)
  seed.file(`${home}/tls/client-admin.crt`, client.certificate)
  seed.file(`${home}/tls/client-admin.key`, client.key, { mode: 0o600 })
  seed.file(`${home}/admin.kubeconfig`, stringify(kubeconfig(serverCa, client)), { mode: 0o600 })
}

/** What the post's cloud-init leaves: a cluster API that federates, its kubeconfig, and the cilium program. */
export async function seedCluster({ seed, host, home: dir, state }: ProfileInput): Promise<void> {
  await seedTls(seed, dir)
  const key = newSigningKey()
  seed.file(`${home}/tls/service.key`, key.privateKey, { mode: 0o600 })
  seed.file(`${programs}/kubelet.stand-in.py`, asset('kubelet.py'), { mode: 0o755 })
  seed.file('/usr/local/bin/cilium', asset('cilium.sh'), { mode: 0o755 })
  seed.unit('k3s-kubelet.service', kubeletUnit)
  if (state.kubernetes !== undefined) return seedKubernetes(seed, host.domain ?? host.name)
  seed.file(`${home}/jwks.json`, JSON.stringify({ keys: [key.jwk] }))
  seed.file(`${home}/openid-configuration.json`, JSON.stringify(discovery(host.domain ?? host.name)))
  seed.file(
    `${home}/version.json`,
    JSON.stringify({ major: '1', minor: '29', gitVersion: 'v1.29.3+k3s1', platform: 'linux/stand-in' }),
  )
  seed.file(`${programs}/cluster-api.stand-in.py`, asset('cluster-api.py'), { mode: 0o755 })
  for (const name of ['cluster_objects.py', 'cluster_jobs.py']) seed.file(`${programs}/${name}`, asset(name))
  seed.unit('k3s.service', unit)
}

/**
 * Replaces the signing key; with `keepOld` the documents keep the old public key after the new one, as a real
 * rotation does until old tokens have expired. Returns the new key's id.
 */
export async function rotateKey(
  machine: Machine,
  { keepOld = false }: { readonly keepOld?: boolean } = {},
): Promise<string> {
  const key = newSigningKey()
  const real = await runInside(machine, 'test -e /usr/local/lib/kubernetes')
  const script =
    real.code === 0 ? rotateReal(key.privateKey, keepOld) : await rotateStandIn(machine, key, keepOld)
  const { code, stderr } = await runInside(machine, script)
  if (code !== 0) throw new Error(`lab: ${machine.name}: the key was not replaced: ${stderr.trim()}`)
  return key.kid
}

async function rotateStandIn(machine: Machine, key: SigningKey, keepOld: boolean): Promise<string> {
  const published = await runInside(machine, `cat ${home}/jwks.json`)
  const { keys } = JSON.parse(published.stdout) as { readonly keys: readonly object[] }
  const jwks = JSON.stringify({ keys: keepOld ? [key.jwk, ...keys] : [key.jwk] })
  return `set -e; umask 077; cd ${home}
    printf %s '${key.privateKey}' >tls/service.key
    printf %s '${jwks}' >jwks.json.new; chmod 644 jwks.json.new; mv jwks.json.new jwks.json`
}
