import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunEvent } from '../../../src/core/events.ts'
import type { Play } from '../../../src/playbook/types.ts'
import { runPlaybook } from '../../helpers/playbook-harness.ts'
import { type Generated, generate } from './generate.ts'

// What is read ahead must not show: the same play on the same hosts does and tells the same with it and without it.
// SEEDS=from-to tries others than those that every run of the tests tries.
const test = suite('batched probes')
const [from = 1, to = 40] = (process.env.SEEDS ?? '').split('-').filter(Boolean).map(Number)

const VOLATILE = new Set([
  ...['duration', 'start', 'end', 'delta', 'atime', 'mtime', 'ctime', 'inode', 'dev', 'at'],
  ...['version', 'attr_flags', 'attributes'],
])

function withoutTimes(key: string, value: unknown): unknown {
  if (value instanceof Map) return [...value]
  return VOLATILE.has(key) ? undefined : value
}

// Live output comes in pieces of any size; the results hold it whole.
function told(events: readonly RunEvent[]): readonly string[] {
  const shown = events.filter(({ kind }) => kind !== 'output')
  // The playbook's own folder is another one each time.
  return shown.map((event) =>
    JSON.stringify(event, withoutTimes).replaceAll(/playscript-test-\w+/g, 'PLAYBOOK'),
  )
}

/** Every path below a folder with its mode, and its content or what it links to. */
function treeOf(dir: string): string {
  const script = `find . -exec stat -c '%A %n' {} + | sort -k 2
find . -type f | sort | while read -r f; do echo "== $f"; cat "$f"; done
find . -type l | sort | while read -r f; do echo "-> $f $(readlink "$f")"; done`
  return execFileSync('sh', ['-c', script], { cwd: dir, encoding: 'utf8' })
}

async function runOnce(
  dir: string,
  { tasks, handlers, files, before }: Generated,
  { hosts, ...options }: { readonly hosts: string; readonly batch: boolean },
) {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir)
  execFileSync('sh', ['-ec', before], { cwd: dir })
  const play = { hosts, vars: { n: 2 }, tasks, handlers } as unknown as Partial<Play>
  const { exitCode, events } = await runPlaybook([play], {
    hosts: ['one', 'two'],
    files,
    forks: 1,
    ...options,
  })
  return { exitCode, events: told(events), tree: treeOf(dir) }
}

const MODES = [{}, { diff: true }, { check: true, diff: true }]

for (let seed = from; seed <= to; seed++) {
  test(`play ${seed} is the same with them and without`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'playscript-batch-'))
    const dir = join(folder, 'hosts')
    try {
      const made = generate(seed, dir)
      // A single host is read on behind its steps; of several, each makes void what the others read.
      const mode = { hosts: seed % 2 === 0 ? 'all' : 'one', ...MODES[seed % MODES.length] }
      const one = await runOnce(dir, made, { ...mode, batch: false })
      const other = await runOnce(dir, made, { ...mode, batch: true })
      const at = one.events.findIndex((event, index) => event !== other.events[index])
      assert.is(other.events[at], one.events[at])
      assert.is(other.events.length, one.events.length)
      assert.is(other.tree, one.tree)
      assert.is(other.exitCode, one.exitCode)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

test.run()
