import { UnreachableError } from '../core/errors.ts'
import type { ConnectionSettings } from '../core/remote.ts'
import type { Channel, Link } from './channel.ts'
import type { ConnectionHooks } from './hooks.ts'
import { remoteCommand } from './remote-command.ts'
import { parseSshArguments } from './ssh-arguments.ts'
import { execChannel } from './ssh-channel.ts'
import { dial } from './ssh-client.ts'
import { unreachable } from './ssh-failure.ts'
import type { DialTarget, SshClient, SshRun } from './ssh-run.ts'

/** One login, and the channels it carries: those asked for, and those that stand. */
interface Slot {
  readonly ssh: Promise<SshClient>
  channels: number
  open: number
}

/** sshd's MaxSessions is 10, but it frees sessions late; with four none is ever refused. */
const CHANNELS = 4
/** How often a server that refuses even the first channel of a login is asked: it may be late to free an old one. */
const ATTEMPTS = 5

const runs = new WeakMap<ConnectionHooks, SshRun>()

/** Hooks that ask for the passphrase of a file once, for all hosts. */
function askOnce(hooks: ConnectionHooks): ConnectionHooks {
  const { passphrase } = hooks
  if (passphrase === undefined) return hooks
  const answers = new Map<string, Promise<string | undefined>>()
  return {
    ...hooks,
    passphrase(file) {
      const answer = answers.get(file) ?? passphrase(file)
      answers.set(file, answer)
      return answer
    },
  }
}

/**
 * Logs in to a host with SSH. Further logins are made when the channels of the first are used up.
 * @throws {UnreachableError}
 */
export async function sshLink(settings: ConnectionSettings, hooks: ConnectionHooks): Promise<Link> {
  const run = runs.get(hooks) ?? { hooks: askOnce(hooks), jumps: new Map() }
  runs.set(hooks, run)
  const target: DialTarget = { ...settings, sshArguments: parseSshArguments(settings.sshArgs, hooks.warn) }
  let slots: Slot[] = []
  let limit = CHANNELS

  function newSlot(): Slot {
    const slot: Slot = { ssh: dial(target, run), channels: 0, open: 0 }
    slots.push(slot)
    const drop = (): void => {
      slots = slots.filter((other) => other !== slot)
    }
    slot.ssh.then(({ gone }) => gone.then(drop), drop)
    return slot
  }

  /** Opens a channel; gives how many stand beside it when the server has refused it. */
  async function openIn(slot: Slot, command: string): Promise<Channel | number> {
    slot.channels += 1
    try {
      const channel = await execChannel(await slot.ssh, command)
      slot.open += 1
      void channel.ended.then(() => {
        slot.channels -= 1
        slot.open -= 1
      })
      return channel
    } catch (error) {
      slot.channels -= 1
      if (!/open failed/i.test((error as Error).message)) throw error
      return slot.open
    }
  }

  const { where } = await newSlot().ssh
  return {
    where,
    async open(script) {
      const command = remoteCommand(settings.shellExecutable, script)
      for (let refusals = 0; refusals < ATTEMPTS; ) {
        const slot = slots.find(({ channels }) => channels < limit) ?? newSlot()
        const outcome = await openIn(slot, command).catch((error) => {
          throw unreachable(where, error)
        })
        if (typeof outcome === 'object') return outcome
        limit = Math.max(1, Math.min(limit, outcome))
        if (outcome > 0) continue
        refusals += 1
        await new Promise((resolve) => setTimeout(resolve, 100 * refusals))
      }
      throw new UnreachableError(`${where}: the server refuses every session`, {
        hint: 'Its MaxSessions (sshd_config) may be 0, or a forced command may allow none.',
      })
    },
    async close() {
      const open = await Promise.allSettled(slots.map(({ ssh }) => ssh))
      for (const slot of open) if (slot.status === 'fulfilled') slot.value.close()
      await Promise.all(open.map((slot) => (slot.status === 'fulfilled' ? slot.value.gone : undefined)))
    },
  }
}
