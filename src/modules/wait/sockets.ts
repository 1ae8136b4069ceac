import { isIPv4, isIPv6 } from 'node:net'

/** TCP states as the kernel numbers them in /proc/net/tcp: include/net/tcp_states.h, and Ansible's names for them. */
export const STATES: Readonly<Record<string, string>> = {
  ESTABLISHED: '01',
  SYN_SENT: '02',
  SYN_RECV: '03',
  FIN_WAIT1: '04',
  FIN_WAIT2: '05',
  TIME_WAIT: '06',
}

/** An address as /proc/net/tcp and tcp6 write it: 32-bit words, each in the byte order of a little-endian machine. */
export function procAddress(address: string): string | undefined {
  if (isIPv4(address)) return wordHex(address.split('.').map(Number))
  if (!isIPv6(address)) return undefined
  const bytes = ipv6Bytes(address)
  return [0, 4, 8, 12].map((start) => wordHex(bytes.slice(start, start + 4))).join('')
}

function wordHex(bytes: readonly number[]): string {
  return [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('')
}

function ipv6Bytes(address: string): readonly number[] {
  const [, front = '', dotted] = /^(.*?)(\d+\.\d+\.\d+\.\d+)?$/.exec(address.replace(/%.*$/, '')) ?? []
  const tail = dotted === undefined ? [] : dotted.split('.').map(Number)
  const groups = (text: string) =>
    text
      .split(':')
      .filter((group) => group !== '')
      .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
  const [left = '', right] = front.split('::')
  const [before, after] = [groups(left), [...groups(right ?? ''), ...tail]]
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after]
}

/** All forms in which connections of an address occur: as it is, and an IPv4 address inside an IPv6 one. */
export function procForms(address: string): readonly string[] {
  const own = procAddress(address)
  if (own === undefined) return []
  return isIPv4(address) ? [own, `0000000000000000FFFF0000${own}`] : [own]
}

/** A port as /proc/net/tcp writes it. */
export function procPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
