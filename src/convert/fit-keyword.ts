import { COERCIONS } from '../core/coerce.ts'
import type { SharedKeywords, Structure, TaskKeywords } from '../playbook/types.ts'
import { attempt, fitTemplate } from './fit.ts'
import { cast, type Entry, mapItems, type ScalarValue, scalar, type Tree } from './tree.ts'

type Fit = (value: Tree) => Tree

type Typed = keyof SharedKeywords<unknown> | keyof TaskKeywords<unknown>

/** The keywords that the type of a task has, and how a value is brought to each one's type. */
const TASK: Readonly<Partial<Record<Typed, Fit>>> = {
  name: text,
  when: condition,
  tags: words,
  vars: dictionary,
  become: boolean,
  become_user: text,
  become_method: oneOf(['sudo', 'su', 'doas']),
  become_flags: text,
  become_exe: text,
  environment,
  delegate_to: text,
  delegate_facts: boolean,
  run_once: boolean,
  ignore_errors: boolean,
  ignore_unreachable: boolean,
  any_errors_fatal: boolean,
  no_log: boolean,
  check_mode: boolean,
  diff: boolean,
  connection: oneOf(['ssh', 'openssh', 'local']),
  remote_user: text,
  port: number,
  timeout: number,
  throttle: number,
  module_defaults: moduleDefaults,
  register: text,
  loop: (value) => (value.kind === 'list' || isText(value) ? value : cast(value)),
  loop_control: loopControl,
  until: condition,
  retries: number,
  delay: number,
  changed_when: condition,
  failed_when: condition,
  notify: words,
  listen: words,
  args: dictionary,
  async: number,
  poll: number,
}

/** Keywords that only plays have; the others of a play are fitted as those of a task. */
const PLAY: Readonly<Record<string, Fit>> = {
  hosts: words,
  gather_facts: literalBoolean,
  gather_subset: list,
  gather_timeout: number,
  vars_files: list,
  force_handlers: literalBoolean,
  max_fail_percentage: plain(number),
  serial: (value) => value,
  order: oneOf(['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle']),
  strategy: oneOf(['linear', 'free', 'host_pinned']),
  vars_prompt: prompts,
}

/** Keys that stand in a module's place and have a type. */
export const TYPED_STRUCTURE: readonly (keyof Structure<unknown>)[] = [
  'block',
  'rescue',
  'always',
  'import_tasks',
  'include_tasks',
  'import_role',
  'include_role',
  'meta',
]

/** Whether the type of a task, or of a play, has this keyword. */
export function isTyped(keyword: string, of: 'task' | 'play'): boolean {
  return fitOf(keyword, of) !== undefined
}

function fitOf(keyword: string, of: 'task' | 'play'): Fit | undefined {
  const tables: readonly Readonly<Record<string, Fit | undefined>>[] = of === 'play' ? [PLAY, TASK] : [TASK]
  return tables.find((table) => Object.hasOwn(table, keyword))?.[keyword]
}

/** A keyword's entry with a value of its type; none when it is empty, which is the same as not given. */
export function fitKeyword(one: Entry, of: 'task' | 'play'): readonly Entry[] {
  if (one.value.kind === 'scalar' && one.value.value === null) return []
  const fit = fitOf(one.key, of)
  return fit === undefined ? [one] : [{ ...one, value: fit(one.value) }]
}

function isText(value: Tree): boolean {
  return value.kind === 'scalar' && typeof value.value === 'string'
}

function isTemplate(value: Tree): value is { kind: 'scalar'; value: string } {
  return value.kind === 'scalar' && typeof value.value === 'string' && /\{\{|\{%/.test(value.value)
}

function coerced(type: 'bool' | 'float' | 'str'): Fit {
  return (value) => {
    if (isTemplate(value)) return type === 'str' ? value : fitTemplate(value, value.value)
    if (value.kind !== 'scalar' || value.value === null) return cast(value)
    const changed = attempt(() => COERCIONS[type](value.value))
    if (changed === undefined) return cast(value)
    return changed === value.value ? value : scalar(changed as ScalarValue)
  }
}

function text(value: Tree): Tree {
  return typeof (value as { value?: unknown }).value === 'boolean' ? cast(value) : coerced('str')(value)
}

function boolean(value: Tree): Tree {
  return coerced('bool')(value)
}

/** A boolean where the types take no template. */
export function literalBoolean(value: Tree): Tree {
  return plain(boolean)(value)
}

function number(value: Tree): Tree {
  return coerced('float')(value)
}

// Where the types take no template.
function plain(fit: Fit): Fit {
  return (value) => (isTemplate(value) ? cast(value) : fit(value))
}

function words(value: Tree): Tree {
  if (value.kind === 'scalar') return text(value)
  return value.kind === 'list' ? mapItems(value, text) : cast(value)
}

function list(value: Tree): Tree {
  if (value.kind === 'list') return value
  return isText(value)
    ? { kind: 'list', items: [{ value, notes: { before: [], blank: false } }], end: [] }
    : cast(value)
}

function dictionary(value: Tree): Tree {
  return value.kind === 'dict' ? value : cast(value)
}

function moduleDefaults(value: Tree): Tree {
  return value.kind === 'dict' ? mapItems(value, dictionary) : cast(value)
}

function condition(value: Tree): Tree {
  if (value.kind === 'list')
    return mapItems(value, (one) => (one.kind === 'list' ? cast(one) : condition(one)))
  const is = value.kind === 'scalar' && ['string', 'boolean'].includes(typeof value.value)
  return is ? value : cast(value)
}

function environment(value: Tree): Tree {
  if (value.kind === 'list')
    return mapItems(value, (one) => (one.kind === 'dict' ? environment(one) : cast(one)))
  if (value.kind !== 'dict') return cast(value)
  return mapItems(value, (one) => {
    const fits = one.kind === 'scalar' && ['string', 'number'].includes(typeof one.value)
    return fits ? one : cast(one)
  })
}

const LOOP_CONTROL: Readonly<Record<string, Fit>> = {
  loop_var: text,
  index_var: text,
  label: text,
  pause: plain(number),
  extended: literalBoolean,
  break_when: words,
}

const PROMPT: Readonly<Record<string, Fit>> = {
  name: text,
  prompt: text,
  default: text,
  private: literalBoolean,
  confirm: literalBoolean,
}

function loopControl(value: Tree): Tree {
  return options(value, LOOP_CONTROL)
}

function prompts(value: Tree): Tree {
  return mapItems(list(value), (one) => options(one, PROMPT))
}

// A dictionary with a type of its own; with any other key in it, it is cast as a whole.
function options(value: Tree, fits: Readonly<Record<string, Fit>>): Tree {
  if (value.kind !== 'dict' || value.entries.some(({ key }) => !Object.hasOwn(fits, key))) return cast(value)
  return {
    ...value,
    entries: value.entries.map((one) => ({ ...one, value: fits[one.key]?.(one.value) ?? one.value })),
  }
}

function oneOf(choices: readonly string[]): Fit {
  return (value) => {
    if (isTemplate(value)) return fitTemplate(value, value.value)
    return value.kind === 'scalar' && choices.includes(String(value.value)) ? value : cast(value)
  }
}
