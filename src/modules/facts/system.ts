import { Script } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import { parseAssignments } from './distribution.ts'
import type { Source, Topic } from './source.ts'

/** What the kernel was started with. */
export const commandLine: Topic = {
  name: 'cmdline',
  subsets: ['min', 'proc_cmdline'],
  files: ['/proc/cmdline'],
  parse(source) {
    const words = (source.file('/proc/cmdline') ?? '').split(/\s+/).filter((word) => word !== '')
    const pairs = words.map((word) => {
      const [name = '', ...value] = word.split('=')
      return [name, word.includes('=') ? value.join('=').replace(/^"(.*)"$/, '$1') : true] as const
    })
    // A name that is there several times keeps all its values in the one, the last in the other.
    const all = new Map<string, unknown>()
    for (const [name, value] of pairs) {
      const before = all.get(name)
      all.set(name, before === undefined ? value : [before, value].flat())
    }
    return { cmdline: Object.fromEntries(pairs), proc_cmdline: Object.fromEntries(all) }
  },
}

/** How names are resolved: resolv.conf(5). */
export const dns: Topic = {
  name: 'dns',
  subsets: ['min'],
  files: ['/etc/resolv.conf'],
  parse: (source) => ({ dns: parseResolvConf(source.file('/etc/resolv.conf') ?? '') }),
}

/** Reads resolv.conf(5). */
export function parseResolvConf(text: string): Variables {
  const found: Record<string, unknown> = {}
  const nameservers: string[] = []
  for (const line of text.split('\n')) {
    const [word, ...rest] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/)
    if (word === 'nameserver' && rest[0] !== undefined) nameservers.push(rest[0])
    else if (word === 'domain') found.domain = rest[0] ?? ''
    else if (word === 'search' || word === 'sortlist') found[word] = rest
    else if (word === 'options') {
      found.options = Object.fromEntries(
        rest.map((option) => {
          const [name = '', value] = option.split(':')
          return [name, value ?? true]
        }),
      )
    }
  }
  return nameservers.length === 0 ? found : { nameservers, ...found }
}

/** SELinux, AppArmor and FIPS. */
export const security: Topic = {
  name: 'selinux',
  subsets: ['min', 'apparmor', 'fips'],
  files: [
    '/sys/fs/selinux/enforce',
    '/sys/fs/selinux/policyvers',
    '/etc/selinux/config',
    '/sys/module/apparmor/parameters/enabled',
    '/proc/sys/crypto/fips_enabled',
  ],
  // Ansible's Python takes the C library as it is. Nothing here needs it, but playbooks ask before they install more.
  script: new Script(
    'for f in /usr/lib*/libselinux.so.1 /usr/lib/*/libselinux.so.1 /lib/libselinux.so.1; do [ -e "$f" ] && echo library && break; done; true',
  ),
  parse: (source) => ({
    selinux: selinuxFacts(source),
    selinux_python_present: source.printed('selinux').includes('library'),
    apparmor: {
      status: source.file('/sys/module/apparmor/parameters/enabled') === 'Y' ? 'enabled' : 'disabled',
    },
    fips: source.file('/proc/sys/crypto/fips_enabled') === '1',
  }),
}

function selinuxFacts(source: Source): Variables {
  const enforce = source.file('/sys/fs/selinux/enforce')
  if (enforce === undefined) return { status: 'disabled' }
  const config = parseAssignments(source.file('/etc/selinux/config') ?? '')
  return {
    status: 'enabled',
    mode: enforce === '1' ? 'enforcing' : 'permissive',
    config_mode: config.SELINUX ?? 'unknown',
    type: config.SELINUXTYPE ?? 'unknown',
    policyvers: Number(source.file('/sys/fs/selinux/policyvers') ?? 0),
  }
}

const KEYS = {
  dsa: 'ssh_host_dsa_key',
  rsa: 'ssh_host_rsa_key',
  ecdsa: 'ssh_host_ecdsa_key',
  ed25519: 'ssh_host_ed25519_key',
} as const

/** The public keys by which the machine shows who it is. */
export const hostKeys: Topic = {
  name: 'ssh_pub_keys',
  subsets: ['min', 'ssh_host_pub_keys', ...Object.keys(KEYS).map((kind) => `ssh_host_key_${kind}_public`)],
  files: Object.values(KEYS).map((name) => `/etc/ssh/${name}.pub`),
  parse: (source) =>
    Object.fromEntries(
      Object.entries(KEYS).flatMap(([kind, name]) => {
        const [type, key] = source.file(`/etc/ssh/${name}.pub`)?.split(' ') ?? []
        if (key === undefined) return []
        return [
          [`ssh_host_key_${kind}_public`, key],
          [`ssh_host_key_${kind}_public_keytype`, type],
        ]
      }),
    ),
}

/** Package managers by what is there when they are in use; the first that is found, asked in the family's favour. */
const MANAGERS: readonly (readonly [string, string])[] = [
  ['apt', '/usr/bin/apt-get'],
  ['dnf5', '/usr/bin/dnf5'],
  ['dnf', '/usr/bin/dnf-3'],
  ['yum', '/usr/bin/yum'],
  ['zypper', '/usr/bin/zypper'],
  ['apk', '/sbin/apk'],
  ['pacman', '/usr/bin/pacman'],
  ['portage', '/usr/bin/emerge'],
  ['xbps', '/usr/bin/xbps-install'],
  ['atomic_container', '/run/ostree-booted'],
]

/** Names that Ansible uses for what process 1 calls itself. */
const INIT: Readonly<Record<string, string>> = {
  procd: 'openwrt_init',
  'runit-init': 'runit',
  svscan: 'svc',
  'openrc-init': 'openrc',
}

/** What manages packages, and what manages services. */
export const managers: Topic = {
  name: 'pkg_mgr',
  subsets: ['min', 'service_mgr'],
  files: ['/proc/1/comm'],
  script: new Script(
    [
      `for p in ${MANAGERS.map(([, path]) => path).join(' ')}; do [ -e $p ] && echo $p; done`,
      '[ -d /run/systemd/system ] && echo init systemd',
      '{ [ -e /sbin/openrc ] || [ -e /usr/bin/openrc ]; } && echo init openrc',
      '[ -d /etc/init.d ] && echo init sysvinit; true',
    ].join('\n'),
  ),
  parse(source) {
    const rows = source.printed('pkg_mgr').split('\n')
    const comm = source.file('/proc/1/comm')?.trim() ?? ''
    const found = rows.find((row) => row.startsWith('init '))?.slice('init '.length) ?? 'service'
    // Named like that, process 1 may be any of several; a shell is no service manager, but a container's first process.
    const known = comm === '' || comm === 'init' || comm.endsWith('sh') ? found : (INIT[comm] ?? comm)
    return {
      pkg_mgr: MANAGERS.find(([, path]) => rows.includes(path))?.[0] ?? 'unknown',
      service_mgr: known,
    }
  },
}

/** Which systemd runs the machine, and what was built into it; nothing where another does. */
export const systemd: Topic = {
  name: 'systemd',
  subsets: [],
  script: new Script('[ -d /run/systemd/system ] && systemctl --version; true'),
  parse(source) {
    const [, version, features] = /^systemd (\d+).*\n(.*)/.exec(source.printed('systemd')) ?? []
    return version === undefined ? {} : { systemd: { version: Number(version), features } }
  },
}
