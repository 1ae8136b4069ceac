import { truth } from '../../core/values/compare.ts'
import { getKey, hasKey } from '../../core/values/dicts.ts'
import { EvaluationError, isDict, typeName } from '../../core/values/types.ts'
import { type TestTable, test } from './define.ts'

/** A registered result's field, as true or false; absent ones are false. */
function field(value: unknown, name: string): boolean {
  if (!isDict(value))
    throw new EvaluationError(`this test expects the result of a task, not ${typeName(value)}`)
  return hasKey(value, name) && truth(getKey(value, name))
}

/** Changed also when any of a loop's results is. */
function changed(value: unknown): boolean {
  if (field(value, 'changed') || !isDict(value)) return field(value, 'changed')
  const results = getKey(value, 'results')
  return (
    !hasKey(value, 'changed') &&
    Array.isArray(results) &&
    results.some((one) => isDict(one) && field(one, 'changed'))
  )
}

const failed = test('', (value) => field(value, 'failed'))
const succeeded = test('', (value) => !field(value, 'failed'))
const change = test('', changed)
const skipped = test('', (value) => field(value, 'skipped'))

/** A job counts as over when it says nothing about being under way. */
function flag(name: string, otherwise: boolean) {
  return test('', (value) => {
    if (!isDict(value))
      throw new EvaluationError(`'${name}' expects the result of a task, not ${typeName(value)}`)
    return hasKey(value, name) ? truth(getKey(value, name)) : otherwise
  })
}

/** Tests of the results that tasks register. */
export const resultTests: TestTable = {
  failed,
  failure: failed,
  succeeded,
  success: succeeded,
  successful: succeeded,
  changed: change,
  change,
  skipped,
  skip: skipped,
  unreachable: test('', (value) => field(value, 'unreachable')),
  reachable: test('', (value) => !field(value, 'unreachable')),
  started: flag('started', true),
  finished: flag('finished', true),
  timedout: test('', (value) => {
    const timeout = isDict(value) ? getKey(value, 'timedout') : undefined
    return isDict(timeout) && truth(getKey(timeout, 'period') ?? false)
  }),
}
