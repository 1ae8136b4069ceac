import type { Change, Plan } from '../../../core/module.ts'
import type { Variables } from '../../../core/scope.ts'
import { hostPath } from '../path-state.ts'
import type { FileView } from './look-at.ts'

/** What is compared, with or without a wish for diffs: roles read it, as Ansible's results have it. */
export function withDiff(plan: Plan, path: string, before: Variables = {}): Plan {
  const side = (pick: (change: Change) => unknown) =>
    Object.fromEntries(plan.changes.map((change) => [change.what, pick(change)]))
  const diff = {
    before: { path, ...side((change) => change.before), ...before },
    after: { path, ...side((change) => change.after) },
  }
  return { ...plan, result: { ...plan.result, diff } }
}

/** What goes with a folder that is removed. */
export function folderContent(folder: string, { found, entries }: FileView): Variables {
  if (found?.type !== 'directory' || entries.length === 0) return {}
  const paths = (folders: boolean) =>
    entries
      .filter(({ state }) => (state.type === 'directory') === folders)
      .map(({ path }) => path.replace(/\/$/, ''))
      .filter((path) => path !== hostPath(folder))
  return { path_content: { directories: paths(true), files: paths(false) } }
}
