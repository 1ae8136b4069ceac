import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Shell } from '../../src/core/remote.ts'
import { fetch } from '../../src/modules/fetch.ts'
import { localPath } from '../../src/modules/shared/fetch/local-file.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { checkedArguments, failureOf, fakeController, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { pathState } from './states.ts'

const test = suite('modules/fetch')
const controllerAt = (root: string) =>
  fakeController({ variables: { playbook_dir: root, inventory_hostname: 'web-1' } })

for (const [name, wish, wanted] of [
  ['below the host', { src: '/etc/motd', dest: 'got' }, '/base/got/web-1/etc/motd'],
  ['an absolute folder', { src: 'etc/motd', dest: '/got/' }, '/got/web-1/etc/motd'],
  ['a relative path beside the host', { src: '../etc/motd', dest: '/got' }, '/got/etc/motd'],
  ['flat into a folder', { src: '/etc/motd', dest: '/got/', flat: true }, '/got/motd'],
  ['flat as a file', { src: '/etc/motd', dest: 'x/got', flat: true }, '/base/x/got'],
] as const) {
  test(`where a file goes: ${name}`, async () => {
    assert.is(await localPath({ flat: false, base: '/base', host: 'web-1', ...wish }), wanted)
  })
}

for (const wish of [
  { src: '/../../etc/x' },
  { src: '../../x' },
  { src: '/x', host: '../..' },
  { src: '..' },
]) {
  test(`a name cannot lead out of the folder: ${JSON.stringify(wish)}`, async () => {
    try {
      await localPath({ dest: '/got', flat: false, base: '/base', host: 'web-1', ...wish })
    } catch (error) {
      return assert.match((error as Error).message, /directory traversal/)
    }
    assert.unreachable()
  })
}

test('the plan brings what differs, and nothing else', () => {
  const found = pathState({ checksum: 'aa', size: 2 })
  const plan = (sha1: string) =>
    planOf(
      fetch,
      { src: '/f', dest: '/d' },
      { unreadable: false, found },
      { local: { path: '/d/f', sums: { sha1, md5: 'm' } } },
    )
  assert.equal(plan('aa').changes, [])
  assert.equal(plan('aa').result, { md5sum: 'm', file: '/f', dest: '/d/f', checksum: 'aa' })
  assert.equal(plan('bb').changes, [{ what: 'content', before: 'bb', after: 'aa' }])
  assert.is(plan('bb').steps[0]?.kind, 'act')
})

test('source and destination must be named', () => {
  assert.throws(() => checkedArguments(fetch, { src: '/f' }), /dest/)
})

test('a source that is no text is refused in the words of Ansible’s', () => {
  const args = { src: [1, 2], dest: '/d' }
  assert.throws(() => checkedArguments(fetch, args), /^Invalid type supplied for source option/)
})

test('a file in a folder that cannot be entered is not readable, which may be ignored', async () => {
  if (process.getuid?.() !== 0) return
  const root = mkdtempSync(join(tmpdir(), 'fetch-'))
  try {
    chmodSync(root, 0o711)
    mkdirSync(join(root, 'closed'), { mode: 0o700 })
    const src = join(root, 'closed/file')
    writeFileSync(src, 'x')
    const argv = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh']
    const shell = plainShell({ temp: join(root, 'temp'), argv })
    const run = (more: object) =>
      runModule(fetch, { src, dest: '/d', ...more }, { shell, controller: controllerAt(root) })
    assert.match((await failureOf(run({}))).message, /file is not readable: .*Permission denied/)
    assert.match(String((await run({ fail_on_missing: false })).fields.msg), /not readable.*, ignored$/)
  } finally {
    rmSync(root, { recursive: true })
  }
})

const BYTES = Buffer.from(Array.from({ length: 5_000_000 }, (_, index) => (index * 7) % 251))

async function onHost(shell: Shell): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'fetch-'))
  try {
    const source = join(root, "-so 'urce\n")
    writeFileSync(source, BYTES)
    const dest = join(root, 'got', 'web-1', source)
    const run = (args: object, check = false) =>
      runModule(fetch, { dest: 'got', ...args }, { shell, check, controller: controllerAt(root) })
    const before = readdirSync(root)
    const checked = (await run({ src: source }, true)).fields
    assert.equal([checked.skipped, checked.changed], [true, false])
    assert.equal(readdirSync(root), before, 'check mode brings nothing')
    const { fields } = await run({ src: source })
    assert.equal([fields.changed, fields.dest, fields.checksum], [true, dest, fields.remote_checksum])
    assert.ok(readFileSync(dest).equals(BYTES))
    const again = await run({ src: source })
    assert.equal(
      [again.fields.changed, again.fields.file, again.fields.md5sum],
      [false, source, fields.md5sum],
    )
    writeFileSync(dest, 'drifted')
    assert.is((await run({ src: source })).fields.changed, true)
    assert.is(statSync(dest).size, BYTES.length)
    assert.equal(readdirSync(join(dest, '..')).length, 1, 'nothing is left beside it')

    await run({ src: '/proc/sys/kernel/ostype', dest: `${root}/flat`, flat: true })
    assert.is(readFileSync(join(root, 'flat'), 'utf8'), 'Linux\n')
    assert.match(
      (await failureOf(run({ src: join(root, 'none') }))).message,
      'the remote file does not exist',
    )
    mkdirSync(join(root, 'folder'))
    assert.match(
      (await failureOf(run({ src: join(root, 'folder') }))).message,
      /fetch cannot work on directories/,
    )
    const ignored = await run({ src: join(root, 'none'), fail_on_missing: false })
    assert.equal([ignored.fields.changed, ignored.fields.file], [false, join(root, 'none')])
    const flat = run({ src: source, dest: join(root, 'folder'), flat: true })
    assert.match((await failureOf(flat)).message, /use a trailing slash/)
  } finally {
    rmSync(root, { recursive: true })
  }
}

for (const local of LOCAL_SHELLS) test(`files are brought whole (${local.name})`, () => local.use(onHost))

test.run()
