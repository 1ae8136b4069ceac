import type { Emit, RunEvent } from '../../core/events.ts'
import type { Settings } from './settings.ts'

type Shown = Pick<Settings, 'display_skipped_hosts' | 'display_ok_hosts'>

/**
 * Leaves out the results of hosts that were skipped, or that changed nothing, as display_skipped_hosts and
 * display_ok_hosts say. The heading of a task then waits for a result that is shown.
 */
export function hideResults(emit: Emit, shown: Shown): Emit {
  if (shown.display_skipped_hosts && shown.display_ok_hosts) return emit
  let heading: RunEvent | undefined
  return (event) => {
    if (event.kind === 'task') {
      heading = event
      return
    }
    if (isHidden(event, shown)) return
    if (heading !== undefined && HEADED.has(event.kind)) emit(heading)
    if (event.kind !== 'started') heading = undefined
    emit(event)
  }
}

const HEADED: ReadonlySet<RunEvent['kind']> = new Set(['result', 'item', 'retry', 'output', 'warning'])

function isHidden(event: RunEvent, { display_skipped_hosts, display_ok_hosts }: Shown): boolean {
  if (event.kind !== 'result' && event.kind !== 'item') return false
  const { status } = event.result
  return (status === 'skipped' && !display_skipped_hosts) || (status === 'ok' && !display_ok_hosts)
}
