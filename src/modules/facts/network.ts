import { Script } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import type { Source, Topic } from './source.ts'

/** An address of an interface. */
export interface Address {
  readonly interface: string
  readonly family: 4 | 6
  readonly address: string
  readonly prefix: number
  readonly broadcast: string
  readonly scope: string
}

/** The way out: what the kernel would take towards a host far away. Nothing is sent. */
interface Route {
  readonly interface: string
  readonly gateway?: string
  readonly address?: string
}

const DETAILS = [
  'address',
  'mtu',
  'operstate',
  'type',
  'flags',
  'speed',
  'bridge/bridge_id',
  'bridge/stp_state',
  'bonding/slaves',
  'bonding/mode',
]

/** Interfaces, addresses and routes. */
export const network: Topic = {
  name: 'network',
  subsets: ['interfaces', 'default_ipv4', 'default_ipv6', 'all_ipv4_addresses', 'all_ipv6_addresses'],
  files: [...DETAILS.map((name) => `/sys/class/net/*/${name}`), '/sys/class/net/*/brif/*/port_no'],
  script: new Script(
    'ip -o addr show 2>/dev/null; echo route; ip -4 route get 8.8.8.8 2>/dev/null; echo route; ip -6 route get 2404:6800:400a:800::1012 2>/dev/null; echo route; for d in /sys/class/net/*/device; do [ -L "$d" ] && echo "$d $(readlink "$d") $(readlink "$d/driver/module")"; done; echo route; ip -4 route show table local 2>/dev/null; ip -6 route show table local 2>/dev/null; true',
  ),
  parse: networkFacts,
}

function networkFacts(source: Source): Variables {
  const [shown = '', route4 = '', route6 = '', drivers = '', local = ''] = source
    .printed('network')
    .split(/^route$/m)
  const addresses = parseAddresses(shown)
  const names = [...new Set(source.below('/sys/class/net').map(([path]) => path.split('/')[4] ?? ''))]
  const interfaces = new Map(
    names.map((name) => [name, { ...interfaceFacts(name, source, addresses), ...driverOf(name, drivers) }]),
  )
  const outside = (family: 4 | 6, local: RegExp) =>
    addresses.filter((one) => one.family === family && !local.test(one.address)).map(({ address }) => address)
  return {
    interfaces: names,
    ...Object.fromEntries([...interfaces].map(([name, facts]) => [name.replaceAll('-', '_'), facts])),
    all_ipv4_addresses: outside(4, /^127\./),
    all_ipv6_addresses: outside(6, /^::1$/),
    default_ipv4: defaultFacts(parseRoute(route4), 4, addresses, interfaces),
    default_ipv6: defaultFacts(parseRoute(route6), 6, addresses, interfaces),
    locally_reachable_ips: localPrefixes(local),
  }
}

// Addresses, and whole prefixes, that reach the host itself: the routes of its table `local`.
function localPrefixes(text: string): Variables {
  const found = new Set([...text.matchAll(/^local (\S+)/gm)].map(([, address = '']) => address))
  const [ipv4, ipv6]: [string[], string[]] = [[], []]
  for (const address of found) (address.includes(':') ? ipv6 : ipv4).push(address)
  return { ipv4, ipv6 }
}

// The device that an interface is, and the kernel module that drives it.
function driverOf(name: string, drivers: string): Variables {
  const row = drivers.split('\n').find((line) => line.startsWith(`/sys/class/net/${name}/device `))
  const [, device, module] = row?.split(' ').map((path) => path.replace(/^.*\//, '')) ?? []
  return { ...(device ? { pciid: device } : {}), ...(module ? { module } : {}) }
}

/** Reads `ip -o addr show`. */
export function parseAddresses(text: string): readonly Address[] {
  return text.split('\n').flatMap((line) => {
    const [, name, family, rest = ''] = /^\d+: (\S+)\s+(inet6?) (.*)$/.exec(line) ?? []
    const [, address = '', prefix] = /^([^\s/]+)(?: peer [^\s/]+)?(?:\/(\d+))?/.exec(rest) ?? []
    if (name === undefined) return []
    const scope = /\bscope (\S+)/.exec(rest)?.[1] ?? 'global'
    return [
      {
        interface: name.replace(/@.*$/, ''),
        family: family === 'inet' ? (4 as const) : (6 as const),
        address,
        prefix: Number(prefix ?? (family === 'inet' ? 32 : 128)),
        broadcast: /\bbrd (\S+)/.exec(rest)?.[1] ?? '',
        scope,
      },
    ]
  })
}

function parseRoute(text: string): Route | undefined {
  const word = (name: string) => new RegExp(`\\b${name} (\\S+)`).exec(text)?.[1]
  const name = word('dev')
  if (name === undefined || /^(unreachable|RTNETLINK)/m.test(text.trim())) return undefined
  const [gateway, address] = [word('via'), word('src')]
  return { interface: name, ...(gateway && { gateway }), ...(address && { address }) }
}

const TYPES: Readonly<Record<string, string>> = {
  1: 'ether',
  32: 'infiniband',
  512: 'ppp',
  772: 'loopback',
  65534: 'tunnel',
}

function interfaceFacts(name: string, source: Source, addresses: readonly Address[]): Variables {
  const folder = `/sys/class/net/${name}`
  const read = (file: string) => source.file(`${folder}/${file}`)?.trim()
  const mine = addresses.filter((one) => one.interface === name)
  const [primary, ...secondaries] = mine.filter(({ family }) => family === 4).map(ipv4Facts)
  const ipv6 = mine
    .filter(({ family }) => family === 6)
    .map(({ address, prefix, scope }) => ({ address, prefix: String(prefix), scope }))
  const mac = read('address')
  const bridge = read('bridge/bridge_id')
  const slaves = read('bonding/slaves')
  return {
    device: name,
    active: read('operstate') !== 'down',
    type:
      bridge !== undefined
        ? 'bridge'
        : read('bonding/mode') !== undefined
          ? 'bonding'
          : (TYPES[read('type') ?? ''] ?? 'unknown'),
    promisc: (Number(read('flags') ?? 0) & 0x100) !== 0,
    ...(mac && mac !== '00:00:00:00:00:00' ? { macaddress: mac } : {}),
    ...(read('mtu') === undefined ? {} : { mtu: Number(read('mtu')) }),
    ...(read('speed') === undefined ? {} : { speed: Number(read('speed')) }),
    ...(bridge === undefined
      ? {}
      : {
          id: bridge,
          stp: read('bridge/stp_state') === '1',
          interfaces: source.below(`${folder}/brif`).map(([path]) => path.split('/')[6]),
        }),
    ...(slaves === undefined ? {} : { slaves: slaves.split(' '), mode: read('bonding/mode')?.split(' ')[0] }),
    ...(primary === undefined ? {} : { ipv4: primary }),
    ...(secondaries.length === 0 ? {} : { ipv4_secondaries: secondaries }),
    ...(ipv6.length === 0 ? {} : { ipv6 }),
  }
}

function ipv4Facts({ address, prefix, broadcast }: Address): Variables {
  const mask = prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0
  return {
    address,
    broadcast,
    netmask: dotted(mask),
    network: dotted((numberOf(address) & mask) >>> 0),
    prefix: String(prefix),
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0)
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
}

function defaultFacts(
  route: Route | undefined,
  family: 4 | 6,
  addresses: readonly Address[],
  interfaces: ReadonlyMap<string, Variables>,
): Variables {
  if (route === undefined) return {}
  const { macaddress, mtu, type } = interfaces.get(route.interface) ?? {}
  const own = addresses.filter((one) => one.family === family && one.interface === route.interface)
  const found = own.find(({ address }) => address === route.address) ?? own[0]
  const common = {
    interface: route.interface,
    ...(route.gateway === undefined ? {} : { gateway: route.gateway }),
    ...(macaddress === undefined ? {} : { macaddress }),
    ...(mtu === undefined ? {} : { mtu }),
    type,
  }
  if (found === undefined) return { ...common, address: route.address }
  if (family === 4) return { ...common, alias: route.interface, ...ipv4Facts(found) }
  return { ...common, address: found.address, prefix: String(found.prefix), scope: found.scope }
}
