import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import pLimit from 'p-limit'
import { labUnavailable, startLab, testHosts } from './lab/index.ts'

/** What one test file did. */
interface Outcome {
  readonly file: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly output: string
  readonly seconds: number
  /** Why its tests were skipped, when that may be: what they need is not everybody's to have. */
  readonly mayBe: string | undefined
}

const MINUTES = 15

// uvu exits with 0 when a hook throws before the first test and when a suite is never run, so its exit code alone
// proves nothing: a file counts only by the tests that it says it passed.
async function runFile(file: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  const started = performance.now()
  const { all = '', exitCode } = await execa(process.execPath, ['--import', 'tsx', file], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: MINUTES * 60_000,
    env: { ...env, FORCE_COLOR: '0' },
  })
  const count = (word: string) => Number(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'm').exec(all)?.[1] ?? 0)
  const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')]
  // uvu leaves skipped tests out of the total.
  const missing = Math.max(total - passed, 0)
  const broken = exitCode !== 0 || total + skipped === 0
  const failed = missing > 0 ? missing : broken ? 1 : 0
  const mayBe = /^may be skipped: (.*)/m.exec(all)?.[1]
  return { file, passed, failed, skipped, output: all, seconds: (performance.now() - started) / 1000, mayBe }
}

function report({ file, passed, failed, skipped, output, seconds, mayBe }: Outcome): void {
  const counts = `${passed} passed${failed > 0 ? `, ${failed} FAILED` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`
  console.log(
    `${failed > 0 ? 'FAIL' : 'ok  '} ${file} (${counts}, ${seconds.toFixed(1)} s)${mayBe ? `: ${mayBe}` : ''}`,
  )
  if (failed > 0) console.log(output.replace(/^/gm, '     | '))
}

const needsLab = (file: string) => /ensureLab|startLab|labSuite|onEveryHost/.test(readFileSync(file, 'utf8'))

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true })
  const names = readdirSync('test', { recursive: true, encoding: 'utf8' })
  const all = names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .sort()
  const files =
    positionals.length === 0 ? all : all.filter((file) => positionals.some((word) => file.includes(word)))
  const inLab = files.filter(needsLab)
  const outcomes: Outcome[] = []
  const run = async (file: string, env: Readonly<Record<string, string>> = {}) => {
    const outcome = await runFile(file, env)
    report(outcome)
    outcomes.push(outcome)
  }
  const limit = pLimit(availableParallelism())
  const units = Promise.all(
    files.filter((file) => !inLab.includes(file)).map((file) => limit(() => run(file))),
  )
  await Promise.all([units, runInLab(inLab, run)])
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0)
  const skipped = sum('skipped')
  const wronglySkipped = outcomes.some((one) => one.skipped > 0 && one.mayBe === undefined)
  if (wronglySkipped && process.env.CI) console.log('Tests were skipped, and here none may be.')
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  const honest = outcomes.length === files.length && sum('passed') > 0
  process.exitCode = sum('failed') > 0 || !honest || (wronglySkipped && process.env.CI) ? 1 : 0
}

// The tests on real hosts share one lab and so run one after another; without a lab each says why it skips.
async function runInLab(
  files: readonly string[],
  run: (file: string, env?: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  if (files.length === 0) return
  if (labUnavailable() !== undefined) {
    for (const file of files) await run(file)
    return
  }
  const lab = await startLab({ hosts: testHosts, log: (line) => console.log(`lab: ${line}`) })
  try {
    for (const file of files) await run(file, { PLAYSCRIPT_LAB: lab.paths.dir })
  } finally {
    await lab.stop()
  }
}

await main()
