import { setTimeout as pause } from 'node:timers/promises'
import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError, TaskError } from '../core/errors.ts'
import { defineModule, type Finish, type Remote, type Step } from '../core/module.ts'
import { compilePattern, type Match, search } from './wait/regex.ts'
import { contentScript, NO_TOOL, sleepScript, TIMED_OUT, waitScript } from './wait/scripts.ts'
import { procAddress, STATES } from './wait/sockets.ts'

const ARGS = {
  host: { type: 'str', default: '127.0.0.1', doc: 'Name or address to connect to, from the target' },
  port: { type: 'int', doc: 'Port to look at' },
  path: { type: 'path', doc: 'File to look at' },
  search_regex: { type: 'str', doc: 'What must be in the file, or come from the port' },
  state: {
    type: 'str',
    choices: ['absent', 'drained', 'present', 'started', 'stopped'],
    default: 'started',
    doc: 'What to wait for; drained is the end of all connections to a port of the target',
  },
  timeout: { type: 'int', default: 300, doc: 'Seconds after which it fails' },
  connect_timeout: { type: 'int', default: 5, doc: 'Seconds for one connection' },
  delay: { type: 'int', default: 0, doc: 'Seconds before the first look' },
  sleep: { type: 'int', default: 1, doc: 'Seconds between looks' },
  msg: { type: 'str', doc: 'What to say when it fails' },
  exclude_hosts: { type: 'list', elements: 'str', doc: 'Addresses whose connections do not count' },
  active_connection_states: {
    type: 'list',
    elements: 'str',
    default: ['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'],
    doc: 'States in which a connection counts',
  },
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

/**
 * Wait for a port, a file, or some time, on the target.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/wait_for_module.html
 *
 * @example
 * { wait_for: { port: 6443, timeout: 60 } }
 */
export const wait_for = defineModule({
  name: 'wait_for',
  doc: 'Wait for a port, a file, or some time',
  args: ARGS,
  rules: { mutually_exclusive: [['port', 'path']] },
  plan(args) {
    checkWanted(args)
    const label = `wait for ${subject(args)}`
    const result = resultOf(args, 0, { groups: [], named: {} })
    if (args.search_regex !== undefined) {
      const pattern = compilePattern(args.search_regex)
      const act = (remote: Remote) => waitForMatch(args, pattern, remote)
      return { changes: [], steps: [{ kind: 'act', label, as: 'match', act }], result }
    }
    const idle = args.port === undefined && args.path === undefined
    const script = idle ? sleepScript(args) : waitScript(args)
    const step: Step = { kind: 'script', label, as: 'wait', ok: [0, TIMED_OUT, NO_TOOL], script }
    return { changes: [], steps: [step], result }
  },
  finish({ wait, match }, args): Finish {
    if (match !== undefined) return match.value as Finish
    if (wait === undefined) return {}
    const elapsed = Number(wait.stdout.trim())
    if (wait.code === NO_TOOL) return { failed: true, msg: noTool(args) }
    if (wait.code === TIMED_OUT) return { failed: true, elapsed, msg: args.msg ?? timedOut(args) }
    return { elapsed }
  },
})

function checkWanted({
  state,
  port,
  path,
  search_regex,
  host,
  exclude_hosts,
  active_connection_states,
}: Wanted) {
  const problem = (text: string) => new ArgumentError(`wait_for: ${text}`)
  if (path !== undefined && (state === 'stopped' || state === 'drained')) {
    throw problem(`state ${state} is for a port, and this is a path`)
  }
  if (state === 'drained' && port === undefined) throw problem('state drained needs a port')
  if (exclude_hosts !== undefined && state !== 'drained')
    throw problem('exclude_hosts is for state drained alone')
  if (search_regex !== undefined && (state === 'absent' || state === 'stopped' || state === 'drained')) {
    throw problem(`search_regex is for states present and started, and this is ${state}`)
  }
  if (search_regex !== undefined && port === undefined && path === undefined) {
    throw problem('search_regex needs a port or a path')
  }
  const isAddress = (name: string) => name === 'localhost' || procAddress(name) !== undefined
  const unreadable =
    state === 'drained' ? [host, ...(exclude_hosts ?? [])].find((name) => !isAddress(name)) : undefined
  if (unreadable !== undefined) throw problem(`state drained takes addresses, and '${unreadable}' is a name`)
  const unknown = active_connection_states.find((name) => STATES[name] === undefined)
  if (unknown !== undefined)
    throw problem(
      `there is no state '${unknown}' of connections; there is: ${Object.keys(STATES).join(', ')}`,
    )
}

/** Looks again and again, and matches here: the pattern is Python's, which no tool of the target is sure to read. */
async function waitForMatch(args: Wanted, pattern: RegExp, { shell }: Remote): Promise<Finish> {
  const begin = Date.now()
  const elapsed = () => Math.floor((Date.now() - begin) / 1000)
  await pause(args.delay * 1000)
  do {
    const reply = await shell.request(contentScript(args))
    if (reply.code === NO_TOOL) throw new TaskError(noTool(args))
    const found = search(pattern, reply.stdout.toString('utf8'))
    if (found !== undefined) return resultOf(args, elapsed(), found)
    await pause(args.sleep * 1000)
  } while (Date.now() - begin < args.timeout * 1000)
  throw new TaskError(args.msg ?? timedOut(args), { result: { elapsed: elapsed() } })
}

function resultOf(args: Wanted, elapsed: number, { groups, named }: Match) {
  const { state, port = null, path = null, search_regex = null } = args
  return { elapsed, state, port, path, search_regex, match_groups: groups, match_groupdict: named }
}

function subject({ host, port, path }: Wanted): string {
  if (path !== undefined) return path
  return port === undefined ? 'some time' : `${host}:${port}`
}

function timedOut(args: Wanted): string {
  const { path, state, search_regex } = args
  const what = subject(args)
  if (search_regex !== undefined) return `Timeout when waiting for search string ${search_regex} in ${what}`
  if (state === 'drained') return `Timeout when waiting for ${what} to drain`
  if (state === 'stopped') return `Timeout when waiting for ${what} to stop.`
  if (state === 'absent')
    return path === undefined
      ? `Timeout when waiting for ${what} to stop.`
      : `Timeout when waiting for ${what} to be absent.`
  return path === undefined ? `Timeout when waiting for ${what}` : `Timeout when waiting for file ${what}`
}

function noTool(args: Wanted): string {
  return `wait_for: nothing on the target can connect to ${subject(args)}: it has none of bash (with timeout), nc, busybox nc, curl and python3`
}
