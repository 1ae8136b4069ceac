import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostsFile } from './names.ts'
import { addressesOf } from './namespace.ts'
import { owners, type Seed } from './seed.ts'
import type { LabHost } from './types.ts'

export interface HostSeedInput {
  readonly host: LabHost
  readonly hosts: readonly LabHost[]
  readonly image: string
  /** OpenSSH private host key. */
  readonly hostPrivateKey: string
  /** Public half of the lab's one user key. */
  readonly userKey: string
  readonly ca: { readonly certificate: string; readonly hash: string }
}

/** What every host of the lab has: name, addresses, keys, and trust in the lab's CA. */
export function seedHost(seed: Seed, input: HostSeedInput): void {
  const { host, hosts, image, hostPrivateKey, userKey, ca } = input
  seed.file('/etc/hostname', `${host.name}\n`)
  seed.file('/etc/hosts', hostsFile(hosts, host))
  seed.file('/etc/machine-id', `${randomBytes(16).toString('hex')}\n`)
  seed.file(
    '/etc/lab-network',
    `ADDRESS=${host.address}/24\nADDRESS6=${host.address6}/64\nGATEWAY=${addressesOf(0).gateway}\n`,
  )
  seed.file('/etc/ssh/ssh_host_ed25519_key', hostPrivateKey, { mode: 0o600 })
  seed.file('/etc/ssh/ssh_host_ed25519_key.pub', `${host.hostKey}\n`)
  for (const [home, owner] of [
    ['/root', owners.root],
    ['/home/k8s', owners.k8s],
    ['/home/operator', owners.operator],
  ] as const)
    seed.file(`${home}/.ssh/authorized_keys`, `${userKey}\n`, { mode: 0o600, owner })
  trust(seed, image, ca)
}

/** The files that update-ca-certificates(8) would leave, without the second that it takes at every boot. */
function trust(seed: Seed, image: string, { certificate, hash }: HostSeedInput['ca']): void {
  const source = '/usr/local/share/ca-certificates/playscript-lab.crt'
  const bundle = '/etc/ssl/certs/ca-certificates.crt'
  seed.file(source, certificate)
  seed.link('/etc/ssl/certs/playscript-lab.pem', source)
  seed.link(`/etc/ssl/certs/${hash}.0`, 'playscript-lab.pem')
  seed.file(bundle, readFileSync(join(image, bundle), 'utf8') + certificate)
}
