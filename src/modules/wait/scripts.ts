import { lines, Script, safePath, sh } from '../../core/quote.ts'
import { procForms, procPort, STATES } from './sockets.ts'

/** What is waited for. */
export interface Wait {
  readonly host: string
  readonly port?: number | undefined
  readonly path?: string | undefined
  readonly state: 'absent' | 'drained' | 'present' | 'started' | 'stopped'
  readonly timeout: number
  readonly connect_timeout: number
  readonly delay: number
  readonly sleep: number
  readonly exclude_hosts?: readonly string[] | undefined
  readonly active_connection_states: readonly string[]
}

/** Exit codes of the scripts: the condition did not come true, and nothing on the target can tell. */
export const TIMED_OUT = 3
export const NO_TOOL = 4

/**
 * A script that waits until the condition holds, all by itself: no round trip for each look. It prints the seconds
 * that it took.
 */
export function waitScript(wait: Wait): Script {
  return lines(
    CLOCK,
    sh`now; s=$t; e=$((s + 100 * ${wait.timeout})); sleep ${wait.delay}; now`,
    functions(wait),
    sh`while [ "$t" -lt "$e" ]; do`,
    sh`  if ${condition(wait)}; then now; echo $(((t - s) / 100)); exit 0; fi`,
    sh`  sleep ${wait.sleep}; now`,
    new Script('done'),
    sh`echo $(((t - s) / 100)); exit ${TIMED_OUT}`,
  )
}

// Sets `t` to hundredths of seconds: those since the boot, which nobody sets back and no process need be started for.
const CLOCK = new Script(
  [
    'if [ -r /proc/uptime ]; then now() { read -r t _ </proc/uptime; t=$((${t%.*} * 100 + 1${t#*.} - 100)); }',
    'else now() { t=$(($(date +%s) * 100)); }; fi',
  ].join('\n'),
)

/** A script that only lets time pass: there is nothing to wait for. */
export function sleepScript({ delay, timeout }: Wait): Script {
  return sh`sleep ${delay}; sleep ${timeout}; echo ${delay + timeout}`
}

/** A script that looks once, and prints what a file holds or what a port says within the time to connect. */
export function contentScript(wait: Wait): Script {
  if (wait.path !== undefined) return sh`[ -e ${safePath(wait.path)} ] && cat -- ${safePath(wait.path)}; true`
  return lines(functions(wait), sh`banner; r=$?; [ $r -eq ${NO_TOOL} ] && exit $r; exit 0`)
}

function condition(wait: Wait): Script {
  const { path, state } = wait
  if (path !== undefined)
    return state === 'absent' ? sh`[ ! -e ${safePath(path)} ]` : sh`[ -e ${safePath(path)} ]`
  if (state === 'drained') return new Script('! busy')
  const open = new Script('reaches')
  return state === 'absent' || state === 'stopped' ? sh`! ${open}` : open
}

/** Hosts that mean the target itself. */
const LOCAL = /^(127\.\d+\.\d+\.\d+|::1|localhost|0\.0\.0\.0|::)$/

function functions(wait: Wait): Script | undefined {
  const { port, state } = wait
  if (port === undefined) return undefined
  return state === 'drained' ? busy(wait, port) : lines(chooseTool(wait, port), reaches(wait, port))
}

// What can connect, the least costly first. A `nc` may be one of several programs; each of them knows -w.
function chooseTool({ host, connect_timeout }: Wait, port: number): Script {
  const seconds = String(Math.max(1, connect_timeout))
  const python =
    'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close()'
  const talk =
    'import socket,sys\ns = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))\ntry:\n while True:\n  b = s.recv(4096)\n  if not b: break\n  sys.stdout.buffer.write(b); sys.stdout.buffer.flush()\nexcept OSError: pass'
  const bracketed = host.includes(':') ? `[${host}]` : host
  const has = (name: string) => sh`command -v ${name} >/dev/null 2>&1`
  // One that cannot just look (-z) holds the connection until the other side ends it, or until it is ended itself.
  const netcat = (nc: string) =>
    lines(
      new Script(`  if ${nc} -h 2>&1 | grep -q -- '-[a-z]*z'; then`),
      sh`    connects() { ${new Script(nc)} -z -w ${seconds} ${host} ${port} >/dev/null 2>&1; }`,
      new Script('  else'),
      sh`    connects() { timeout $((${seconds} + 1)) ${new Script(nc)} -w ${seconds} ${host} ${port} </dev/null >/dev/null 2>&1; r=$?; [ $r -eq 0 ] || [ $r -eq 124 ] || [ $r -eq 143 ]; }`,
      new Script('  fi'),
      sh`  banner() { sleep ${seconds} | ${new Script(nc)} -w ${seconds} ${host} ${port} 2>/dev/null; }`,
    )
  return new Script(
    [
      `if ${has('bash')} && ${has('timeout')}; then`,
      sh`  connects() { timeout ${seconds} bash -c ${'exec 3<>"/dev/tcp/$0/$1"'} ${host} ${port} 2>/dev/null; }`,
      sh`  banner() { timeout ${seconds} bash -c ${'exec 3<>"/dev/tcp/$0/$1" && cat <&3'} ${host} ${port} 2>/dev/null; }`,
      `elif ${has('nc')}; then`,
      netcat('nc'),
      `elif ${has('busybox')} && busybox nc --help >/dev/null 2>&1; then`,
      netcat('busybox nc'),
      `elif ${has('curl')}; then`,
      // 28 is the end of the time given: the connection stood until then.
      sh`  banner() { curl -sN --connect-timeout ${seconds} -m ${seconds} ${`telnet://${bracketed}:${port}`} </dev/null 2>/dev/null; }`,
      '  connects() { banner >/dev/null; r=$?; [ $r -eq 0 ] || [ $r -eq 28 ]; }',
      `elif ${has('python3')}; then`,
      sh`  connects() { python3 -c ${python} ${host} ${port} ${seconds} 2>/dev/null; }`,
      sh`  banner() { python3 -c ${talk} ${host} ${port} ${seconds} 2>/dev/null; }`,
      'else',
      `  connects() { exit ${NO_TOOL}; }; banner() { return ${NO_TOOL}; }`,
      'fi',
    ]
      .map(String)
      .join('\n'),
  )
}

// A port of the target itself is in the kernel's own table when a program listens; only when none does is a
// connection tried, which address translation may still lead somewhere.
function reaches({ host }: Wait, port: number): Script {
  if (!LOCAL.test(host)) return new Script('reaches() { connects; }')
  const address = host === 'localhost' ? '127.0.0.1' : host
  const anywhere = ['0.0.0.0', '::']
  const forms = [...new Set([...procForms(address), ...anywhere.flatMap(procForms)])]
  const pattern = `^ *[0-9]+: (${forms.join('|')}):${procPort(port)} [0-9A-F]+:0000 0A `
  return sh`reaches() { grep -qsE ${pattern} /proc/net/tcp /proc/net/tcp6 || connects; }`
}

function busy({ host, exclude_hosts = [], active_connection_states }: Wait, port: number): Script {
  const states = active_connection_states.map((state) => STATES[state]).filter((state) => state !== undefined)
  const local =
    host === '0.0.0.0' || host === '::' ? ['[0-9A-F]+'] : procForms(host === 'localhost' ? '127.0.0.1' : host)
  const pattern = `^ *[0-9]+: (${local.join('|')}):${procPort(port)} [0-9A-F]+:[0-9A-F]{4} (${states.join('|')}) `
  const excluded = exclude_hosts.flatMap(procForms)
  const shown = sh`cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -E ${pattern}`
  if (excluded.length === 0) return sh`busy() { ${shown} >/dev/null; }`
  return sh`busy() { ${shown} | grep -qvE ${` (${excluded.join('|')}):[0-9A-F]{4} (${states.join('|')}) `}; }`
}
