import { homedir, hostname, userInfo } from 'node:os'

/** What ssh_config and `-o` options say about one host; names are those of ssh_config(5). */
export interface SshOptions {
  readonly hostName: string
  readonly port: number
  readonly user: string
  readonly identityFiles: readonly string[]
  readonly certificateFiles: readonly string[]
  readonly identitiesOnly: boolean
  /** Path of the agent's socket, or undefined for no agent. */
  readonly agent: string | undefined
  readonly forwardAgent: boolean
  readonly proxyJump: string | undefined
  readonly proxyCommand: string | undefined
  readonly userKnownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  readonly strictHostKeyChecking: 'yes' | 'accept-new' | 'no'
  readonly hashKnownHosts: boolean
  readonly hostKeyAlias: string | undefined
  readonly addressFamily: 0 | 4 | 6
  readonly bindAddress: string | undefined
  /** Seconds; 15 unless set, so that a silent network is noticed within a minute. */
  readonly serverAliveInterval: number
  readonly serverAliveCountMax: number
}

/** Values by lower-case name of option, in the order in which they were given. */
export type OptionFields = ReadonlyMap<string, readonly string[]>

const NONE = new Set(['none', ''])

/** Reads the values that apply to a host. */
export function readOptions(fields: OptionFields, address: string): SshOptions {
  const one = (name: string): string | undefined => {
    const value = fields.get(name)?.[0]
    return value === undefined || NONE.has(value.toLowerCase()) ? undefined : value
  }
  const yes = (name: string): boolean => /^(yes|true)$/i.test(one(name) ?? '')
  const hostName = (one('hostname') ?? address).replaceAll('%h', address)
  const port = Number(one('port') ?? 22)
  const user = one('user') ?? userInfo().username
  const expand = (text: string): string =>
    expandTokens(text, { h: hostName, n: address, p: String(port), r: user })
  const path = (text: string): string => expandHome(expand(text))
  const files = (name: string): string[] =>
    (fields.get(name) ?? []).filter((file) => !NONE.has(file.toLowerCase())).map(path)
  const paths = (name: string): string[] => (one(name) ?? '').split(/\s+/).filter(Boolean).map(path)
  const proxyCommand = one('proxycommand')
  return {
    hostName,
    port,
    user,
    identityFiles: files('identityfile'),
    certificateFiles: files('certificatefile'),
    identitiesOnly: yes('identitiesonly'),
    agent: agentSocket(fields.get('identityagent')?.[0], path),
    forwardAgent: yes('forwardagent'),
    proxyJump: one('proxyjump'),
    proxyCommand: proxyCommand === undefined ? undefined : expand(proxyCommand),
    userKnownHostsFiles: paths('userknownhostsfile'),
    globalKnownHostsFiles: paths('globalknownhostsfile'),
    strictHostKeyChecking: checking(one('stricthostkeychecking')),
    hashKnownHosts: yes('hashknownhosts'),
    hostKeyAlias: one('hostkeyalias'),
    addressFamily: ({ inet: 4, inet6: 6 } as const)[one('addressfamily') ?? ''] ?? 0,
    bindAddress: one('bindaddress'),
    serverAliveInterval: Number(one('serveraliveinterval') ?? 0) || 15,
    serverAliveCountMax: Number(one('serveralivecountmax') ?? 3),
  }
}

// `ask` is refused like `yes`: there is nobody to ask.
function checking(value: string | undefined): SshOptions['strictHostKeyChecking'] {
  if (value === 'accept-new') return 'accept-new'
  return /^(no|off|false)$/i.test(value ?? '') ? 'no' : 'yes'
}

function agentSocket(value: string | undefined, path: (text: string) => string): string | undefined {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK || undefined
  if (NONE.has(value.toLowerCase())) return undefined
  return value.startsWith('$') ? process.env[value.replace(/^\$\{?|\}$/g, '')] : path(value)
}

/** Replaces the tokens of ssh_config(5), TOKENS, that make sense before a connection stands. */
function expandTokens(text: string, known: Readonly<Record<string, string>>): string {
  const { username, uid } = userInfo()
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: homedir(),
    i: String(uid),
    k: known.n ?? '',
    L: hostname().split('.')[0] ?? '',
    l: hostname(),
    u: username,
    ...known,
  }
  return text.replace(/%([%A-Za-z])/g, (whole, letter: string) => tokens[letter] ?? whole)
}

function expandHome(path: string): string {
  return path.replace(/^~(?=\/|$)/, homedir())
}
