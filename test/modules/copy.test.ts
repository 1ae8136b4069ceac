import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MissingError } from '../../src/core/errors.ts'
import { copy } from '../../src/modules/copy.ts'
import { sha1 } from '../../src/modules/shared/content.ts'
import type { SourceEntry } from '../../src/modules/shared/copy/source.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, fakeController, planOf, runModule } from '../helpers/module-harness.ts'
import { COPY_CASES, makeSources } from './cases/copy.ts'
import { IDENTITY, pathState } from './states.ts'

const test = suite('modules/copy')
const root = mkdtempSync(join(tmpdir(), 'copy-'))
process.on('exit', () => rmSync(root, { recursive: true }))
makeSources(root)
const controller = fakeController({ root })

for (const [what, args, problem] of [
  ['neither src nor content', { dest: '/a' }, /src \(or content\) is required/],
  ['both src and content', { dest: '/a', src: 'a', content: 'b' }, /mutually exclusive/],
  ['no dest', { src: 'a' }, /^dest is required$/],
  ['what cannot be honoured', { src: 'a', dest: '/a', unsafe_writes: true }, /no parameter 'unsafe_writes'/],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => checkedArguments(copy, args), problem)
  })
}

const entry: SourceEntry = {
  name: '',
  type: 'file',
  mode: 0o644,
  size: 2,
  checksum: sha1('x\n'),
  content: Buffer.from('x\n'),
}
const local = { source: { isFolder: false, entries: [entry] } }
const dest = {
  identity: IDENTITY,
  path: '/a',
  found: undefined,
  behind: undefined,
  realPath: '/a',
  hasParent: true,
  missing: [],
  before: Buffer.alloc(0),
}
for (const [what, args, own, changes] of [
  ['a new file', {}, {}, ['state', 'content']],
  ['the same file', {}, { found: pathState({ checksum: sha1('x\n') }) }, []],
  ['another content', {}, { found: pathState({ checksum: sha1('y') }) }, ['content']],
  ['another mode', { mode: '0600' }, { found: pathState({ checksum: sha1('x\n') }) }, ['mode']],
  ['a link', {}, { found: pathState({ type: 'link', target: 'b' }) }, ['state', 'content']],
  ['not by force', { force: false }, { found: pathState({ checksum: sha1('y') }) }, []],
] as const) {
  test(`plan: ${what}`, () => {
    const view = { kind: 'file', source: undefined, dest: { ...dest, ...own } } as const
    const plan = planOf(copy, { content: 'x\n', dest: '/a', ...args }, view, { local })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
  })
}

test('an empty src is none', async () => {
  const [first] = LOCAL_SHELLS
  await first?.use(async (shell) => {
    const { message } = await runModule(copy, { src: '', dest: root }, { shell }).then(
      () => new Error('it did not fail'),
      (error: Error) => error,
    )
    assert.is(message, 'src (or content) is required')
  })
})

test('a missing folder may come from an earlier task', () => {
  const view = { kind: 'file', source: undefined, dest: { ...dest, hasParent: false } } as const
  assert.throws(
    () => planOf(copy, { content: 'x', dest: '/a' }, view, { local }),
    (error: unknown) => error instanceof MissingError,
  )
})

test('the home folder is the controller’s for what is sent, and the target’s for what is there', async () => {
  const [first] = LOCAL_SHELLS
  await first?.use(async (local) => {
    const shell = { ...local, target: { ...local.target, home: root } }
    const asked: string[] = []
    const spy = {
      ...controller,
      find: (_kind: string, name: string) => {
        asked.push(name)
        return join(root, 'files/hello')
      },
    }
    await runModule(copy, { src: '~/hello', dest: '~/sent' }, { shell, controller: spy })
    await runModule(copy, { src: '$HOME/sent', dest: '~/again', remote_src: true }, { shell })
    assert.equal(asked, ['~/hello'])
    assert.is(readFileSync(join(root, 'again'), 'utf8'), 'hello\n')
  })
})

test('validate without %s is refused', () => {
  const view = { kind: 'file', source: undefined, dest } as const
  assert.throws(
    () => planOf(copy, { content: 'x', dest: '/a', validate: 'true' }, view, { local }),
    /must contain %s/,
  )
})

for (const { name, use } of LOCAL_SHELLS) {
  test(`sent files are byte for byte the same (${name})`, () =>
    use(async (shell) => {
      for (const file of ['crlf', 'binary', 'large', 'nothing']) {
        const target = join(root, `sent-${file}`)
        await runModule(copy, { src: file, dest: target }, { shell, controller })
        assert.ok(readFileSync(target).equals(readFileSync(join(root, 'files', file))), file)
      }
    }))

  test(`a source that changes while it is sent is noticed (${name})`, () =>
    use(async (shell) => {
      const source = join(root, 'moving')
      const target = join(root, 'moved')
      writeFileSync(source, Buffer.alloc(200_000, 'a'))
      writeFileSync(target, 'old')
      // The first request is the probe; what is sent afterwards is no longer what the plan was made for.
      const changing = {
        ...shell,
        request: async (...args: Parameters<typeof shell.request>) => {
          const reply = await shell.request(...args)
          appendFileSync(source, 'b')
          return reply
        },
      }
      const error = await failureOf(
        runModule(copy, { src: source, dest: target }, { shell: changing, controller }),
      )
      assert.match(error.message, /changed while it was copied/)
      assert.is(readFileSync(target, 'utf8'), 'old')
    }))

  test(`a diff shows texts, and only says of others how large they are (${name})`, () =>
    use(async (shell) => {
      const target = join(root, 'shown')
      writeFileSync(target, 'old\n')
      const shown = async (src: string) => {
        const { fields } = await runModule(
          copy,
          { src, dest: target },
          { shell, controller, check: true, diff: true },
        )
        return (fields.diff as { before: string; after: string }[])[0]
      }
      assert.is((await shown('hello'))?.before, 'old\n')
      assert.is((await shown('hello'))?.after, 'hello\n')
      assert.match((await shown('binary'))?.after ?? '', /3000 bytes of binary data/)
      assert.match((await shown('large'))?.after ?? '', /300000 bytes, too large to show/)
    }))
}

test('a full disk leaves the old file and no other', () => {
  if (process.getuid?.() !== 0) return
  const mount = mkdtempSync(join(tmpdir(), 'full-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mount])
  const target = join(mount, 'a')
  writeFileSync(target, 'old')
  const [first] = LOCAL_SHELLS
  return first
    ?.use(async (shell) => {
      const error = await failureOf(runModule(copy, { src: 'large', dest: target }, { shell, controller }))
      assert.match(error.message, /No space left/)
      assert.is(readFileSync(target, 'utf8'), 'old')
      assert.is(execFileSync('ls', ['-A', mount], { encoding: 'utf8' }), 'a\n')
    })
    .finally(() => {
      execFileSync('umount', [mount])
      rmSync(mount, { recursive: true })
    })
})

tryCases(test, copy, COPY_CASES, controller)

test.run()
