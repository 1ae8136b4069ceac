import { quote } from '../core/quote.ts'
import type { ConnectionSettings } from '../core/remote.ts'
import type { Channel, Link } from './channel.ts'
import type { ConnectionHooks } from './hooks.ts'
import { parseSshArguments } from './ssh-arguments.ts'
import { execChannel } from './ssh-channel.ts'
import { dial } from './ssh-client.ts'
import { unreachable } from './ssh-failure.ts'
import type { DialTarget, SshClient, SshRun } from './ssh-run.ts'

/** One login, and how many channels it carries. */
interface Slot {
  readonly ssh: Promise<SshClient>
  channels: number
  /** Fewer once the server has refused one (its MaxSessions). */
  limit: number
}

/** sshd's MaxSessions is 10, but it frees sessions late; with four none is ever refused. */
const CHANNELS = 4
/** How often a server that refuses even the first channel of a login is asked. */
const ATTEMPTS = 5

const runs = new WeakMap<ConnectionHooks, SshRun>()

/**
 * Logs in to a host with SSH. Further logins are made when the channels of the first are used up.
 * @throws {UnreachableError}
 */
export async function sshLink(settings: ConnectionSettings, hooks: ConnectionHooks): Promise<Link> {
  const run = runs.get(hooks) ?? { hooks, jumps: new Map() }
  runs.set(hooks, run)
  const target: DialTarget = { ...settings, sshArguments: parseSshArguments(settings.sshArgs, hooks.warn) }
  const command = `exec ${quote(settings.shellExecutable)}`
  let slots: Slot[] = []

  function newSlot(): Slot {
    const slot: Slot = { ssh: dial(target, run), channels: 0, limit: CHANNELS }
    slots.push(slot)
    const drop = (): void => {
      slots = slots.filter((other) => other !== slot)
    }
    slot.ssh.then(({ gone }) => gone.then(drop), drop)
    return slot
  }

  async function openIn(slot: Slot): Promise<Channel | undefined> {
    slot.channels += 1
    try {
      const ssh = await slot.ssh
      const channel = await execChannel(ssh, command)
      void channel.ended.then(() => {
        slot.channels -= 1
      })
      return channel
    } catch (error) {
      slot.channels -= 1
      if (!/open failed/i.test((error as Error).message)) throw error
      slot.limit = slot.channels
      return undefined
    }
  }

  const { where } = await newSlot().ssh
  return {
    where,
    async open() {
      for (let attempt = 1; ; attempt += 1) {
        const slot = slots.find(({ channels, limit }) => channels < limit) ?? newSlot()
        try {
          const channel = await openIn(slot)
          if (channel !== undefined) return channel
          if (attempt >= ATTEMPTS)
            throw new Error('the server refuses every channel (its MaxSessions may be 0)')
        } catch (error) {
          throw unreachable(where, error)
        }
        await new Promise((resolve) => setTimeout(resolve, 100 * attempt))
      }
    },
    async close() {
      const open = await Promise.allSettled(slots.map(({ ssh }) => ssh))
      for (const slot of open) if (slot.status === 'fulfilled') slot.value.close()
      await Promise.all(open.map((slot) => (slot.status === 'fulfilled' ? slot.value.gone : undefined)))
    },
  }
}
