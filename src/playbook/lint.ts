import type { Location } from '../core/location.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { hasIncludes, type LoadedPlay, type LoadedTask, tasksOf } from './model.ts'

/** Something that works, and will surprise somebody. */
export interface Finding {
  /** The rule's name, to search for. */
  readonly rule: string
  readonly message: string
  readonly at: Location | undefined
}

/** Looks at one task; a sentence when the rule is broken. */
type Rule = (task: LoadedTask, args: Readonly<Record<string, unknown>>) => string | undefined

const MAKES_FILES: Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => boolean>> = {
  copy: () => true,
  template: () => true,
  get_url: () => true,
  file: ({ state }) => state === 'directory' || state === 'touch',
  assemble: () => true,
}
const PACKAGES = ['apt', 'package', 'pip', 'dnf', 'yum', 'apk', 'pacman']
const SHELL_ONLY = /[|&;<>()$`\\*?[\]~{}\n!=]|^(cd|export|source|\.|set|test|umask|ulimit)\b/
const TALKS = ['debug', 'assert', 'fail', 'set_fact', 'meta', 'include_vars', 'pause']

const RULES: Readonly<Record<string, Rule>> = {
  'name-missing': ({ name, module }) =>
    name === undefined && !TALKS.includes(module.name) ? 'the task has no name' : undefined,
  'no-changed-when': ({ module, changed_when }, { creates, removes }) =>
    ['command', 'shell', 'raw'].includes(module.name) &&
    changed_when === undefined &&
    creates === undefined &&
    removes === undefined
      ? `${module.name} reports a change each time: say changed_when, creates or removes`
      : undefined,
  'command-instead-of-shell': ({ module }, args) => {
    const text = args.cmd ?? args._raw_params
    const plain = typeof text === 'string' && !SHELL_ONLY.test(text.replace(/\{\{.*?\}\}/gs, 'x'))
    return module.name === 'shell' && plain ? 'no shell is needed here: use command' : undefined
  },
  'file-mode': ({ module }, args) =>
    MAKES_FILES[module.name]?.(args) && args.mode === undefined
      ? `${module.name} makes a file with whatever mode the umask gives: say mode`
      : undefined,
  'package-latest': ({ module }, { state }) =>
    PACKAGES.includes(module.name) && state === 'latest'
      ? 'state: latest changes hosts whenever a new version appears'
      : undefined,
  'ignore-errors': ({ ignore_errors, register }) =>
    ignore_errors === true && register === undefined
      ? 'all errors are ignored: say with failed_when which are none'
      : undefined,
  'become-user': ({ become, become_user }) =>
    become_user !== undefined && become === undefined
      ? 'become_user has no effect without become'
      : undefined,
}

/** The names of all rules. */
export const LINT_RULES: readonly string[] = [...Object.keys(RULES), 'handler-unused']

/** Finds what is allowed and unwise in plays that were loaded. A task with the tag `skip_ansible_lint` is left alone. */
export function lintPlays(plays: readonly LoadedPlay[]): readonly Finding[] {
  return plays.flatMap((play) => {
    const tasks = [...play.sections.flatMap((section) => [...tasksOf(section)]), ...tasksOf(play.handlers)]
    return [...tasks.flatMap(lintTask), ...unusedHandlers(play, tasks)]
  })
}

function lintTask(task: LoadedTask): readonly Finding[] {
  if (task.tags.includes('skip_ansible_lint')) return []
  const args = isDictionary(task.args) ? task.args : { _raw_params: task.args }
  return Object.entries(RULES).flatMap(([rule, check]) => {
    const message = check(task, args)
    return message === undefined ? [] : [{ rule, message, at: task.at }]
  })
}

function unusedHandlers(play: LoadedPlay, tasks: readonly LoadedTask[]): readonly Finding[] {
  const notified = new Set(tasks.flatMap((task) => task.notify))
  // What is included while the play runs, or named by a template, may notify any of them.
  if (
    play.sections.some((section) => hasIncludes(section)) ||
    [...notified].some((name) => name.includes('{{'))
  )
    return []
  return play.handlers.flatMap((handler) => {
    if (handler.kind !== 'task') return []
    const { name, listen, context, at } = handler
    const names = [name, context.role && `${context.role.name} : ${name}`, ...listen]
    if (names.some((one) => one !== undefined && notified.has(one))) return []
    return [{ rule: 'handler-unused', message: `nothing notifies the handler '${name ?? ''}'`, at }]
  })
}
