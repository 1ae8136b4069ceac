import { INHERITED, variablesOf } from './keywords.ts'
import type { Accumulated, Inherited } from './model.ts'

/** What a play, role, block or import passes on to what is inside it. */
export type Passed = Inherited & Accumulated

/** The start: nothing said yet. */
export const NOTHING_PASSED: Passed = {
  tags: [],
  when: [],
  environment: [],
  vars: [],
  module_defaults: [],
  notify: [],
  includeParams: [],
  includeLoops: [],
}

/**
 * What an entry has after inheriting: its own keywords win, its tags, conditions, environment and variables join
 * those from outside (Ansible: 'Tag inheritance', 'Playbook Keywords').
 */
export function inherit(outer: Passed, own: Readonly<Record<string, unknown>>): Passed {
  const vars = variablesOf(own.vars)
  const settled: Record<string, unknown> = {}
  const beneath: Record<string, unknown> = { ...outer.beneath }
  for (const keyword of INHERITED) {
    const value = own[keyword] ?? outer[keyword]
    if (value !== undefined) settled[keyword] = value
    // What a template leaves out is as it was around it.
    if (mayBeOmitted(own[keyword])) beneath[keyword] = outer[keyword]
  }
  return {
    ...settled,
    ...(Object.keys(beneath).length === 0 ? {} : { beneath }),
    tags: [...new Set([...outer.tags, ...words(own.tags)])],
    when: [...outer.when, ...listOf(own.when)],
    environment: [...outer.environment, ...listOf(own.environment)],
    vars: vars === undefined ? outer.vars : [...outer.vars, vars],
    module_defaults: [...outer.module_defaults, ...listOf(own.module_defaults)],
    // Names of handlers may have commas.
    notify: own.notify === undefined ? outer.notify : listOf(own.notify).map(String),
    includeParams: outer.includeParams,
    includeLoops: outer.includeLoops,
  }
}

function mayBeOmitted(value: unknown): boolean {
  return typeof value === 'string' && value.includes('omit')
}

/** A keyword that may be one value or a list, as a list. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** A list of words; text may hold several with commas between them. */
export function words(value: unknown): readonly string[] {
  return listOf(value).flatMap((one) =>
    // A template is one word: what is in it may have commas of its own.
    String(one).includes('{{')
      ? [String(one)]
      : String(one)
          .split(',')
          .map((word) => word.trim())
          .filter((word) => word !== ''),
  )
}
