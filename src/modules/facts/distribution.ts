import type { Variables } from '../../core/scope.ts'
import type { Source, Topic } from './source.ts'

/** Distributions by the ID of os-release(5): the name that Ansible gives them, and their family. */
const KNOWN: Readonly<Record<string, readonly [name: string, family: string]>> = {
  debian: ['Debian', 'Debian'],
  ubuntu: ['Ubuntu', 'Debian'],
  raspbian: ['Debian', 'Debian'],
  linuxmint: ['Linux Mint', 'Debian'],
  pop: ['Pop!_OS', 'Debian'],
  kali: ['Kali', 'Debian'],
  devuan: ['Devuan', 'Debian'],
  neon: ['KDE neon', 'Debian'],
  deepin: ['Deepin', 'Debian'],
  uos: ['Uos', 'Debian'],
  parrot: ['Parrot', 'Debian'],
  steamos: ['SteamOS', 'Debian'],
  fedora: ['Fedora', 'RedHat'],
  rhel: ['RedHat', 'RedHat'],
  centos: ['CentOS', 'RedHat'],
  rocky: ['Rocky', 'RedHat'],
  almalinux: ['AlmaLinux', 'RedHat'],
  ol: ['OracleLinux', 'RedHat'],
  amzn: ['Amazon', 'RedHat'],
  openeuler: ['openEuler', 'RedHat'],
  kylin: ['Kylin Linux Advanced Server', 'RedHat'],
  tencentos: ['TencentOS', 'RedHat'],
  miraclelinux: ['MIRACLE', 'RedHat'],
  virtuozzo: ['Virtuozzo', 'RedHat'],
  alpine: ['Alpine', 'Alpine'],
  arch: ['Archlinux', 'Archlinux'],
  archarm: ['Archlinux', 'Archlinux'],
  manjaro: ['Manjaro', 'Archlinux'],
  'opensuse-leap': ['openSUSE Leap', 'Suse'],
  'opensuse-tumbleweed': ['openSUSE Tumbleweed', 'Suse'],
  'opensuse-microos': ['openSUSE MicroOS', 'Suse'],
  sles: ['SLES', 'Suse'],
  sled: ['SLED', 'Suse'],
  gentoo: ['Gentoo', 'Gentoo'],
  void: ['Void', 'Void'],
  nixos: ['NixOS', 'NixOS'],
  flatcar: ['Flatcar', 'Flatcar'],
  coreos: ['Coreos', 'Coreos'],
  'clear-linux-os': ['Clear Linux OS', 'ClearLinux'],
}
const FAMILY_OF_KIN: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Debian',
  rhel: 'RedHat',
  fedora: 'RedHat',
  suse: 'Suse',
  arch: 'Archlinux',
}

/** Which distribution runs on the machine. */
export const distribution: Topic = {
  name: 'distribution',
  subsets: [
    'min',
    'os_family',
    'distribution_version',
    'distribution_release',
    'distribution_major_version',
    'lsb',
  ],
  files: [
    '/etc/os-release',
    '/usr/lib/os-release',
    '/etc/debian_version',
    '/etc/alpine-release',
    '/etc/lsb-release',
    '/etc/centos-release',
    '/etc/redhat-release',
    '/etc/system-release',
  ],
  parse: (source) => ({ ...distributionFacts(source), lsb: lsbFacts(source) }),
}

/** Reads `NAME=value` lines as the shell would: os-release(5). */
export function parseAssignments(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? []
      const [, , quoted] = /^(["'])(.*)\1$/.exec(value.trim()) ?? []
      return name === undefined ? [] : [[name, (quoted ?? value.trim()).replace(/\\(["$`\\])/g, '$1')]]
    }),
  )
}

function osRelease(source: Source): readonly [string | undefined, Readonly<Record<string, string>>] {
  const path = ['/etc/os-release', '/usr/lib/os-release'].find((one) => source.file(one) !== undefined)
  const old = path === undefined ? olderRelease(source) : undefined
  if (old !== undefined) return old
  return [path, parseAssignments(path === undefined ? '' : (source.file(path) ?? ''))]
}

/** Distributions from before os-release(5), by how their own file begins. */
const OLDER = [
  [/^Red Hat Enterprise Linux/, 'rhel'],
  [/^CentOS/, 'centos'],
  [/^Amazon Linux/, 'amzn'],
  [/^Fedora/, 'fedora'],
] as const

// `CentOS release 6.7 (Final)`
function olderRelease(source: Source): readonly [string, Readonly<Record<string, string>>] | undefined {
  for (const path of ['/etc/redhat-release', '/etc/system-release']) {
    const text = source.file(path)?.trim() ?? ''
    const ID = OLDER.find(([pattern]) => pattern.test(text))?.[1]
    const [, VERSION_ID = '', code = ''] = /release (?:.*?)(\d[\d.]*)?\s*(?:\((.*)\))?$/.exec(text) ?? []
    if (ID !== undefined) return [path, { ID, VERSION_ID, VERSION: `${VERSION_ID} (${code})`, NAME: text }]
  }
  return undefined
}

function distributionFacts(source: Source): Variables {
  const [path, os] = osRelease(source)
  const { ID = '', ID_LIKE = '', NAME = 'NA' } = os
  const id = ID.toLowerCase()
  const [name, family] = KNOWN[id] ?? [NAME, undefined]
  const kin = ID_LIKE.split(' ')
    .map((word) => FAMILY_OF_KIN[word])
    .find((word) => word !== undefined)
  const version = versionOf(id, os, source)
  const [major = 'NA', minor] = version.split('.')
  return {
    distribution: id === 'centos' && NAME.includes('Stream') ? 'CentOS' : name,
    os_family: family ?? kin ?? name,
    distribution_version: version,
    distribution_major_version: major,
    ...(minor === undefined ? {} : { distribution_minor_version: minor }),
    distribution_release: releaseOf(id, os, minor, source),
    ...(path === undefined
      ? {}
      : {
          distribution_file_path: path,
          distribution_file_variety: family ?? name,
          distribution_file_parsed: true,
        }),
  }
}

function versionOf(id: string, os: Readonly<Record<string, string>>, source: Source): string {
  if (id === 'debian' || id === 'raspbian') {
    // Point releases are in this file only; testing and unstable have their names there.
    const point = source.file('/etc/debian_version')?.trim()
    if (point !== undefined && /^\d/.test(point)) return point
  }
  // The minor version, of these, is nowhere else.
  const own = { centos: '/etc/centos-release', virtuozzo: '/etc/redhat-release' }[id]
  const [, exact] = /release (\d+\.\d+)/.exec(own === undefined ? '' : (source.file(own) ?? '')) ?? []
  if (exact !== undefined) return exact
  const lsb = parseAssignments(source.file('/etc/lsb-release') ?? '')
  if (id === 'steamos') return lsb.DISTRIB_RELEASE ?? os.VERSION_ID ?? 'NA'
  if (id === 'alpine') return source.file('/etc/alpine-release')?.trim() ?? os.VERSION_ID ?? 'NA'
  return os.VERSION_ID ?? (os.BUILD_ID === 'rolling' || id === 'arch' ? 'rolling' : 'NA')
}

function releaseOf(
  id: string,
  os: Readonly<Record<string, string>>,
  minor: string | undefined,
  source: Source,
): string {
  if (/^sle[sd]$/.test(id)) return minor ?? '0'
  if (/^opensuse/.test(id)) return minor ?? ''
  if (id === 'centos' && os.NAME?.includes('Stream')) return 'Stream'
  if (id === 'clear-linux-os') return id
  const named = /\(([^)]+)\)/.exec(os.VERSION ?? '')?.[1]
  const lsb = parseAssignments(source.file('/etc/lsb-release') ?? '').DISTRIB_CODENAME
  const word = id === 'devuan' ? os.PRETTY_NAME?.split(' ').at(-1) : undefined
  // That of Fedora names an edition, which is no release.
  if (id === 'fedora') return os.VERSION_CODENAME ?? ''
  return [os.VERSION_CODENAME, os.UBUNTU_CODENAME, named, lsb, word].find((code) => code) ?? 'NA'
}

function lsbFacts(source: Source): Variables {
  const [, os] = osRelease(source)
  const lsb = parseAssignments(source.file('/etc/lsb-release') ?? '')
  const debian = /debian|ubuntu/.test(`${os.ID} ${os.ID_LIKE}`)
  const release = lsb.DISTRIB_RELEASE ?? (debian ? os.VERSION_ID : undefined)
  if (release === undefined) return {}
  return {
    id: lsb.DISTRIB_ID ?? KNOWN[os.ID ?? '']?.[0] ?? os.NAME ?? '',
    release,
    description: lsb.DISTRIB_DESCRIPTION ?? os.PRETTY_NAME ?? '',
    codename: lsb.DISTRIB_CODENAME ?? os.VERSION_CODENAME ?? '',
    major_release: release.split('.')[0] ?? release,
  }
}
