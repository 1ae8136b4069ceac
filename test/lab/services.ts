import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issue } from './certificates.ts'
import { acmeName, acmeRoots, downloadsName } from './names.ts'
import type { ProfileInput } from './profiles.ts'
import { labFolder } from './state.ts'
import { bundleSts } from './sts/bundle.ts'
import type { Lab } from './types.ts'

const pebbleConfig = {
  pebble: {
    listenAddress: '0.0.0.0:14000',
    managementListenAddress: '0.0.0.0:15000',
    certificate: '/etc/pebble/acme.pem',
    privateKey: '/etc/pebble/acme.key',
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    retryAfter: { authz: 1, order: 1 },
  },
}

const unit = (description: string, service: readonly string[]): string =>
  [
    `[Unit]\nDescription=${description}\nAfter=network.target\n\n[Service]`,
    ...service,
    'Restart=on-failure\n\n[Install]\nWantedBy=multi-user.target\n',
  ].join('\n')

/** Asks the DNS server for one more name; its management API takes JSON. */
const addName = (domain: string, address: string): string => {
  const body = JSON.stringify({ host: `${domain}.`, addresses: [address] })
  return `ExecStartPost=curl -sS -f --retry 20 --retry-connrefused --retry-delay 0 -d '${body}' http://127.0.0.1:8055/add-a`
}

/** The services machine: Pebble (an ACME CA), the DNS it asks, moto (AWS), and an HTTP server with the downloads. */
export async function seedServices({ seed, home, authority, state }: ProfileInput): Promise<void> {
  const domains = state.hosts.flatMap(({ domain, address }) => (domain ? [{ domain, address }] : []))
  const dns = [
    '-defaultIPv6 "" -defaultIPv4 127.0.0.1 -dns01 :53 -http01 "" -https01 "" -tlsalpn01 "" -doh ""',
  ]
  seed.unit(
    'lab-dns.service',
    unit('DNS that the ACME CA asks', [
      `ExecStart=/usr/bin/pebble-challtestsrv ${dns} -management 127.0.0.1:8055`,
      ...domains.map(({ domain, address }) => addName(domain, address)),
    ]),
  )
  const acme = await issue(authority, {
    ...{ dir: home, name: 'acme', subject: `/CN=${acmeName}` },
    altNames: [`DNS:${acmeName}`],
  })
  seed.file('/etc/pebble/acme.pem', acme.certificate)
  seed.file('/etc/pebble/acme.key', acme.key, { mode: 0o600 })
  seed.file('/etc/pebble/config.json', JSON.stringify(pebbleConfig, null, 2))
  seed.unit(
    'lab-acme.service',
    unit('ACME CA', [
      'Environment=PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0',
      'ExecStart=/usr/bin/pebble -config /etc/pebble/config.json -dnsserver 127.0.0.1:53 -strict=false',
    ]),
  )
  seed.unit(
    'lab-aws.service',
    unit('AWS IAM, STS and SSM, played by moto', [
      'Environment=MOTO_IAM_LOAD_MANAGED_POLICIES=true',
      'ExecStart=/usr/bin/moto_server -H 127.0.0.1 -p 5001',
    ]),
  )
  // moto gives credentials to whoever asks; what stands before it looks at the token and the trust policy first.
  const moto = 'http://127.0.0.1:5001'
  const untilMoto = `curl -sS -o /dev/null --retry 60 --retry-connrefused --retry-delay 1 ${moto}/moto-api/data.json`
  const sts = '/usr/local/lib/playscript-lab/sts.mjs'
  seed.file(sts, await bundleSts())
  seed.unit(
    'lab-sts.service',
    unit('AWS STS, as far as it decides on tokens', [
      // It opens its port only when moto answers, so that a caller's retry on a closed port is enough.
      `ExecStart=/bin/sh -c '${untilMoto}; exec node ${sts} 5000 ${moto} ${acmeRoots}'`,
    ]),
  )
  seedDownloads({ seed, state })
}

function seedDownloads({ seed, state }: Pick<ProfileInput, 'seed' | 'state'>): void {
  if (state.download === null) return
  const { file, sha256 } = state.download
  seed.file(`/srv/downloads/${file}`, readFileSync(join(labFolder(state.id), file)))
  seed.file('/srv/downloads/SHA256SUMS', `${sha256}  ${file}\n`)
  seed.file(
    '/etc/nginx/sites-enabled/default',
    `server { listen 8080; server_name ${downloadsName}; root /srv/downloads; autoindex on; }\n`,
  )
  seed.link(
    '/etc/systemd/system/multi-user.target.wants/nginx.service',
    '/usr/lib/systemd/system/nginx.service',
  )
}

/** Waits for the ACME CA and saves its root, which is new at each of its starts. */
export async function saveAcmeRoot(lab: Lab): Promise<void> {
  const services = lab.services?.name ?? 'services'
  const fetch = `curl -sS -f --retry 40 --retry-connrefused --retry-delay 0 --retry-max-time 20 ${acmeRoots}`
  const { code, stdout, stderr } = await lab.sh(services, fetch)
  if (code !== 0) throw new Error(`lab: the ACME CA does not answer: ${stderr.trim()}`)
  writeFileSync(lab.paths.acmeRoot, stdout)
}
