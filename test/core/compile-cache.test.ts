import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compileCacheDirectory, privateDirectory } from '../../src/core/compile-cache.ts'

const test = suite<{ dir: string }>('compile cache')
const uid = process.getuid?.() ?? 0

test.before.each((context) => {
  context.dir = realpathSync(mkdtempSync(join(tmpdir(), 'playscript-cache-')))
})
test.after.each(({ dir }) => rmSync(dir, { recursive: true, force: true }))

// A directory whose mode does not depend on the umask.
function directory(path: string, mode: number): string {
  mkdirSync(path, { recursive: true })
  chmodSync(path, mode)
  return path
}

test('the directory is below XDG_CACHE_HOME, where that is absolute, else below ~/.cache', () => {
  assert.is(compileCacheDirectory({ XDG_CACHE_HOME: '/c' }), '/c/playscript/compiled')
  const own = join(homedir(), '.cache/playscript/compiled')
  for (const given of [undefined, '', 'relative'])
    assert.is(compileCacheDirectory({ XDG_CACHE_HOME: given }), own)
})

test('it is created for its user alone, and used again', ({ dir }) => {
  const path = join(dir, 'cache/playscript/compiled')
  assert.is(privateDirectory(path), path)
  for (const each of [path, join(dir, 'cache/playscript'), join(dir, 'cache')])
    assert.is(statSync(each).mode & 0o777, 0o700)
  assert.is(privateDirectory(path), path)
})

test('it is not used where others can write it or replace it', ({ dir }) => {
  for (const mode of [0o777, 0o775, 0o757, 0o1777]) {
    const path = directory(join(dir, `own-${mode.toString(8)}`), mode)
    assert.is(privateDirectory(path), undefined, `itself ${mode.toString(8)}`)
  }
  for (const mode of [0o777, 0o775, 0o757]) {
    const parent = directory(join(dir, `parent-${mode.toString(8)}`), mode)
    assert.is(privateDirectory(join(parent, 'a/b')), undefined, `parent ${mode.toString(8)}`)
    assert.not(existsSync(join(parent, 'a')), 'and nothing is created there')
    directory(join(parent, 'a/b'), 0o700)
    chmodSync(join(parent, 'a'), 0o700)
    assert.is(privateDirectory(join(parent, 'a/b')), undefined, `grandparent ${mode.toString(8)}`)
  }
  const sticky = directory(join(dir, 'sticky'), 0o1777)
  assert.is(privateDirectory(join(sticky, 'a')), join(sticky, 'a'))
})

test('it is not used where another user owns it or what it is in', ({ dir }) => {
  const path = directory(join(dir, 'own'), 0o700)
  assert.is(privateDirectory(path, uid + 1), undefined)
  // To anyone but root, a directory of root is not theirs, and yet safe to have one in.
  if (uid === 0) assert.is(privateDirectory(join(dir, 'new'), 1), undefined)
})

test('a symlink counts as what it leads to', ({ dir }) => {
  const open = directory(join(dir, 'open'), 0o777)
  symlinkSync(open, join(dir, 'link'))
  assert.is(privateDirectory(join(dir, 'link/a')), undefined)
  symlinkSync(directory(join(dir, 'closed'), 0o700), join(dir, 'good'))
  assert.is(privateDirectory(join(dir, 'good/a')), join(dir, 'closed/a'))
  symlinkSync(join(dir, 'missing'), join(dir, 'dangling'))
  assert.is(privateDirectory(join(dir, 'dangling/a')), undefined)
})

test('what cannot be created is done without', () => {
  assert.is(privateDirectory('/dev/null/cache'), undefined)
  assert.is(privateDirectory('/proc/self/cache'), undefined)
})

test.run()
