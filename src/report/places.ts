import type { TaskLabel } from '../core/events.ts'
import { formatLocation, shortenPlace } from '../core/location.ts'
import type { Fields } from '../core/result.ts'

/** Where a failure comes from: the place that its result names, then the task's, if that is another. */
export function placesOf(
  { location }: Fields,
  { at }: Pick<TaskLabel, 'at'>,
  cwd: string,
): readonly string[] {
  const own = typeof location === 'string' ? [shortenPlace(location, cwd)] : []
  const task = at === undefined ? [] : [formatLocation(at, cwd)]
  return [...own, ...task.filter((place) => !own.some((one) => one === place || one.startsWith(`${place}:`)))]
}
