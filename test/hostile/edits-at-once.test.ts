import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EDITING, editAtOnce, loadOf } from './at-once.ts'

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

test.run()
