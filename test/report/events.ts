import type { Emit, RunEvent, TaskLabel } from '../../src/core/events.ts'
import { emptySummary, type Fields, type Status, type TaskResult } from '../../src/core/result.ts'

/** A task in `/p/site.yml`, with what is given instead. */
export const label = (name: string, line: number, own: Partial<TaskLabel> = {}): TaskLabel => ({
  ...{ name, module: 'command', at: { file: '/p/site.yml', line }, handler: false, no_log: false },
  ...own,
})

/** How a task ended on a host. */
export const result = (
  task: TaskLabel,
  host: string,
  status: Status,
  fields: Partial<Fields> = {},
  own: Partial<TaskResult> = {},
): RunEvent => ({
  ...{ kind: 'result', task, host, loop: false },
  result: {
    status,
    fields: { changed: status === 'changed', ...fields },
    changes: [],
    duration: 0.5,
    ...own,
  },
})

const COPY = label('Write <motd>', 3)
const FAIL = label('Break "it"', 9, { module: 'shell' })
const RESTART = label('Restart', 20, { handler: true, module: 'service' })

/** A run on two hosts with all that can happen: changed, skipped, failed, ignored, unreachable, a handler. */
export const RUN: readonly RunEvent[] = [
  { kind: 'play', name: 'Web & more', hosts: ['h1', 'h2'], check: false },
  { kind: 'task', task: COPY },
  { kind: 'started', task: COPY, host: 'h1' },
  result(COPY, 'h1', 'changed', { diff: [{ before: 'a\n', after: '<b>\n' }], dest: '/etc/motd' }),
  result(COPY, 'h2', 'skipped', { skipped: true, msg: 'not now' }),
  { kind: 'task', task: FAIL },
  result(FAIL, 'h1', 'failed', { failed: true, msg: 'no \u0007 & <b>', rc: 1, location: '/p/part.yml:4:2' }),
  result(FAIL, 'h2', 'failed', { failed: true, msg: 'never mind' }, { ignored: true }),
  { kind: 'task', task: RESTART },
  result(RESTART, 'h2', 'unreachable', { unreachable: true, msg: 'gone' }),
  { kind: 'warning', message: 'careful <now>' },
  {
    kind: 'recap',
    hosts: new Map([
      ['h2', { ...emptySummary(), ok: 1, skipped: 1, ignored: 1, unreachable: 1 }],
      ['h1', { ...emptySummary(), ok: 1, changed: 1, failed: 1 }],
    ]),
  },
]

/** A clock that is a second further at every look. */
export function clock(): () => Date {
  let seconds = 0
  return () => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds++))
}

/** All that a printer writes of a run. */
export function printed(
  printer: (options: { write: (text: string) => void; now: () => Date; cwd: string }) => Emit,
  events: readonly RunEvent[] = RUN,
): string {
  let text = ''
  const write = (part: string) => {
    text += part
  }
  const emit = printer({ write, now: clock(), cwd: '/p' })
  for (const event of events) emit(event)
  return text
}
