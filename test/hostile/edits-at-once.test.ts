import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'
import { EDITING, editAtOnce, loadOf, range } from './at-once.ts'

const test = suite('runs that edit one file at once')

const LOAD = loadOf(process.env)

for (const editing of EDITING) {
  test(`${editing.name}: no edit is lost`, async () => {
    for (let trial = 0; trial < LOAD.trials; trial++) {
      const dir = mkdtempSync(join(tmpdir(), 'playscript-at-once-'))
      const path = join(dir, 'edited')
      try {
        if (editing.before !== undefined) writeFileSync(path, editing.before(LOAD))
        const how = { connection: 'local' } as const
        const read = () => readFileSync(path, 'utf8')
        const { kept, asked, failures } = await editAtOnce(editing, path, LOAD, { how, read })
        assert.equal({ kept, failures }, { kept: asked, failures: [] })
      } finally {
        rmSync(dir, { recursive: true })
      }
    }
  })
}

test('copy without force: of several runs at once one makes the file, and the others leave it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-at-once-'))
  try {
    const dest = join(dir, 'made')
    const play = (run: number) => ({
      connection: 'local' as const,
      tasks: [{ name: 'copy', copy: { content: `${run}`, dest, force: false } }],
    })
    const runs = await Promise.all(range(6).map((run) => runPlaybook([play(run)])))
    const makers = range(6).filter((run) => runs[run]?.fields('copy').changed)
    assert.is(makers.length, 1)
    assert.is(readFileSync(dest, 'utf8'), `${makers[0]}`)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test.run()
