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
 * the answer to another question. And answers are kept only as long as nothing is done: once steps were carried out on
 * any host all are discarded, since hosts can share what they change; all but those that were asked for behind these
 * steps, on the same shell.
 */
export interface Ahead {
  /** Whether anything is read ahead now. */
  readonly enabled: boolean
  /** The share of one host. */
  of(host: HostState): HostAhead
  /** Keeps the answer to what was asked before the run had begun: for the first who asks the same, if nothing comes before. */
  know(shell: Shell, script: Script, answer: ReadAhead): void
  /** Time has passed, or something was done: nothing that was read still holds. */
  discard(): void
}

export interface HostAhead {
  /** Waits for the answer to a script that was sent ahead; undefined when it was not. `ask` asks anew, if the link broke. */
  take(
    shell: Shell,
    script: Script,
    options: Pick<RequestOptions, 'timeout' | 'signal'>,
    ask: () => Promise<Reply>,
  ): Promise<Reply> | undefined
  /** Sends a script of a coming task ahead; false when the shell cannot take it now. */
  send(task: LoadedTask, shell: Shell, script: Script): boolean
  /** A task starts: how many probes may be sent now, those of the tasks behind it included. 0: it was looked at before. */
  start(task: LoadedTask): number
  /** How many probes may be sent behind steps that are on their way. */
  readonly budget: number
  /** Notes that a coming task has been looked at, whether or not it has anything to ask. */
  cover(task: LoadedTask): void
  /**
   * Steps are about to be carried out by a shell, or by the controller; call what it gives when they have been. Until
   * then no other shell is asked: it would not wait for them.
   */
  act(shell: Shell | undefined): () => void
  /** Nothing is read ahead any more, on any host: something goes on in the background. */
  stop(): void
}

/** A host's share: it looks the further ahead the longer that proves right. */
interface View {
  window: number
  /** Who carries out steps now. */
  acting: { readonly shell: Shell | undefined } | undefined
  current: LoadedTask | undefined
  /** What was looked at by the last look ahead held so far. */
  held: boolean
  /** The tasks that were looked at and are not over, in order, each with the number of its answers that wait. */
  readonly coming: Map<LoadedTask, number>
  /** The answers that wait. Hosts that are one machine share a shell, and none the other's answers. */
  readonly kept: Map<Shell, Map<string, Kept>>
}

interface Kept {
  readonly answer: ReadAhead
  /** Who asked: one answer may be for several tasks. */
  readonly askers: LoadedTask[]
}

/** @param enabled false reads nothing ahead */
export function createAhead(enabled: boolean): Ahead {
  const views = new Map<HostState, View>()
  const early = new Map<Shell, { readonly text: string; readonly answer: ReadAhead }>()
  const acts = new Set<{ alone: boolean }>()
  let on = enabled

  const viewOf = (host: HostState): View => {
    const known = views.get(host)
    if (known !== undefined) return known
    const view: View = {
      window: FIRST,
      acting: undefined,
      current: undefined,
      held: false,
      coming: new Map(),
      kept: new Map(),
    }
    views.set(host, view)
    return view
  }

  const forget = (view: View): void => {
    view.kept.clear()
    // What was read in vain costs the host, and what follows a change is often one, too.
    if ([...view.coming.values()].some((waiting) => waiting > 0)) view.window = 1
    view.held = false
    view.coming.clear()
  }
  const discard = (): void => {
    early.clear()
    for (const view of views.values()) forget(view)
  }

  const count = ({ coming }: View, task: LoadedTask, more: number): void => {
    coming.set(task, (coming.get(task) ?? 0) + more)
  }

  const taken = (shell: Shell, text: string): ReadAhead | undefined => {
    const known = early.get(shell)
    if (known?.text !== text) return undefined
    early.delete(shell)
    return known.answer
  }

  return {
    get enabled() {
      return on
    },
    discard,
    know: (shell, { text }, answer) => void early.set(shell, { text, answer }),
    of: (host) => {
      const view = viewOf(host)
      return {
        take(shell, { text }, options, ask) {
          const answers = view.kept.get(shell)
          const one = answers?.get(text)
          const asker = one?.askers.shift()
          if (one?.askers.length === 0) answers?.delete(text)
          if (asker !== undefined && view.coming.has(asker)) count(view, asker, -1)
          const answer = asker === undefined ? taken(shell, text) : one?.answer
          return answer?.(options).catch((error: unknown) => {
            if (error instanceof TimeoutError || options.signal?.aborted) throw error
            return ask()
          })
        },
        send(task, shell, script) {
          if (!on || (view.acting !== undefined && view.acting.shell !== shell)) return false
          const answers = view.kept.get(shell) ?? new Map<string, Kept>()
          const known = answers.get(script.text)
          if (known !== undefined) known.askers.push(task)
          else {
            const answer = taken(shell, script.text) ?? shell.readAhead?.(script)
            if (answer === undefined) return false
            answers.set(script.text, { answer, askers: [task] })
            view.kept.set(shell, answers)
          }
          count(view, task, 1)
          return true
        },
        start(task) {
          if (!on || view.current === task) return 0
          view.current = task
          if (view.coming.has(task)) {
            for (const passed of view.coming.keys()) {
              if (passed === task) return 0
              view.coming.delete(passed)
            }
          }
          if (view.held) view.window = Math.min(view.window * 2, MOST)
          view.held = true
          view.coming.clear()
          return view.window
        },
        get budget() {
          return on ? view.window : 0
        },
        cover: (task) => count(view, task, 0),
        act(shell) {
          early.clear()
          forget(view)
          view.acting = { shell }
          const own = { alone: acts.size === 0 }
          for (const other of acts) other.alone = false
          acts.add(own)
          return () => {
            acts.delete(own)
            view.acting = undefined
            for (const other of views.values()) if (other !== view || !own.alone) forget(other)
          }
        },
        stop() {
          on = false
          discard()
        },
      }
    },
  }
}
