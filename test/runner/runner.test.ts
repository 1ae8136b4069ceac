import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runLane } from './lanes.ts'
import { linesOf, type Outcome, outcomeOf, verdict } from './outcome.ts'

const test = suite('the test runner')

async function run(
  names: readonly string[],
  more: { readonly grep?: string; readonly alone?: boolean; readonly limit?: number } = {},
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const files = names.map((name) => ({
    file: `test/runner/fixtures/${name}.ts`,
    ring: 'unit' as const,
    alone: more.alone ?? false,
    kubernetes: false,
    node: undefined,
  }))
  await runLane(files, { limit: more.limit ?? 60, grep: more.grep }, (one) => outcomes.push(one))
  return outcomes
}

const counts = ({ passed, failed, skipped }: Outcome) => [passed, failed, skipped]

// A file, what is counted, and what its output says.
const CASES: readonly [string, readonly number[], RegExp][] = [
  ['passes', [2, 0, 0], /passes/],
  ['fails', [1, 1, 0], /on purpose/],
  ['skips', [1, 0, 1], /Skipped: +1/],
  ['hook-throws', [0, 2, 0], /hook throws/],
  ['late-hook-throws', [0, 1, 0], /on purpose/],
  ['never-run', [0, 1, 0], /^/],
  ['exits', [0, 1, 0], /Exiting early/],
  ['rejects', [1, 1, 0], /nobody handles this/],
  ['waits', [0, 1, 0], /Exiting early/],
]
async function countsOf(cases: typeof CASES, alone: boolean): Promise<void> {
  const outcomes = await run(
    cases.map(([name]) => name),
    { alone },
  )
  assert.equal(
    outcomes.map((one) => [one.file.replace(/.*\/|\.ts$/g, ''), ...counts(one)]),
    cases.map(([name, wanted]) => [name, ...wanted]),
  )
  for (const [index, [, , says]] of cases.entries()) assert.match(outcomes[index]?.output ?? '', says)
}

test('what a file does is counted, whatever the others in its process do', () => countsOf(CASES, false))

test('what a file does in its own process is counted', () =>
  countsOf(
    CASES.filter(([name]) => ['passes', 'never-run', 'exits'].includes(name)),
    true,
  ))

test('a file that takes too long is killed', async () => {
  const [hangs] = await run(['hangs'], { limit: 3 })
  assert.equal(hangs && counts(hangs), [0, 1, 0])
  assert.match(hangs?.output ?? '', /killed after 3 s/)
})

test('what a file leaves changed is its failure, and not there for the next one', async () => {
  const [leaves, passes] = await run(['leaves', 'passes'])
  assert.equal(
    [leaves, passes].map((one) => one && counts(one)),
    [
      [1, 1, 0],
      [2, 0, 0],
    ],
  )
  assert.match(leaves?.output ?? '', /directory is \/[;]/)
  assert.match(leaves?.output ?? '', /PLAYSCRIPT_TEST_LEFT changed/)
})

test('what goes wrong after the last test is a failure of that file', async () => {
  const [first, second] = await run(['ends-later'])
  assert.equal(
    [first, second].map((one) => one && counts(one)),
    [
      [1, 0, 0],
      [1, 1, 0],
    ],
  )
})

test('tests are chosen by words of their names and of their suites’ names', async () => {
  assert.equal((await run(['passes', 'fails'], { grep: 'ONE' })).map(counts), [
    [1, 0, 0],
    [1, 0, 0],
  ])
  assert.equal((await run(['passes'], { grep: 'passes another' })).map(counts), [[1, 0, 0]])
  const [none] = await run(['hook-throws'], { grep: 'nothing of this name' })
  assert.is(none?.total, 0)
  assert.not.match(none?.output ?? '', /hook throws/)
  assert.equal((await run(['fails'], { grep: 'another', alone: true })).map(counts), [[0, 1, 0]])
})

const ran = { file: 'x', output: '', exitCode: 0, seconds: 1 }
const counted = (more: Partial<Outcome>): Outcome => ({
  ...{ ...ran, total: 2, passed: 2, failed: 0, skipped: 0 },
  ...more,
})

test('the last line counts, and the exit code is 0 only if every file ran and nothing failed', () => {
  const good = counted({})
  assert.equal(verdict([good], 1, true), { lines: ['2 passed, 0 failed'], exitCode: 0 })
  assert.is(verdict([good], 2, true).exitCode, 1)
  assert.is(verdict([], 0, true).exitCode, 1)
  assert.equal(verdict([good, counted({ failed: 1 })], 2, true), {
    lines: ['4 passed, 1 failed'],
    exitCode: 1,
  })
  const skipped = counted({ skipped: 1 })
  assert.equal(verdict([skipped], 1, false), { lines: ['2 passed, 0 failed, 1 skipped'], exitCode: 0 })
  assert.is(verdict([skipped], 1, true).exitCode, 1)
})

test('the output is shown of a file that failed', () => {
  assert.is(linesOf(counted({})), 'ok   x (2 passed, 1.0 s)')
  assert.is(
    linesOf(counted({ failed: 1, output: 'a\nb' })),
    'FAIL x (2 passed, 1 FAILED, 1.0 s)\n     | a\n     | b',
  )
})

test('uvu’s counts are the last that a file printed', () => {
  const output = 'Total: 9\nPassed: 9\nSkipped: 9\nmore\n  Total:     3\n  Passed:    1\n  Skipped:   2\n'
  assert.equal(counts(outcomeOf({ ...ran, output })), [1, 2, 2])
})

test.run()
