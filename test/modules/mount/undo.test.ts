import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { undoEntry } from '../../../src/modules/mount/undo.ts'
import { plainShell } from '../../helpers/plain-shell.ts'

const test = suite('modules/mount/undo')

const CASES: readonly (readonly [string, string | undefined, string, string, string | undefined])[] = [
  ['a new line', 'a\n\nb', 'a\n\nb\nnew\n', 'a\n\nb\nnew\n', 'a\n\nb'],
  ['a new file', undefined, 'new\n', 'new\n', undefined],
  ['a new line, and another of someone else', 'a\n', 'a\nnew\n', 'a\nnew\n\ntheirs\n', 'a\n\ntheirs\n'],
  ['a new file, and a line of someone else', undefined, 'new\n', 'new\ntheirs\n', 'theirs\n'],
  ['a changed line, and another of someone else', 'a x\n', 'a y\n', 'a y\ntheirs\n', 'theirs\na x\n'],
]
for (const [what, before, after, now, expected] of CASES) {
  test(`what was written goes, and nothing else: ${what}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'undo-'))
    const file = join(folder, 'fstab')
    try {
      writeFileSync(file, now)
      const script = undoEntry(file, before, after)
      if (script !== undefined) await plainShell({ temp: folder }).request(script)
      const read = () => readFileSync(file, 'utf8')
      if (expected === undefined) assert.throws(read, /ENOENT/)
      else assert.is(read(), expected)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

test('a file that was not changed is not touched', () => {
  assert.is(undoEntry('/f', 'a\n', 'a\n'), undefined)
})

test.run()
