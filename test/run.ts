import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { ensureTestPrograms, labUnavailable, startLab, testHosts } from './lab/index.ts'
import { findFiles, type TestFile } from './runner/files.ts'
import { runInLanes } from './runner/lanes.ts'
import { linesOf, type Outcome, verdict } from './runner/outcome.ts'

const usage = `Usage: npm test -- [--unit] [--grep 'words'] [PATH…]

PATH     run the test files whose path contains it (default: every file)
--grep   run the tests whose name, or whose suite's name, contains the words
--unit   run the files that need nothing but Node, sh and git`

// Longer than any file takes, on a busy machine too.
const limit = 900

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { unit: { type: 'boolean' }, grep: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return console.log(usage)
  const files = findFiles(positionals).filter(({ ring }) => !values.unit || ring === 'unit')
  const { grep } = values
  const outcomes = new Map<string, Outcome>()
  const done = (outcome: Outcome) => {
    const { total, skipped, exitCode } = outcome
    const nothingChosen = grep !== undefined && exitCode === 0 && total + skipped === 0
    if (!nothingChosen) console.log(linesOf(outcome))
    outcomes.set(outcome.file, nothingChosen ? { ...outcome, failed: 0 } : outcome)
  }
  if (!values.unit) await ensureTestPrograms((line) => console.log(line))
  const noLab = labUnavailable() !== undefined
  const here = files.filter(({ ring }) => ring !== 'lab' || noLab)
  const inLab = files.filter((one) => !here.includes(one))
  await Promise.all([
    runInLanes(here, { lanes: availableParallelism(), limit, grep }, done),
    runInLab(inLab, grep, done),
  ])
  const { lines, exitCode } = verdict([...outcomes.values()], files.length, Boolean(process.env.CI))
  for (const line of lines) console.log(line)
  process.exitCode = exitCode
}

/** The tests on real hosts share one lab and so run one after another. */
async function runInLab(
  files: readonly TestFile[],
  grep: string | undefined,
  done: (outcome: Outcome) => void,
): Promise<void> {
  if (files.length === 0) return
  const lab = await startLab({ hosts: testHosts, log: (line) => console.log(`lab: ${line}`) })
  try {
    const env = { PLAYSCRIPT_LAB: lab.paths.dir }
    await runInLanes(files, { lanes: 1, limit, grep, env, inside: lab.command }, done)
  } finally {
    await lab.stop()
  }
}

await main()
