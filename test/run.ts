import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { ensureTestPrograms, labUnavailable, startLab, testHosts } from './lab/index.ts'
import { builtKubernetes } from './lab/kubernetes/build.ts'
import { ensureNode } from './nodes/install.ts'
import { findFiles, type TestFile } from './runner/files.ts'
import { type LaneOptions, runLane } from './runner/lanes.ts'
import { linesOf, type Outcome, verdict } from './runner/outcome.ts'

const usage = `Usage: npm test -- [--unit] [--grep 'words'] [PATH…]

PATH     run the test files whose path contains it (default: every file)
--grep   run the tests whose name, or whose suite's name, contains the words
--unit   run the files that need nothing but Node, sh and git`

// Seconds: longer than any file takes, on a busy machine too.
const LIMIT = 900
// Tests on hosts wait more than they compute, so two labs at a time are faster; a few files do not pay for a second.
const FILES_PER_LAB = 5

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { unit: { type: 'boolean' }, grep: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return console.log(usage)
  const found = findFiles(positionals).filter(({ ring }) => !values.unit || ring === 'unit')
  const built = builtKubernetes() !== undefined
  const files = found.filter(({ kubernetes }) => built || !kubernetes)
  for (const { file } of found.filter((one) => !files.includes(one)))
    console.log(`left out: ${file}: the real API server is not built here; npm run lab kubernetes builds it`)
  const outcomes = new Map<string, Outcome>()
  const done = (outcome: Outcome) => {
    const { total, skipped, exitCode } = outcome
    const nothingChosen = values.grep !== undefined && exitCode === 0 && total + skipped === 0
    if (!nothingChosen) console.log(linesOf(outcome))
    outcomes.set(outcome.file, nothingChosen ? { ...outcome, failed: 0 } : outcome)
  }
  if (!values.unit) await ensureTestPrograms((line) => console.log(line))
  const noLab = labUnavailable() !== undefined
  const here = files.filter(({ ring }) => ring !== 'lab' || noLab)
  const inLab = files.filter((one) => !here.includes(one))
  // The network of a lab reaches nothing that could be installed.
  for (const { node } of inLab) if (node !== undefined) await ensureNode(node)
  const lanes = Math.min(availableParallelism(), here.length)
  const labs = Math.min(2, Math.ceil(inLab.length / FILES_PER_LAB))
  const options = { limit: LIMIT, grep: values.grep }
  await Promise.all([
    ...Array.from({ length: lanes }, () => runLane(here, options, done)),
    ...Array.from({ length: labs }, () => runInLab(inLab, options, done)),
  ])
  const { lines, exitCode } = verdict([...outcomes.values()], files.length, Boolean(process.env.CI))
  for (const line of lines) console.log(line)
  process.exitCode = exitCode
}

/** Tests on real hosts change them, so files that share a lab run one after another. */
async function runInLab(
  queue: TestFile[],
  options: LaneOptions,
  done: (outcome: Outcome) => void,
): Promise<void> {
  const lab = await startLab({ hosts: testHosts, log: (line) => console.log(`lab: ${line}`) })
  try {
    const env = { PLAYSCRIPT_LAB: lab.paths.dir }
    await runLane(queue, { ...options, env, inside: lab.command }, done)
  } finally {
    await lab.stop()
  }
}

await main()
