import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createLibrary } from '../../src/playbook/library.ts'

const test = suite('library')

test('a path that is no folder has no modules', async () => {
  const library = createLibrary(['/dev/null', '/nonexistent'])
  assert.ok(library.names().includes('debug'))
  assert.is(await library.load('nope'), undefined)
})

test.run()
