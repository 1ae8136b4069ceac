import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { acmeDirectory, awsEndpoint, hostsFile } from './names.ts'
import type { Download, LabHost, LabPaths } from './types.ts'

export const pathsIn = (dir: string): LabPaths => ({
  dir,
  key: join(dir, 'id_ecdsa'),
  knownHosts: join(dir, 'known_hosts'),
  sshConfig: join(dir, 'ssh_config'),
  inventory: join(dir, 'inventory.yml'),
  tofuOutputs: join(dir, 'tofu-outputs.json'),
  vars: join(dir, 'vars.yml'),
  caFile: join(dir, 'lab-ca.pem'),
  acmeRoot: join(dir, 'acme-root.pem'),
})

interface Input {
  readonly paths: LabPaths
  readonly hosts: readonly LabHost[]
  readonly download: Download | undefined
}

const aliasesOf = ({ address, name, domain }: LabHost) => [address, name, ...(domain ? [domain] : [])]

const hostVariables = (host: LabHost, { key }: LabPaths) => ({
  ansible_host: host.address,
  ansible_user: 'k8s',
  ansible_ssh_private_key_file: key,
  ansible_ssh_host_key_ed25519_public: host.hostKey,
})

/** One group per profile: `{ k8s: { hosts: { name: variables } } }`. */
function inventoryOf(hosts: readonly LabHost[], paths: LabPaths): object {
  const group = (profile: string) => ({
    hosts: Object.fromEntries(
      hosts.filter((host) => host.profile === profile).map((host) => [host.name, hostVariables(host, paths)]),
    ),
  })
  const profiles = [...new Set(hosts.map((host) => host.profile))].filter((profile) => profile !== 'services')
  return Object.fromEntries(profiles.map((profile) => [profile, group(profile)]))
}

/** What `tofu output -json` would print for the post's first stack if it had made this host. */
function tofuOutputs(host: LabHost, paths: LabPaths): object {
  const output = (value: string, sensitive = false) => ({ sensitive, type: 'string', value })
  return {
    ansible_inventory_yaml: output(stringify(inventoryOf([host], paths))),
    ansible_vars: output(stringify({ domain_name: host.domain })),
    oidc_provider_url: output(host.domain ?? ''),
    public_ip: output(host.address),
    public_ipv6: output(host.address6),
    ssh_host_public_key: output(host.hostKey),
    ssh_private_key: output(readFileSync(paths.key, 'utf8'), true),
  }
}

const sshConfig = (hosts: readonly LabHost[], { key, knownHosts }: LabPaths): string =>
  [
    ...hosts.map((host) => `Host ${aliasesOf(host).join(' ')}\n  HostName ${host.address}\n`),
    `Host *\n  User root\n  IdentityFile ${key}\n  IdentitiesOnly yes\n`,
    `  UserKnownHostsFile ${knownHosts}\n  StrictHostKeyChecking yes\n`,
  ].join('')

/** Writes the controller's side of a lab: keys' owners, names, inventory and outputs. `paths.key` must exist. */
export function writeControllerFiles({ paths, hosts, download }: Input): void {
  const first = hosts.find(({ profile }) => profile === 'k8s')
  writeFileSync(
    paths.knownHosts,
    hosts.map((host) => `${aliasesOf(host).join(',')} ${host.hostKey}\n`).join(''),
  )
  writeFileSync(paths.sshConfig, sshConfig(hosts, paths))
  writeFileSync(paths.inventory, stringify(inventoryOf(hosts, paths)))
  writeFileSync(join(paths.dir, 'hosts'), hostsFile(hosts))
  writeFileSync(join(paths.dir, 'resolv.conf'), '')
  if (first === undefined) return
  writeFileSync(paths.tofuOutputs, `${JSON.stringify(tofuOutputs(first, paths), null, 2)}\n`, { mode: 0o600 })
  const variables = {
    domain_name: first.domain,
    acme_directory_url: acmeDirectory,
    aws_endpoint_url: awsEndpoint,
    oidc_ca_file: paths.acmeRoot,
    static_web_server_download_url: download?.url,
    static_web_server_checksum: download?.sha256,
  }
  writeFileSync(paths.vars, stringify(variables))
}
