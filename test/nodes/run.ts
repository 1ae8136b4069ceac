import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labUnavailable, startLab } from '../lab/index.ts'
import { ensureNode, VERSIONS } from './install.ts'
import { runOnHost } from './on-host.ts'

const usage = `Usage: npm run test:nodes -- [VERSION…]

Installs Node ${VERSIONS.join(', ')} from npm outside of the repository, runs the unit tests with each, and the whole k8s role
on a host of the lab (root and Linux), with no warning from Node.`

/** Runs the unit tests with another Node, and returns whether all passed. */
function runUnitTests(node: string): boolean {
  const { status } = spawnSync(node, ['--import', 'tsx', 'test/run.ts', '--unit'], { stdio: 'inherit' })
  return status === 0
}

async function main(words: readonly string[]): Promise<number> {
  const wanted = words.length === 0 ? VERSIONS : VERSIONS.filter((version) => words.includes(String(version)))
  if (words.some((word) => !wanted.some((version) => String(version) === word))) {
    console.error(usage)
    return 2
  }
  const nodes: readonly (readonly [number, string])[] = await Promise.all(
    wanted.map(async (version) => [version, await ensureNode(version)] as const),
  )
  const failed: string[] = []
  for (const [version, node] of nodes) {
    console.log(`\n=== Node ${version}: the unit tests`)
    if (!runUnitTests(node)) failed.push(`Node ${version}: unit tests`)
  }
  const reason = labUnavailable()
  if (reason !== undefined) {
    console.error(reason)
    return 1
  }
  const lab = await startLab({ log: (line) => console.log(`lab: ${line}`) })
  const cache = mkdtempSync(join(tmpdir(), 'playscript-nodes-'))
  try {
    for (const [version, node] of nodes) {
      console.log(`\n=== Node ${version}: the k8s role on a host of the lab`)
      const problem = await runOnHost(lab, node, cache)
      if (problem === undefined)
        console.log('it converged, a second run changed nothing, and Node warned of nothing')
      else failed.push(`Node ${version}: ${problem}`)
    }
  } finally {
    await lab.stop()
    rmSync(cache, { recursive: true })
  }
  console.log(
    failed.length === 0 ? `\nNode ${wanted.join(', ')}: all passed` : `\nFAILED\n${failed.join('\n')}`,
  )
  return failed.length === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
