import { didYouMean } from '../core/suggest.ts'
import { Absent, bare, defined, EvaluationError, failUndefined, Undefined } from '../core/values/types.ts'
import type { FilterRule } from './filters/define.ts'
import { filterTable } from './filters/index.ts'
import type { Context, FilterFunction, TestFunction } from './jinja/context.ts'
import { bind } from './python/call.ts'
import type { TestRule } from './tests/define.ts'
import { testTable } from './tests/index.ts'

/** A function of the user's own, for use as a filter or a test: the value first, then its arguments. */
export type UserFunction = (value: unknown, ...args: unknown[]) => unknown

/** Collections whose filters and tests are built in here, so that full names work as short ones do. */
const collections = /^(ansible\.(builtin|legacy|utils|netcommon)|community\.general)\./

/** Finds filters and tests by name; each is made callable once. */
export function makeLibrary(own: {
  readonly filters?: Readonly<Record<string, UserFunction>> | undefined
  readonly tests?: Readonly<Record<string, UserFunction>> | undefined
}): { filter(name: string): FilterFunction; test(name: string): TestFunction } {
  const filters = new Map<string, FilterFunction>()
  const tests = new Map<string, TestFunction>()
  for (const [name, run] of Object.entries(own.filters ?? {})) filters.set(name, userFunction(run))
  for (const [name, run] of Object.entries(own.tests ?? {})) {
    const call = userFunction(run)
    tests.set(name, (...given) => call(...given) === true)
  }
  return {
    filter: (name) =>
      find(
        filters,
        name,
        (short) => ownRule(filterTable, short, (rule) => fromFilter(short, rule)),
        () => unknown('filter', name, Object.keys(filterTable)),
      ),
    test: (name) =>
      find(
        tests,
        name,
        (short) => ownRule(testTable, short, (rule) => fromTest(short, rule)),
        () => unknown('test', name, Object.keys(testTable)),
      ),
  }
}

function find<F>(
  known: Map<string, F>,
  name: string,
  make: (short: string) => F | undefined,
  fail: () => never,
): F {
  const found = known.get(name) ?? make(name.replace(collections, '')) ?? fail()
  known.set(name, found)
  return found
}

function ownRule<R, F>(
  table: Readonly<Record<string, R>>,
  name: string,
  make: (rule: R) => F,
): F | undefined {
  const rule = Object.hasOwn(table, name) ? table[name] : undefined
  return rule === undefined ? undefined : make(rule)
}

function unknown(kind: string, name: string, names: readonly string[]): never {
  throw new EvaluationError(`there is no ${kind} '${name}'${didYouMean(name, names)}`)
}

function fromFilter(name: string, rule: FilterRule): FilterFunction {
  return (context, value, positional, named) => {
    const args = bind(`filter '${name}'`, rule.parameters, positional, named)
    if (rule.takesUndefined) return rule.run(bare(value), args, context)
    for (const arg of args) defined(arg)
    return rule.run(value instanceof Absent ? '' : bare(defined(value)), args, context)
  }
}

function fromTest(name: string, rule: TestRule): TestFunction {
  return (context, value, positional, named) => {
    const args = bind(`test '${name}'`, rule.parameters, positional, named)
    if (value instanceof Undefined && !rule.takesUndefined) failUndefined(value)
    for (const arg of args) if (arg instanceof Undefined) failUndefined(arg)
    return rule.run(bare(value), args, context)
  }
}

function userFunction(run: UserFunction): FilterFunction {
  return (_context: Context, value, positional, named) => {
    if (value instanceof Undefined) failUndefined(value)
    for (const arg of positional) if (arg instanceof Undefined) failUndefined(arg)
    return run(bare(value), ...positional, ...(Object.keys(named).length > 0 ? [named] : []))
  }
}
