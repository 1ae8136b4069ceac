import { dirname, join } from 'node:path'
import { isDictionary } from '../core/values/dictionary.ts'
import { KEYWORDS } from './keywords.ts'
import type { Library } from './library.ts'
import { findSource, readAhead } from './source.ts'

/**
 * Loads what will be needed while something else is waited for: the loader of code works on several files at a time,
 * and one after another each would be waited for. It follows names that are written plainly. What goes wrong is told
 * when its turn comes.
 */
export interface LoadAhead {
  /** What a list of tasks names: the files it imports, and its modules. */
  tasks(list: unknown, around: Around): void
  /** The files of a role, and what its tasks and handlers name. */
  role(path: string, options: RoleFiles, library: Library): void
}

interface Around {
  readonly kind: 'task' | 'handler'
  readonly library: Library
  readonly source: { readonly dir: string }
}

/** Which files of a role; `main` where nothing is said. */
type RoleFiles = {
  readonly [part in 'tasks' | 'handlers' | 'defaults' | 'vars' as `${part}_from`]?: string
}

/** For one playbook: what was begun with is not begun with again. */
export function createLoadAhead(): LoadAhead {
  const begun = new Set<unknown>()

  function file(path: string, around?: Around): void {
    const found = findSource(path)
    if (found === undefined || begun.has(found)) return
    begun.add(found)
    const inside = around && { ...around, source: { dir: dirname(found) } }
    void readAhead(found).then((value) => inside && tasks(value, inside))
  }

  function tasks(list: unknown, around: Around): void {
    if (!Array.isArray(list) || begun.has(list)) return
    begun.add(list)
    for (const task of list.filter(isDictionary)) {
      for (const key of Object.keys(task))
        if (!(key in KEYWORDS[around.kind])) around.library.load(key).catch(() => {})
      for (const inner of [task.block, task.rescue, task.always]) tasks(inner, around)
      if (typeof task.import_tasks === 'string') file(join(around.source.dir, task.import_tasks), around)
    }
  }

  function role(path: string, options: RoleFiles, outer: Library): void {
    const {
      defaults_from = 'main',
      vars_from = 'main',
      tasks_from = 'main',
      handlers_from = 'main',
    } = options
    const library = outer.with(join(path, 'library'))
    for (const name of ['meta/main', `defaults/${defaults_from}`, `vars/${vars_from}`]) file(join(path, name))
    file(join(path, 'tasks', tasks_from), { kind: 'task', library, source: { dir: path } })
    file(join(path, 'handlers', handlers_from), { kind: 'handler', library, source: { dir: path } })
  }

  return { tasks, role }
}
