import { forward, parseHop } from './jump.ts'
import type { SshOptions } from './ssh-options.ts'
import type { DialTarget, SshClient, SshRun } from './ssh-run.ts'
import { commandSocket, type SshSocket, tcpSocket } from './ssh-socket.ts'

/** Connects to a hop; given by the caller, who is `dial` himself. */
export type Dial = (target: DialTarget, run: SshRun) => Promise<SshClient>

/** More hops than anybody has; a loop of ProxyJump options ends here. */
const MOST_HOPS = 8

/** Opens the byte stream to a server: directly, over a jump host, or through a command. */
export async function openSocket(
  options: SshOptions,
  target: DialTarget,
  run: SshRun,
  dial: Dial,
): Promise<SshSocket> {
  if (options.proxyJump !== undefined) return jumpSocket(options, target, run, dial)
  if (options.proxyCommand !== undefined) return commandSocket(options.proxyCommand, run.hooks.warn)
  return tcpSocket(options, target.connectTimeout, run.hooks.signal)
}

async function jumpSocket(
  options: SshOptions,
  target: DialTarget,
  run: SshRun,
  dial: Dial,
): Promise<SshSocket> {
  const route = (options.proxyJump ?? '').split(',')
  const depth = (target.depth ?? 0) + 1
  if (depth > MOST_HOPS)
    throw new Error(`ProxyJump goes over more than ${MOST_HOPS} hosts: ${options.proxyJump}`)
  const before = route.slice(0, -1).join(',')
  const hop = parseHop(route.at(-1) ?? '')
  // As with ssh: a hop takes its settings from ssh_config, and nothing from the host behind it.
  const hopTarget: DialTarget = {
    ...hop,
    host: hop.address,
    password: undefined,
    privateKeyFile: undefined,
    hostKeys: [],
    hostKeyChecking: undefined,
    connectTimeout: target.connectTimeout,
    depth,
    sshArguments: {
      configFile: target.sshArguments.configFile,
      options: before === '' ? [] : [`ProxyJump=${before}`],
    },
  }
  const key = JSON.stringify(hopTarget)
  let jump = run.jumps.get(key)
  if (jump === undefined) {
    jump = { client: dial(hopTarget, run), users: 0 }
    run.jumps.set(key, jump)
  }
  const used = jump
  used.users += 1
  let released = false
  const release = (): void => {
    if (released) return
    released = true
    used.users -= 1
    if (used.users > 0) return
    if (run.jumps.get(key) === used) run.jumps.delete(key)
    used.client.then((client) => client.close()).catch(() => {})
  }
  try {
    const client = await used.client
    // A jump host whose link is lost must not stay in the way of the next attempt.
    void client.gone.then(() => run.jumps.get(key) === used && run.jumps.delete(key))
    const stream = await forward(client.client, options.hostName, options.port)
    return {
      stream,
      release: () => {
        stream.destroy()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}
