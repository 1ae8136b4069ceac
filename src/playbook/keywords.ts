import type { Variables } from '../core/scope.ts'
import { byName, isDictionary } from '../core/values/dictionary.ts'

/** What a keyword's value may be: for checking what can be known before a run. */
export type KeywordType =
  | 'text'
  | 'boolean'
  | 'number'
  | 'list'
  | 'dictionary'
  | 'variables'
  | 'condition'
  | 'loop_control'
  | 'name'
  | 'never'
  | 'any'

const SHARED: Readonly<Record<string, KeywordType>> = {
  name: 'text',
  when: 'condition',
  tags: 'list',
  vars: 'variables',
  become: 'boolean',
  become_user: 'text',
  become_method: 'text',
  become_flags: 'text',
  become_exe: 'text',
  environment: 'any',
  delegate_to: 'text',
  delegate_facts: 'boolean',
  run_once: 'boolean',
  ignore_errors: 'boolean',
  ignore_unreachable: 'boolean',
  any_errors_fatal: 'boolean',
  no_log: 'boolean',
  check_mode: 'boolean',
  diff: 'boolean',
  connection: 'text',
  remote_user: 'text',
  port: 'number',
  timeout: 'number',
  throttle: 'number',
  module_defaults: 'any',
  collections: 'list',
  debugger: 'never',
}

const TASK: Readonly<Record<string, KeywordType>> = {
  ...SHARED,
  register: 'name',
  loop: 'any',
  loop_control: 'loop_control',
  until: 'condition',
  retries: 'number',
  delay: 'number',
  changed_when: 'condition',
  failed_when: 'condition',
  notify: 'list',
  args: 'dictionary',
  async: 'number',
  poll: 'number',
}

// What a dynamic include takes: only what is its own doing, since what it includes is not known yet.
const INCLUDE: Readonly<Record<string, KeywordType>> = {
  name: 'text',
  when: 'condition',
  tags: 'list',
  vars: 'variables',
  args: 'dictionary',
  loop: 'any',
  loop_control: 'loop_control',
  register: 'name',
  run_once: 'boolean',
  no_log: 'boolean',
  ignore_errors: 'boolean',
  timeout: 'number',
  collections: 'list',
  debugger: 'never',
  listen: 'list',
}

/**
 * The keywords of each part of a playbook, spelled as Ansible spells them
 * (https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html).
 */
export const KEYWORDS = {
  play: {
    ...SHARED,
    hosts: 'list',
    gather_facts: 'boolean',
    gather_subset: 'list',
    gather_timeout: 'number',
    fact_path: 'text',
    vars_files: 'list',
    pre_tasks: 'list',
    roles: 'list',
    tasks: 'list',
    post_tasks: 'list',
    handlers: 'list',
    force_handlers: 'boolean',
    max_fail_percentage: 'number',
    serial: 'any',
    order: 'text',
    strategy: 'text',
    vars_prompt: 'list',
  },
  task: TASK,
  handler: { ...TASK, listen: 'list' },
  include: INCLUDE,
  block: { ...SHARED, notify: 'list', block: 'list', rescue: 'list', always: 'list' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, KeywordType>>>>

/** Keys that stand where a module would: they shape the list of tasks and never reach a host. */
export const STRUCTURE = [
  'block',
  'import_tasks',
  'include_tasks',
  'import_role',
  'include_role',
  'meta',
] as const

/** The keywords that are inherited as they are: what is inside may say otherwise. */
export const INHERITED = [
  'become',
  'become_user',
  'become_method',
  'become_flags',
  'become_exe',
  'delegate_to',
  'delegate_facts',
  'run_once',
  'ignore_errors',
  'ignore_unreachable',
  'any_errors_fatal',
  'no_log',
  'check_mode',
  'diff',
  'connection',
  'remote_user',
  'port',
  'timeout',
  'throttle',
] as const

/** The value of `vars`: a dictionary, or a list of them that are joined, which is how older playbooks write it. */
export function variablesOf(vars: unknown): Variables | undefined {
  if (Array.isArray(vars)) return Object.assign({}, ...vars.filter(isDictionary))
  return byName(vars)
}
