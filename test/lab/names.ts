import type { LabHost } from './types.ts'

/** Zone of the lab's names; `.test` is reserved for this, RFC 6761. */
export const zone = 'lab.test'
export const acmeName = `acme.${zone}`
export const awsName = `aws.${zone}`
export const downloadsName = `downloads.${zone}`

export const acmeDirectory = `https://${acmeName}:14000/dir`
export const acmeRoots = `https://${acmeName}:15000/roots/0`
/** Endpoint of every AWS service that moto plays. */
export const awsEndpoint = `http://${awsName}:5000`
export const downloadsUrl = `http://${downloadsName}:8080`

const namesOf = ({ name, domain, profile }: LabHost): string[] => {
  if (profile === 'services') return [name, acmeName, awsName, downloadsName]
  return domain === undefined ? [name] : [name, domain]
}

/** The text of an /etc/hosts that knows every host of the lab; `self` gets Debian's 127.0.1.1 line. */
export function hostsFile(hosts: readonly LabHost[], self?: LabHost): string {
  const lines = [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    ...(self === undefined ? [] : [`127.0.1.1 ${self.name}`]),
    ...hosts.map((host) => `${host.address} ${namesOf(host).join(' ')}`),
  ]
  return `${lines.join('\n')}\n`
}
