import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { UnreachableError } from '../core/errors.ts'
import { commonOptions, type SshAnswer } from './ssh-answers.ts'
import type { SshArguments } from './ssh-arguments.ts'
import { unreachable } from './ssh-failure.ts'
import { type OptionFields, readOptions, type SshOptions } from './ssh-options.ts'

/** The host that options are asked for; what is set here was set for it by name and wins. */
export interface OptionsRequest {
  readonly address: string
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly sshArguments: SshArguments
}

/**
 * The options that ssh itself would use, from its own mouth (`ssh -G`, with `Match` and `Include`), or where
 * there is no ssh, from reading the configuration files.
 * @throws {UnreachableError} when ssh does not accept its configuration
 */
export async function effectiveOptions(
  request: OptionsRequest,
  warn: (message: string) => void,
): Promise<SshOptions> {
  const { address, port, user } = request
  if (address.startsWith('-')) {
    throw new UnreachableError(`a host's address cannot begin with a dash: ${JSON.stringify(address)}`)
  }
  const argv = argumentsOf(request, request.sshArguments.options)
  const asked = await commonOptions(argv, address, () => askSsh(request, warn))
  const fields = asked ?? (await readFiles(request, warn))
  const set: [string, string[]][] = []
  if (port !== undefined) set.push(['port', [String(port)]])
  if (user !== undefined) set.push(['user', [user]])
  return readOptions(new Map([...fields, ...set]), address)
}

function argumentsOf(
  { port, user, sshArguments: { configFile } }: OptionsRequest,
  options: readonly string[],
): readonly string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-o', `User=${user}`]),
    ...options.flatMap((option) => ['-o', option]),
  ]
}

async function askSsh(
  request: OptionsRequest,
  warn: (message: string) => void,
): Promise<SshAnswer | undefined> {
  const { address } = request
  let { options } = request.sshArguments
  for (;;) {
    const result = await runSsh(['-G', '-v', '-T', ...argumentsOf(request, options), '--', address])
    if (result.code === 'ENOENT') return undefined
    if (typeof result.code === 'string') throw unreachable(address, new Error(`ssh -G: ${result.code}`))
    if (result.code === 0) return { fields: readLines(result.stdout), log: result.stderr }
    const unknown = /^command-line.*Bad configuration option: (\S+)/m.exec(result.stderr)?.[1]
    const kept = options.filter((option) => !option.toLowerCase().startsWith(`${unknown}=`))
    if (unknown === undefined || kept.length === options.length) {
      const said = result.stderr.replace(/^(OpenSSH_|debug1:).*\n?/gm, '').trim()
      throw new UnreachableError(`${address}: ssh does not accept its configuration: ${said}`)
    }
    warn(`ssh option -o ${unknown} is ignored: this ssh does not know it`)
    options = kept
  }
}

/** Runs ssh to its end. Not with execa: loading it takes longer than all the rest of a connection. */
export function runSsh(argv: readonly string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile('ssh', argv, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr })
    })
    child.stdin?.end()
  })
}

function readLines(text: string): OptionFields {
  const fields = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    if (name !== undefined) fields.set(name, [...(fields.get(name) ?? []), value])
  }
  return fields
}

const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  identityfile: ['~/.ssh/id_rsa', '~/.ssh/id_ecdsa', '~/.ssh/id_ed25519'],
  userknownhostsfile: ['~/.ssh/known_hosts ~/.ssh/known_hosts2'],
  globalknownhostsfile: ['/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2'],
}

/** Options that may be given several times, each of which counts. */
const REPEATABLE = new Set(['identityfile', 'certificatefile'])

async function readFiles(
  { address, sshArguments }: OptionsRequest,
  warn: (message: string) => void,
): Promise<OptionFields> {
  const { default: SshConfig } = await import('ssh-config')
  const { configFile } = sshArguments
  const files = configFile === undefined ? [`${homedir()}/.ssh/config`, '/etc/ssh/ssh_config'] : [configFile]
  const fields = new Map<string, string[]>()
  const add = (name: string, value: unknown): void => {
    const key = name.toLowerCase()
    const values = (Array.isArray(value) ? value : [value]).map(String)
    if (REPEATABLE.has(key)) fields.set(key, [...(fields.get(key) ?? []), ...values])
    else if (!fields.has(key)) fields.set(key, [values.join(' ')])
  }
  for (const option of sshArguments.options) {
    const at = option.indexOf('=')
    add(option.slice(0, at), option.slice(at + 1))
  }
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (/^\s*include\b/im.test(text)) warn(`${file}: Include is not followed, since there is no ssh to ask`)
    const computed = SshConfig.parse(text).compute(address)
    for (const [name, value] of Object.entries(computed)) add(name, value)
  }
  for (const [name, values] of Object.entries(DEFAULTS)) if (!fields.has(name)) fields.set(name, [...values])
  return fields
}
