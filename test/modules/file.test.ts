import { chmodSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { file } from '../../src/modules/file.ts'
import { planFlags } from '../../src/modules/shared/file/flags.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { FILE_CASES } from './cases/file.ts'
import { IDENTITY, pathState } from './states.ts'

const test = suite('modules/file')

const VIEW = {
  identity: IDENTITY,
  found: undefined,
  behind: undefined,
  realPath: '/a',
  missing: ['/a'],
  source: undefined,
  empty: false,
  flags: '',
  binary: false,
  times: { modification: '202001010000.00', access: '202001010000.00' },
  entries: [],
  linked: [],
}

for (const [what, args, problem] of [
  ['a missing path', {}, /missing required arguments: path/],
  ['an unknown state', { path: '/a', state: 'directroy' }, /did you mean 'directory'/],
  ['a mode that is none', { path: '/a', mode: 'rwx' }, /it must be a file mode/],
  ['what cannot be honoured', { path: '/a', seuser: 'x' }, /no parameter 'seuser'/],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => checkedArguments(file, args), problem)
  })
}

for (const [what, args, view, changes] of [
  ['absent and not there', { path: '/a', state: 'absent' }, VIEW, []],
  [
    'touch, new',
    { path: '/a', state: 'touch', mode: '600' },
    { ...VIEW, missing: ['/a'] },
    ['state', 'mode'],
  ],
  ['touch, there', { path: '/a', state: 'touch' }, { ...VIEW, found: pathState() }, ['mtime', 'atime']],
  ['the state it has', { path: '/a', mode: '0644' }, { ...VIEW, found: pathState() }, []],
  ['an owner by number', { path: '/a', owner: '0' }, { ...VIEW, found: pathState() }, []],
  ['an unknown owner', { path: '/a', owner: 'acme' }, { ...VIEW, found: pathState() }, ['owner']],
  [
    'a directory below one that is missing',
    { path: '/a/b', state: 'directory', mode: '0700' },
    { ...VIEW, missing: ['/a', '/a/b'] },
    ['state of /a', 'state', 'mode'],
  ],
] as const) {
  test(`plan: ${what}`, () => {
    const identity = { ...IDENTITY, wantedUid: 'owner' in args && args.owner === '0' ? 0 : undefined }
    const plan = planOf(file, args, { ...view, identity })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    assert.is(plan.steps.length > 0, changes.length > 0)
  })
}

test('a file that is not there may come from an earlier task, so check mode predicts', () => {
  assert.throws(() => planOf(file, { path: '/a', mode: '0644' }, VIEW), /file \(\/a\) is absent/)
})

test('preserve needs a source to take the mode from', () => {
  const view = { ...VIEW, found: pathState() }
  assert.throws(() => planOf(file, { path: '/a', mode: 'preserve' }, view), /preserve/)
})

test('the result compares what differs, and tells what goes with a folder', () => {
  const link = pathState({ type: 'link', target: '/old' })
  const { result } = planOf(
    file,
    { path: '/a', src: '/new', state: 'link', force: true },
    { ...VIEW, found: link },
  )
  assert.equal(result?.diff, { before: { path: '/a', src: '/old' }, after: { path: '/a', src: '/new' } })
  const entry = (path: string, type: 'file' | 'directory') => ({ path, state: pathState({ type }) })
  const view = {
    ...VIEW,
    found: pathState({ type: 'directory' }),
    entries: [entry('/a/', 'directory'), entry('/a/b', 'directory'), entry('/a/b/c', 'file')],
  }
  const removed = planOf(file, { path: '/a', state: 'absent' }, view).result?.diff as { before: object }
  assert.equal(removed.before, {
    path: '/a',
    state: 'directory',
    path_content: { directories: ['/a/b'], files: ['/a/b/c'] },
  })
})

test('flags are set, added to and taken away, and what the file system sets by itself does not count', () => {
  for (const [wish, found, command] of [
    ['A', 'e', '=A'],
    ['A', 'Ae', undefined],
    ['', 'Ae', '='],
    ['', 'e', undefined],
    ['+A', 'ie', '+A'],
    ['+A', 'iAe', undefined],
    ['-A', 'iAe', '-A'],
    ['-A', 'i', undefined],
    ['=iA', 'Ai', undefined],
  ] as const) {
    const { changes, steps } = planFlags('/f', wish, found)
    assert.equal(
      [changes.length, steps[0]?.label],
      command === undefined ? [0, undefined] : [1, `chattr ${command} /f`],
    )
  }
})

test('who may write to a file but does not own it may touch it', async () => {
  const { steps } = planOf(file, { path: '/a', state: 'touch' }, { ...VIEW, found: pathState() })
  assert.equal(
    steps.map(({ label }) => label),
    ['set the times of /a', 'look at /a'],
  )
  if (process.getuid?.() !== 0) return
  const folder = mkdtempSync(join(tmpdir(), 'file-test-'))
  try {
    chmodSync(folder, 0o755)
    const path = join(folder, 'a')
    writeFileSync(path, '')
    chmodSync(path, 0o666)
    utimesSync(path, 1, 1)
    const argv = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh']
    await runModule(file, { path, state: 'touch' }, { shell: plainShell({ temp: folder, argv }) })
    assert.ok(statSync(path).mtimeMs > 1000)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

tryCases(test, file, FILE_CASES)

test.run()
