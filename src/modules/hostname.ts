import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { type Change, defineModule, nothing, type Plan, run, type Step } from '../core/module.ts'
import { refuseLineBreaks } from '../core/one-line.ts'
import { operands, Script, sh } from '../core/quote.ts'
import { fullName } from './facts/platform.ts'

const ARGS = {
  name: { type: 'str', required: true, doc: 'Name of the machine' },
  use: {
    type: 'str',
    choices: [
      'alpine',
      'debian',
      'freebsd',
      'generic',
      'macos',
      'macosx',
      'darwin',
      'openbsd',
      'openrc',
      'redhat',
      'sles',
      'solaris',
      'systemd',
    ],
    doc: 'Where the name is kept; without it that is found out',
  },
} as const satisfies ArgumentSpecs

/** Where a name can be kept so that the next boot has it, and what to say to the running system. */
type Keeper = 'systemd' | 'file' | 'openrc' | 'redhat' | 'sles' | 'none'

/** What the machine says of its name. */
export interface Names {
  readonly keeper: Keeper
  /** The name that the kernel has. */
  readonly current: string
  /** The name that the next boot brings; undefined where none is kept. */
  readonly permanent?: string
  /** Lines of hosts(5) with the wanted name. */
  readonly hosts: readonly string[]
}

const FILES: Readonly<Record<Keeper, string>> = {
  systemd: '/etc/hostname',
  file: '/etc/hostname',
  openrc: '/etc/conf.d/hostname',
  redhat: '/etc/sysconfig/network',
  sles: '/etc/HOSTNAME',
  none: '/dev/null',
}

const CHOSEN: Readonly<Record<string, Keeper>> = {
  alpine: 'file',
  debian: 'file',
  generic: 'none',
  openrc: 'openrc',
  redhat: 'redhat',
  sles: 'sles',
  systemd: 'systemd',
}

/**
 * Give the machine its name, now and at the next boot.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/hostname_module.html
 *
 * @example
 * { hostname: { name: 'web-1' } }
 */
export const hostname = defineModule({
  name: 'hostname',
  doc: 'Give the machine its name, now and at the next boot',
  args: ARGS,
  probe: (args) => probeNames(args),
  parse: ({ text }) => parseNames(text),
  plan: (args, names) => planName(args, names),
})

function probeNames({ name, use }: Args<typeof ARGS>): Script {
  refuseLineBreaks('hostname', { name })
  const chosen = use === undefined ? undefined : CHOSEN[use]
  if (use !== undefined && chosen === undefined) {
    throw new ArgumentError(
      `hostname: use is '${use}', which is no Linux; one of: ${Object.keys(CHOSEN).join(', ')}`,
    )
  }
  const find = [
    'k=file',
    'if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null 2>&1; then k=systemd',
    'elif [ -e /etc/alpine-release ]; then k=file',
    `elif [ -e ${FILES.openrc} ]; then k=openrc`,
    `elif [ ! -e ${FILES.file} ] && [ -e ${FILES.redhat} ]; then k=redhat`,
    `elif [ ! -e ${FILES.file} ] && [ -e ${FILES.sles} ]; then k=sles; fi`,
  ].join('\n')
  const cases = Object.entries(FILES).map(([keeper, file]) => `${keeper}) f=${file};;`)
  return new Script(
    [
      chosen === undefined ? find : `k=${chosen}`,
      `case $k in ${cases.join(' ')} esac`,
      `printf '@names %s\\n' "$k"; uname -n; sed 's/^/=/' "$f" 2>/dev/null`,
      sh`echo @hosts; grep -siw -- ${name} /etc/hosts; true`.text,
    ].join('\n'),
  )
}

/** Reads what the probe printed. */
export function parseNames(text: string): Names {
  const [names = '', hosts = ''] = text.split(/^@hosts$/m)
  const [first = '', current = '', ...kept] = names.split('\n')
  const keeper = first.replace(/^@names /, '') as Keeper
  const permanent = readKept(
    keeper,
    kept.filter((line) => line.startsWith('=')).map((line) => line.slice(1)),
  )
  return {
    keeper,
    current,
    ...(permanent === undefined ? {} : { permanent }),
    hosts: hosts.split('\n').filter((line) => line !== ''),
  }
}

function readKept(keeper: Keeper, lines: readonly string[]): string | undefined {
  if (keeper === 'none') return undefined
  if (keeper === 'openrc' || keeper === 'redhat') {
    const line = lines.find((one) => /^\s*hostname=/i.test(one)) ?? ''
    return line.replace(/^[^=]*=/, '').replace(/^\s*"(.*)"\s*$/, '$1')
  }
  return lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#')) ?? ''
}

function planName({ name }: Args<typeof ARGS>, { keeper, current, permanent, hosts }: Names): Plan {
  const fqdn = fullName(name, hosts)
  const result = {
    name,
    ansible_facts: {
      ansible_hostname: name.split('.')[0] ?? name,
      ansible_nodename: name,
      ansible_fqdn: fqdn,
      ansible_domain: fqdn.split('.').slice(1).join('.'),
    },
  }
  const now = name !== current
  const later = permanent !== undefined && permanent !== name
  if (!now && !later) return nothing(result)
  if (keeper === 'systemd' && name.length > 64) {
    throw new ArgumentError(`hostname: '${name}' is longer than the 64 characters that systemd takes`)
  }
  const changes: readonly Change[] = [
    { what: 'hostname', before: now ? current : (permanent ?? current), after: name },
  ]
  // The kept name first: what manages the network would take the other one back.
  return {
    changes,
    steps: [...(later ? [keepStep(keeper, name)] : []), ...(now ? [setStep(keeper, name)] : [])],
    result,
  }
}

function setStep(keeper: Keeper, name: string): Step {
  return keeper === 'systemd'
    ? run(['hostnamectl', '--transient', 'set-hostname', ...operands(name)])
    : run(['hostname', ...operands(name)])
}

function keepStep(keeper: Keeper, name: string): Step {
  if (keeper === 'systemd')
    return run(['hostnamectl', '--pretty', '--static', 'set-hostname', ...operands(name)])
  const path = FILES[keeper]
  const label = `write ${path}`
  if (keeper === 'file' || keeper === 'sles') return { kind: 'write', label, path, content: `${name}\n` }
  const line = keeper === 'openrc' ? `hostname="${name}"` : `HOSTNAME=${name}`
  const script = sh`l=${line} awk 'BEGIN { l = ENVIRON["l"] } tolower($0) ~ /^[ \t]*hostname=/ { if (!n++) print l; next } { print } END { if (!n) print l }' ${path}`
  return { kind: 'write', label, path, content: { script } }
}
