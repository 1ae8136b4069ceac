import { TimeoutError } from '../core/errors.ts'
import type { Script } from '../core/quote.ts'
import type { ReadAhead, Reply, RequestOptions, Shell } from '../core/remote.ts'
import type { LoadedTask } from '../playbook/model.ts'
import type { HostState } from './host.ts'

/** How many probes the first look ahead may send: enough for most roles to go in one round trip. */
const FIRST = 32
/** How many a look ahead ever sends, and how many items of its loop a task asks for at once. */
export const MOST = 128

/**
 * What was read on the hosts of a run before the tasks that want to know it started.
 *
 * An answer is kept under the shell and the very text of the script that asked. A task renders its own script when its
 * turn comes, and takes the answer only if that is the same: so whatever a variable has become by then, it never sees
 * the answer to another question. And answers are kept only as long as nothing is done: the first step that is carried
 * out on any host discards them all, since hosts can share what they change.
 */
export interface Ahead {
  /** Waits for the answer to a script that was sent ahead; undefined when it was not. `ask` asks anew, if the link broke. */
  take(
    shell: Shell,
    script: Script,
    options: Pick<RequestOptions, 'timeout' | 'signal'>,
    ask: () => Promise<Reply>,
  ): Promise<Reply> | undefined
  /** Sends a script of a coming task ahead; false when the shell cannot take it now. */
  send(host: HostState, task: LoadedTask, shell: Shell, script: Script): boolean
  /** A task starts on a host: how many probes may be sent now, those of the tasks behind it included. 0: it was looked at before. */
  start(host: HostState, task: LoadedTask): number
  /** Notes that a coming task has been looked at, whether or not it has anything to ask. */
  cover(host: HostState, task: LoadedTask): void
  /** Something was done, or time has passed: nothing that was read still holds. */
  discard(): void
  /** Nothing is read ahead any more: something goes on in the background. */
  stop(): void
}

/** One host's share: it looks the further ahead the longer that proves right. */
interface View {
  window: number
  current: LoadedTask | undefined
  /** What was looked at by the last look ahead held so far. */
  held: boolean
  /** The tasks that were looked at and have not started, in order, each with the number of its probes. */
  readonly coming: Map<LoadedTask, number>
}

interface Kept {
  readonly answer: ReadAhead
  /** How many tasks ask the same. */
  takers: number
}

/** @param enabled false reads nothing ahead */
export function createAhead(enabled: boolean): Ahead {
  const views = new Map<HostState, View>()
  const kept = new Map<Shell, Map<string, Kept>>()
  let on = enabled

  const viewOf = (host: HostState): View => {
    const known = views.get(host)
    if (known !== undefined) return known
    const view: View = { window: FIRST, current: undefined, held: false, coming: new Map() }
    views.set(host, view)
    return view
  }

  const discard = (): void => {
    kept.clear()
    for (const view of views.values()) {
      // What was read in vain costs the host, and what follows a change is often one, too.
      if ([...view.coming.values()].some((probes) => probes > 0)) view.window = 1
      view.held = false
      view.coming.clear()
    }
  }

  return {
    take(shell, { text }, options, ask) {
      const answers = kept.get(shell)
      const one = answers?.get(text)
      if (one === undefined) return undefined
      one.takers -= 1
      if (one.takers === 0) answers?.delete(text)
      return one.answer(options).catch((error: unknown) => {
        if (error instanceof TimeoutError || options.signal?.aborted) throw error
        return ask()
      })
    },
    send(host, task, shell, script) {
      const answers = kept.get(shell) ?? new Map<string, Kept>()
      const known = answers.get(script.text)
      if (known !== undefined) known.takers += 1
      else {
        const answer = shell.readAhead?.(script)
        if (answer === undefined) return false
        answers.set(script.text, { answer, takers: 1 })
        kept.set(shell, answers)
      }
      const { coming } = viewOf(host)
      coming.set(task, (coming.get(task) ?? 0) + 1)
      return true
    },
    start(host, task) {
      if (!on) return 0
      const view = viewOf(host)
      if (view.current === task) return 0
      view.current = task
      if (view.coming.has(task)) {
        for (const passed of view.coming.keys()) {
          view.coming.delete(passed)
          if (passed === task) return 0
        }
      }
      if (view.held) view.window = Math.min(view.window * 2, MOST)
      view.held = true
      view.coming.clear()
      return view.window
    },
    cover(host, task) {
      const { coming } = viewOf(host)
      if (!coming.has(task)) coming.set(task, 0)
    },
    discard,
    stop() {
      on = false
      discard()
    },
  }
}
