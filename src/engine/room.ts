import { descriptorLimit } from '../core/descriptors.ts'

/** Keeps open connections within the limit of open files: idle ones are closed when others need their place. */
export interface Room {
  /**
   * Waits until a part of a connection may be opened, and notes who uses the connection.
   * @param part a channel of the connection, or the connection itself: what was let in before needs no more room
   */
  enter(key: string, part: string, descriptors: number, holder: object): Promise<void>
  /** Whether another connection may be opened without closing one. */
  fits(key: string, part: string, descriptors: number): boolean
  /** Lets others close what a holder used. */
  release(holder: object): void
  /** Notes that a connection is closed. */
  left(key: string): void
  /** Ends all waiting. */
  close(): void
}

export interface RoomOptions {
  /** Closes a connection that nobody uses. */
  readonly evict: (key: string) => Promise<void>
  /** Called once, when connections have to be closed. */
  readonly tight: (limit: number, room: number) => void
  /** Reads the limit of open files, when there are enough connections for it to matter. */
  readonly limit?: () => number | undefined
  readonly random?: () => number
}

/** Below this many descriptors nobody asks for the limit: no system has a lower one. */
const FEW = 24
/** The share of the limit that connections get, and what they leave besides: for files, programs and the runtime. */
const SHARE = 0.75
const OTHERS = 32

/** Room for connections under the limit of open files. */
export function createRoom({
  evict,
  tight,
  limit = descriptorLimit,
  random = Math.random,
}: RoomOptions): Room {
  const entered = new Map<string, Map<string, number>>()
  const holders = new Map<object, Set<string>>()
  const users = new Map<string, number>()
  const waiting: (() => void)[] = []
  let used = 0
  let most: number | undefined
  let told = false
  let closed = false

  const fits = (key: string, part: string, descriptors: number): boolean => {
    if (entered.get(key)?.has(part) || used + descriptors <= FEW) return true
    if (most === undefined) {
      const files = limit()
      most =
        files === undefined ? Number.POSITIVE_INFINITY : Math.max(FEW, Math.floor(files * SHARE) - OTHERS)
    }
    return used + descriptors <= most
  }

  const wake = (): void => {
    for (const go of waiting.splice(0)) go()
  }

  const left = (key: string): void => {
    for (const descriptors of entered.get(key)?.values() ?? []) used -= descriptors
    entered.delete(key)
    wake()
  }

  // Any of them: hosts take turns, so that the one unused for longest is often the next to be needed.
  const idle = (): string | undefined => {
    const keys = [...entered.keys()].filter((key) => !users.has(key))
    return keys[Math.floor(random() * keys.length)]
  }

  const makeRoom = async (): Promise<void> => {
    if (!told) tight(limit() ?? 0, most ?? 0)
    told = true
    const key = idle()
    if (key === undefined) return new Promise((resolve) => waiting.push(resolve))
    // Nobody else is to close it, and whoever wants it meanwhile opens it anew.
    const parts = entered.get(key)
    entered.delete(key)
    await evict(key)
    for (const descriptors of parts?.values() ?? []) used -= descriptors
    wake()
  }

  return {
    fits,
    async enter(key, part, descriptors, holder) {
      while (!closed && !fits(key, part, descriptors)) await makeRoom()
      const parts = entered.get(key) ?? new Map<string, number>()
      entered.set(key, parts)
      if (!parts.has(part)) used += descriptors
      if (!parts.has(part)) parts.set(part, descriptors)
      const held = holders.get(holder) ?? new Set()
      if (!held.has(key)) users.set(key, (users.get(key) ?? 0) + 1)
      holders.set(holder, held.add(key))
    },
    release(holder) {
      for (const key of holders.get(holder) ?? []) {
        const rest = (users.get(key) ?? 1) - 1
        if (rest > 0) users.set(key, rest)
        else users.delete(key)
      }
      holders.delete(holder)
      wake()
    },
    left,
    close() {
      closed = true
      wake()
    },
  }
}
