import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Lab } from '../test/lab/index.ts'
import { insideLab } from '../test/lab/namespace.ts'
import { must, run } from '../test/lab/run.ts'

/** What went over a link, as its control end saw it. */
export interface Traffic {
  /** How often an answer was waited for that a round trip had to bring. */
  readonly rounds: number
  readonly sent: number
  readonly received: number
}

/** A way from a control node to the hosts of a lab. */
export interface Link {
  /** Milliseconds there and back; 0 is the lab's own bridge. */
  readonly roundTrip: number
  /** The argument list that runs a command at the link's near end. */
  readonly command: (argv: readonly string[]) => string[]
  /** What went over it since the last time this was asked; undefined where nobody counts. */
  readonly traffic: () => Promise<Traffic | undefined>
  readonly close: () => Promise<void>
}

const prefix = 'playscript-bench-'

/** The lab's own network: next to no latency. */
export const directLink = (lab: Lab): Link => ({
  roundTrip: 0,
  command: lab.command,
  traffic: async () => undefined,
  close: async () => {},
})

/**
 * A control network of its own, from which each packet to the hosts and back takes half the round trip. This kernel
 * need not have netem: a small program shovels packets between two tun devices.
 */
export async function delayedLink(lab: Lab, roundTrip: number): Promise<Link> {
  await removeStale()
  const netns = `${prefix}${process.pid}`
  const [near, far] = [`pb${process.pid}a`, `pb${process.pid}b`]
  const program = new URL('delay.py', import.meta.url).pathname
  const queue = spawn('/usr/bin/python3', [program, near, far, String(roundTrip / 2000)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: queue.stdout })[Symbol.asyncIterator]()
  try {
    await lines.next()
    await connect({ lab, netns, near, far })
  } catch (error) {
    await remove(queue, netns)
    throw error
  }
  return {
    roundTrip,
    command: (argv) => insideLab(netns, lab.paths.dir, argv),
    traffic: async () => {
      queue.stdin.write('report\n')
      return JSON.parse((await lines.next()).value as string) as Traffic
    },
    close: () => remove(queue, netns),
  }
}

async function connect(names: { lab: Lab; netns: string; near: string; far: string }): Promise<void> {
  const { lab, netns, near, far } = names
  const ip = (namespace: string, line: string) => must(['ip', '-netns', namespace, ...line.split(' ')])
  await must(['ip', 'netns', 'add', netns])
  await must(['ip', 'link', 'set', near, 'netns', netns])
  await must(['ip', 'link', 'set', far, 'netns', lab.netns])
  await ip(netns, 'link set lo up')
  await ip(netns, `address add 10.214.0.2/30 dev ${near}`)
  await ip(netns, `link set ${near} txqueuelen 10000 up`)
  await ip(netns, `route add default via 10.214.0.1 dev ${near}`)
  await ip(lab.netns, `address add 10.214.0.1/30 dev ${far}`)
  await ip(lab.netns, `link set ${far} txqueuelen 10000 up`)
  await must(lab.command(['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']))
}

async function remove(queue: ChildProcess, netns: string): Promise<void> {
  // Its devices go with it.
  const ended = new Promise((resolve) => queue.once('exit', resolve))
  queue.stdin?.end('end\n')
  if (queue.exitCode === null) await ended
  await run(['ip', 'netns', 'delete', netns])
}

/** Removes what a bench left behind that was killed. */
async function removeStale(): Promise<void> {
  const known = new Set(readdirSync('/proc'))
  for (const name of readdirSync('/run/netns')) {
    if (name.startsWith(prefix) && !known.has(name.slice(prefix.length)))
      await run(['ip', 'netns', 'delete', name])
  }
}
