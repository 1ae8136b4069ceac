import { Script } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import type { Source, Topic } from './source.ts'

const PRESENT = [
  '/.dockerenv',
  '/.dockerinit',
  '/run/.containerenv',
  '/proc/vz',
  '/proc/xen',
  '/dev/kvm',
  '/dev/lxd/sock',
  '/run/systemd/container',
]

/** Whether the machine is a guest, a container or a host of others. */
export const virtualization: Topic = {
  name: 'virtual',
  subsets: ['virtualization_type', 'virtualization_role'],
  files: [
    '/proc/1/cgroup',
    '/run/systemd/container',
    '/sys/hypervisor/type',
    '/sys/class/dmi/id/product_name',
    '/sys/class/dmi/id/sys_vendor',
    '/sys/class/dmi/id/bios_vendor',
  ],
  script: new Script(
    `for f in ${PRESENT.join(' ')}; do [ -e $f ] && echo $f; done; tr '\\000' '\\n' </proc/1/environ 2>/dev/null | grep '^container='; grep -m2 -owE 'QEMU Virtual CPU|hypervisor' /proc/cpuinfo; true`,
  ),
  parse: virtualizationFacts,
}

/** Container managers by the word with which systemd and others tell the container. */
const CONTAINERS: Readonly<Record<string, string>> = {
  docker: 'docker',
  podman: 'podman',
  lxc: 'lxc',
  'lxc-libvirt': 'lxc',
  'systemd-nspawn': 'container',
}

/** Guests by what the firmware says; the first that matches. */
const FIRMWARE: readonly (readonly [RegExp, string])[] = [
  [/VMware/, 'VMware'],
  [/VirtualBox|innotek/, 'virtualbox'],
  [/oVirt|RHV|RHEV Hypervisor/, 'RHEV'],
  [/OpenStack/, 'openstack'],
  [/Google Compute Engine|KVM|QEMU|Bochs|DigitalOcean|Hetzner|Amazon EC2|Nutanix|Linode|Scaleway/, 'kvm'],
  [/Parallels/, 'parallels'],
  [/Virtual Machine.*Microsoft|Microsoft.*Virtual Machine/s, 'VirtualPC'],
  [/Xen|HVM domU/, 'xen'],
]

function virtualizationFacts(source: Source): Variables {
  const rows = source.printed('virtual').split('\n')
  const guests: string[] = []
  const add = (type: string | undefined) => {
    if (type !== undefined && !guests.includes(type)) guests.push(type)
  }
  const told = rows.find((row) => row.startsWith('container='))?.slice('container='.length)
  const container = told ?? source.file('/run/systemd/container')?.trim()
  const cgroup = source.file('/proc/1/cgroup') ?? ''
  if (rows.includes('/.dockerenv') || rows.includes('/.dockerinit') || /\/docker[-/]/.test(cgroup))
    add('docker')
  if (rows.includes('/run/.containerenv')) add('podman')
  if (/\/(lxc|machine\.slice\/machine-lxc)/.test(cgroup) || rows.includes('/dev/lxd/sock')) add('lxc')
  if (container) add(CONTAINERS[container] ?? 'container')
  if (container === 'systemd-nspawn') add(container)
  if (rows.includes('/proc/vz')) add('openvz')
  const inContainer = guests.length > 0
  if (inContainer) add('container')
  if (source.file('/sys/hypervisor/type') === 'xen' || rows.includes('/proc/xen')) add('xen')
  const dmi = ['product_name', 'sys_vendor', 'bios_vendor'].map(
    (name) => source.file(`/sys/class/dmi/id/${name}`) ?? '',
  )
  add(FIRMWARE.find(([pattern]) => pattern.test(dmi.join('\n')))?.[1])
  if (rows.includes('QEMU Virtual CPU')) add('kvm')
  const hosts = rows.includes('/dev/kvm') ? ['kvm'] : []
  // The processor says that something runs beneath, and nothing said what.
  if (!inContainer && guests.length === 0 && rows.includes('hypervisor')) add('kvm')
  return {
    virtualization_type: guests[0] ?? hosts[0] ?? 'NA',
    virtualization_role: guests.length > 0 ? 'guest' : hosts.length > 0 ? 'host' : 'NA',
    virtualization_tech_guest: guests,
    virtualization_tech_host: hosts,
  }
}
