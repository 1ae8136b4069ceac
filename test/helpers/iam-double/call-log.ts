import type { Refusal } from './protocol.ts'

/** A call that arrived, in order. */
export interface Call {
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

/** What happens to a call instead of, or after, being carried out. */
export interface Fault {
  /** Refuse it so. */
  readonly refuse?: Refusal
  /** Answer with this status and body. */
  readonly raw?: { readonly status: number; readonly body: string }
  /** Carry it out, and drop the connection instead of answering. */
  readonly drop?: true
  /** Carry it out, and answer only after so many milliseconds. */
  readonly slow?: number
}

/** What arrived at a server, and what goes wrong there. */
export interface CallLog {
  readonly calls: readonly Call[]
  /** The next calls of that action meet a fault each; `*` stands for any action. */
  fail(action: string, ...faults: readonly Fault[]): void
  /** No more faults. */
  heal(): void
  /** Actions that change something, of the calls since the last time this was asked. */
  writes(): readonly string[]
  /** Notes a call and gives the fault that it meets. */
  arrived(call: Call): Fault
}

export function createCallLog(): CallLog {
  const calls: Call[] = []
  const faults = new Map<string, Fault[]>()
  let seen = 0
  return {
    calls,
    fail: (action, ...more) => faults.set(action, [...(faults.get(action) ?? []), ...more]),
    heal: () => faults.clear(),
    writes() {
      const fresh = calls.slice(seen).map(({ action }) => action)
      seen = calls.length
      return fresh.filter((action) => !/^(Get|List)/.test(action))
    },
    arrived(call) {
      calls.push(call)
      return faults.get(call.action)?.shift() ?? faults.get('*')?.shift() ?? {}
    },
  }
}
