import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { must, run } from './run.ts'

export const bridge = 'br0'
/** This machine's own address there. */
export const gateway = '10.213.0.1'

/** What a host of number `n` needs to set its addresses. The default route leads to the bridge and no further. */
export const addressesOf = (n: number) => ({
  address: `10.213.0.${n}`,
  address6: `fd00:213::${n}`,
  gateway,
})

const prefix = 'playscript-lab-'

export const netnsName = (labId: string): string => `${prefix}${labId}`

/** Ids of the labs that have a network namespace now. */
export function labsWithNetns(): string[] {
  try {
    return readdirSync('/run/netns').flatMap((name) =>
      name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
    )
  } catch {
    return []
  }
}

/** A network namespace with a bridge and loopback, without any way out. */
export async function createNetns(netns: string): Promise<void> {
  await must(['ip', 'netns', 'add', netns])
  const ip = (...args: string[]) => must(['ip', '-netns', netns, ...args])
  await ip('link', 'set', 'lo', 'up')
  await ip('link', 'add', bridge, 'type', 'bridge')
  await ip('address', 'add', `${gateway}/24`, 'dev', bridge)
  await ip('-6', 'address', 'add', 'fd00:213::1/64', 'dev', bridge, 'nodad')
  await ip('link', 'set', bridge, 'up')
}

/** Whether this process is in that network namespace already. */
export const isInside = (netns: string): boolean =>
  statSync('/proc/self/ns/net').ino === statSync(join('/run/netns', netns)).ino

export async function removeNetns(netns: string): Promise<void> {
  await run(['ip', 'netns', 'delete', netns])
}

/** Enters the network only. `ip netns exec` would remount /sys, which breaks cgroups for nspawn. */
export const insideNetwork = (netns: string, argv: readonly string[]): string[] => [
  'nsenter',
  `--net=${join('/run/netns', netns)}`,
  ...argv,
]

/** Enters the network and gives the command, and nobody else, the lab's names by a mount namespace of its own. */
export const insideLab = (netns: string, dir: string, argv: readonly string[]): string[] =>
  insideNetwork(netns, [
    ...['unshare', '--mount', 'sh', '-c'],
    'mount --bind "$1/hosts" /etc/hosts && mount --bind "$1/resolv.conf" /etc/resolv.conf && shift && exec "$@"',
    ...['sh', dir, ...argv],
  ])
