import { ArgumentError } from '../../core/errors.ts'

/** A policy as IAM's grammar has it; what it does not know stays as it is. */
export type Policy = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A policy that a parameter gives, as data or as JSON text.
 * @throws {ArgumentError} when it is none
 */
export function readPolicy(value: unknown, parameter: string): Policy {
  let policy = value
  if (typeof value === 'string') {
    try {
      policy = JSON.parse(value)
    } catch (error) {
      throw new ArgumentError(`${parameter} is not JSON: ${(error as Error).message}`)
    }
  }
  if (isRecord(policy)) return policy
  throw new ArgumentError(`${parameter} must be a policy document: a mapping, or JSON text of one`)
}

/** A policy as IAM gives it back: percent-encoded JSON. */
export function decodePolicy(text: string): Policy {
  try {
    const policy: unknown = JSON.parse(decodeURIComponent(text))
    if (isRecord(policy)) return policy
  } catch {
    // Told as it is: such a policy differs from every wanted one and is replaced.
  }
  return { 'not a policy': text }
}

/** Whether two policies mean the same, however they are written. */
export function samePolicy(one: Policy, other: Policy): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other))
}

/** A policy as text for people: one way of writing for all that mean the same, so that a diff shows what differs. */
export function formatPolicy(policy: Policy): string {
  return `${JSON.stringify(canonical(policy), null, 2)}\n`
}

const ORDER = ['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal']
const SETS = ['Action', 'NotAction', 'Resource', 'NotResource']
/** IAM writes an account as the ARN of its root, whichever way it was given. */
const ROOT = /^arn:aws[\w-]*:iam::(\d{12}):root$/

/** The policy in the one form of all that mean the same; of what the grammar does not know only the keys are sorted. */
export function canonical(policy: Policy): Policy {
  // Without a version IAM reads a policy by its oldest language.
  const { Version = '2008-10-17', Statement = [], ...rest } = policy
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map(canonicalStatement)
  return sorted({ ...mapValues(rest, deepSorted), Version, Statement: sortedSet(statements) })
}

function canonicalStatement(statement: unknown): unknown {
  if (!isRecord(statement)) return statement
  const entries = Object.entries(statement).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'Sid') return value === '' ? [] : [[key, value]]
    if (SETS.includes(key)) return [[key, set(value)]]
    if (key === 'Principal' || key === 'NotPrincipal') return [[key, principals(value)]]
    if (key === 'Condition') return [[key, conditions(value)]]
    return [[key, deepSorted(value)]]
  })
  return sorted(Object.fromEntries(entries))
}

function principals(value: unknown): unknown {
  if (value === '*') return { AWS: '*' }
  return isRecord(value) ? sorted(mapValues(value, (one) => set(one, account))) : value
}

function account(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(ROOT, '$1') : value
}

function conditions(value: unknown): unknown {
  if (!isRecord(value)) return value
  const tests = (test: unknown) =>
    isRecord(test) ? sorted(mapValues(test, (one) => set(one, String))) : test
  return sorted(mapValues(value, tests))
}

// One value and a list of that value mean the same, and so do lists in another order.
function set(value: unknown, element: (one: unknown) => unknown = (one) => one): unknown {
  const values = [...new Set((Array.isArray(value) ? value : [value]).map(element))].sort()
  return values.length === 1 ? values[0] : values
}

function sortedSet(values: readonly unknown[]): readonly unknown[] {
  const texts = values.map((value) => JSON.stringify(value))
  return [...new Set(texts)].sort().map((text) => JSON.parse(text))
}

function sorted(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const rank = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length)
  const entries = Object.entries(record)
  return Object.fromEntries(entries.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)))
}

function deepSorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepSorted)
  return isRecord(value) ? sorted(mapValues(value, deepSorted)) : value
}

function mapValues<T>(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
