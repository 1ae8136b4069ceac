import { Script } from '../../core/quote.ts'
import type { Topic } from './source.ts'

/** What Ansible calls the machine types of the kernel: 32-bit x86 goes by one name. */
function architectureOf(machine: string): string {
  return /^i[3-6]86$|^i86pc$/.test(machine) ? 'i386' : machine
}

// A name service may take seconds to say that it knows nothing; /etc/hosts answers at once.
const NAMES = new Script(`set -- $(uname -snm); h=$2; printf '%s\\n' "$1" "$3" "$h"
[ / -ef /proc/1/root/. ] 2>/dev/null || [ ! -e /proc/1/root/. ] && echo no || echo yes
grep -siw -- "$h" /etc/hosts || { command -v timeout >/dev/null 2>&1 && timeout 2 getent hosts "$h"; }
true`)

/** Names of the machine and of its kernel. */
export const platform: Topic = {
  name: 'platform',
  subsets: [
    'min',
    'system',
    'kernel',
    'kernel_version',
    'machine',
    'machine_id',
    'architecture',
    'chroot',
    'is_chroot',
  ],
  files: [
    '/proc/sys/kernel/osrelease',
    '/proc/sys/kernel/version',
    '/etc/machine-id',
    '/var/lib/dbus/machine-id',
  ],
  script: NAMES,
  parse(source) {
    const [system = '', machine = '', nodename = '', chroot = 'no', ...hosts] = source
      .printed('platform')
      .split('\n')
    const fqdn = fullName(nodename, hosts)
    const dot = fqdn.indexOf('.')
    return {
      system,
      kernel: source.file('/proc/sys/kernel/osrelease') ?? '',
      kernel_version: source.file('/proc/sys/kernel/version') ?? '',
      machine,
      architecture: architectureOf(machine),
      userspace_bits: machine.includes('64') || machine === 's390x' ? '64' : '32',
      userspace_architecture: architectureOf(machine),
      nodename,
      hostname: nodename.replace(/\..*$/, ''),
      fqdn,
      domain: dot === -1 ? '' : fqdn.slice(dot + 1),
      machine_id: source.file('/etc/machine-id') ?? source.file('/var/lib/dbus/machine-id') ?? null,
      is_chroot: chroot === 'yes',
    }
  },
}

/**
 * The first name with a dot on the machine's own line of hosts(5), or else the first name there, as a resolver gives
 * it; without such a line the name it gives itself.
 */
export function fullName(nodename: string, hosts: readonly string[]): string {
  for (const line of hosts) {
    const [, ...names] = line.replace(/#.*$/, '').trim().split(/\s+/)
    if (!names.includes(nodename)) continue
    return names.find((name) => name.includes('.')) ?? names[0] ?? nodename
  }
  return nodename
}
