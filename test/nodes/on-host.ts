import { execa } from 'execa'
import { labFlags } from '../e2e/playbook.ts'
import type { Lab } from '../lab/index.ts'

/**
 * Runs the tutorial's playbook from the sources, twice, on a fresh host of the lab: `node playbook.ts`.
 * @param cache the cache directory of these runs
 * @returns what went wrong, with the output; undefined where the second run changed nothing and Node printed no warning
 */
export async function runOnHost(lab: Lab, node: string, cache: string): Promise<string | undefined> {
  await lab.reset('k3s-cluster')
  const [program = '', ...args] = lab.command([node, 'playbook.ts', ...labFlags(lab)])
  const env = { XDG_CACHE_HOME: cache, NO_COLOR: '1' }
  const run = () => execa(program, args, { reject: false, stdin: 'ignore', env })
  const first = await run()
  const second = await run()
  for (const { exitCode, stdout, stderr } of [first, second])
    if (exitCode !== 0 || stderr !== '') return `exit code ${exitCode}\n${stdout}\n${stderr}`
  if (!/^k3s-cluster .* changed=[1-9]/m.test(first.stdout))
    return `the first run changed nothing\n${first.stdout}`
  if (!/^k3s-cluster .* changed=0 /m.test(second.stdout))
    return `the second run changed something\n${second.stdout}`
  return undefined
}
