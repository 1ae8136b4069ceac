import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dangerIn, type Member } from '../../src/modules/shared/archive/member.ts'
import { readTarReport } from '../../src/modules/shared/archive/tar-listing.ts'
import { readZipLine } from '../../src/modules/shared/archive/zip.ts'
import { unarchive } from '../../src/modules/unarchive.ts'
import { zipOf } from '../helpers/archives.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { listing, tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, fakeController, planOf, runModule } from '../helpers/module-harness.ts'
import { needsProgram } from '../helpers/programs.ts'
import { UNARCHIVE_CASES } from './cases/unarchive.ts'
import { IDENTITY, pathState } from './states.ts'

needsProgram('curl', 'unzip', 'bzip2', 'xz')

const test = suite('modules/unarchive')

for (const [args, problem] of [
  [{ src: '/a.tgz' }, /^src \(or content\) and dest are required$/],
  [{ src: '/a.tgz', dest: '/a', copy: true, remote_src: false }, /mutually exclusive: copy, remote_src/],
  [{ src: '/a.tgz', dest: '/a', io_buffer_size: 1 }, /no parameter 'io_buffer_size'/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () =>
    assert.throws(() => checkedArguments(unarchive, args), problem))
}

const member = (name: string, type: Member['type'] = 'file', target?: string): Member => ({
  name,
  type,
  mtime: 0,
  ...(target !== undefined && { target }),
})
for (const [members, danger] of [
  [[member('a/b'), member('./c'), member('..a/b..')], undefined],
  [[member('/'), member('a')], undefined],
  [[member('/etc/x')], /"\/etc\/x" has an absolute name/],
  [[member('a/../../x')], /above the destination/],
  [[member('d', 'device')], /is a device/],
  [[member('h', 'hard', '../x')], /hard link to "..\/x"/],
  [[member('l', 'link', '/etc'), member('m')], undefined],
  [[member('l', 'link', '/etc'), member('l/x')], /through the link "l"/],
  [[member('a/l', 'link', '../..'), member('a/l/x')], /through the link "a\/l"/],
  [[member('a/l', 'link', '../b'), member('a/l/x')], undefined],
] as const) {
  test(`members ${JSON.stringify(members.map(({ name, target }) => [name, target]))}`, () => {
    const found = dangerIn(members)
    if (danger === undefined) assert.is(found, undefined)
    else assert.match(found ?? '', danger)
  })
}

test('the report of tar: names, types, and what differs', () => {
  const text = [
    'drwxr-xr-x 0/0               0 2026-11-23 22:43:26 /',
    '-rw-r--r-- 0/0               2 2026-11-23 22:43:26 one',
    'one: Mod time differs',
    'one: Contents differ',
    '-rw-r--r-- 0/0               2 2026-11-23 22:43:26 n\\nl \\303\\251 \\\\ -> q',
    'lrwxrwxrwx 0/0               0 2026-11-23 22:43:26 link -> one',
    'tar: link: Warning: Cannot readlink: No such file or directory',
    'hrw-r--r-- 0/0               0 2026-11-23 22:43:26 hard link to one',
    'sub/two: Mode differs',
  ].join('\n')
  const report = readTarReport(text, 1)
  assert.equal(
    report.members.map(({ name, type, target }) => [name, type, target]),
    [
      ['/', 'directory', undefined],
      ['one', 'file', undefined],
      ['n\nl é \\ -> q', 'file', undefined],
      ['link', 'link', 'one'],
      ['hard', 'hard', 'one'],
    ],
  )
  assert.equal([...report.differing], ['one', 'link'])
  assert.is(report.problem, undefined)
})

const VIEW = {
  created: false,
  hasSource: true,
  identity: IDENTITY,
  dest: pathState({ type: 'directory', mode: 0o755 }),
  handler: 'gnu',
  packing: 'gz',
  report: { members: [member('a')], differing: new Set<string>(), taken: undefined, problem: undefined },
  states: new Map(),
}
const stale = { ...VIEW, report: { ...VIEW.report, differing: new Set(['a']) } }
for (const [what, own, view, changes] of [
  ['all is there', {}, VIEW, []],
  ['a member differs', {}, stale, ['content of a']],
  ['it was created', { creates: '/c' }, { ...VIEW, created: true }, []],
  [
    'the mode differs',
    { mode: '0600' },
    { ...VIEW, states: new Map([['a', pathState()]]) },
    ['mode of /d/a'],
  ],
] as const) {
  test(`plan: ${what}`, () => {
    const args = { src: '/a.tgz', dest: '/d', remote_src: true, ...own }
    const plan = planOf(unarchive, args, view, { local: { bytes: undefined } })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    assert.is(plan.skipped !== undefined, view.created)
  })
}

tryCases(test, unarchive, UNARCHIVE_CASES)

/** An archive `pkg.tgz` and one `pkg.zip` with odd names, and an empty folder. */
async function world(work: (root: string, folder: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'unarchive-'))
  try {
    mkdirSync(join(root, 'pkg'))
    mkdirSync(join(root, 'out'))
    const names = ["o'dd  $(id) é", '-rf', 'a -> b', '[x]*?', 'back\\slash']
    for (const name of names) writeFileSync(join(root, 'pkg', name), `${name}\n`)
    execFileSync('tar', ['czf', 'pkg.tgz', 'pkg'], { cwd: root })
    const members = names.map((name) => ({ name: `pkg/${name}`, content: `${name}\n` }))
    writeFileSync(join(root, 'pkg.zip'), zipOf([{ name: 'pkg/', type: '5' }, ...members]))
    await work(root, join(root, 'out'))
  } finally {
    rmSync(root, { recursive: true })
  }
}

for (const { name, userland, use } of LOCAL_SHELLS) {
  for (const archive of ['pkg.tgz', 'pkg.zip']) {
    test(`${archive} of the controller is unpacked, odd names and all (${name})`, () =>
      world((root, folder) =>
        use(async (shell) => {
          const controller = fakeController({ root })
          const args = { src: archive, dest: folder, mode: 'u=rwX,go=rX' }
          if (archive.endsWith('zip') && userland === 'busybox') {
            const failed = await failureOf(runModule(unarchive, args, { shell, controller }))
            assert.match(failed.message, /cannot tell the names of this archive: install unzip/)
            return
          }
          const before = await listing(shell, folder)
          assert.is(
            (await runModule(unarchive, args, { shell, controller, check: true })).fields.changed,
            true,
          )
          assert.is(await listing(shell, folder), before)
          await runModule(unarchive, args, { shell, controller })
          assert.is(readFileSync(join(folder, "pkg/o'dd  $(id) é"), 'utf8'), "o'dd  $(id) é\n")
          assert.is(readFileSync(join(folder, 'pkg/[x]*?'), 'utf8'), '[x]*?\n')
          assert.is((await runModule(unarchive, args, { shell, controller })).fields.changed, false)
        }),
      ))
  }

  test(`an archive is unpacked from where it lies on the web (${name})`, () =>
    world((root, folder) =>
      use(async (shell) => {
        const server = createServer((request, response) =>
          response.end(readFileSync(join(root, request.url === '/zip?x=1' ? 'pkg.zip' : 'pkg.tgz'))),
        )
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        try {
          const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
          const args = { src: `${url}/pkg.tgz`, dest: folder, remote_src: true }
          assert.is((await runModule(unarchive, args, { shell })).fields.changed, true)
          assert.is(readFileSync(join(folder, 'pkg/-rf'), 'utf8'), '-rf\n')
          assert.is((await runModule(unarchive, args, { shell })).fields.changed, false)
          // What it is stands in its first bytes, not in its name.
          const zip = { ...args, src: `${url}/zip?x=1`, include: ['pkg/-rf'] }
          writeFileSync(join(folder, 'pkg/-rf'), 'drifted')
          assert.is((await runModule(unarchive, zip, { shell })).fields.changed, true)
          assert.is((await runModule(unarchive, zip, { shell })).fields.changed, false)
        } finally {
          server.closeAllConnections()
          await new Promise((resolve) => server.close(resolve))
        }
      }),
    ))
}

const [here] = LOCAL_SHELLS
const unpack = async (name: string, make: (folder: string) => void, args: Record<string, unknown> = {}) => {
  const root = mkdtempSync(join(tmpdir(), 'unarchive-'))
  try {
    for (const folder of ['pkg', 'out']) mkdirSync(join(root, folder))
    make(join(root, 'pkg'))
    const archive = join(root, 'a.tar.gz')
    execFileSync('tar', ['czf', archive, '-C', join(root, 'pkg'), '.'])
    const task = { src: archive, dest: join(root, 'out'), remote_src: true, ...args }
    const outcomes: Readonly<Record<string, unknown>>[] = []
    const run = () =>
      here?.use(async (shell) => {
        outcomes.push((await runModule(unarchive, task, { shell })).fields)
      })
    await run()
    const mode = statSync(join(root, 'out', name)).mode & 0o7777
    await run()
    const [first, second] = outcomes
    return { mode, changed: first?.changed, warnings: first?.warnings, again: second?.changed }
  } finally {
    rmSync(root, { recursive: true })
  }
}
const makeSetid = (folder: string) => {
  writeFileSync(join(folder, 'run'), 'x')
  writeFileSync(join(folder, 'plain'), 'x')
  chmodSync(join(folder, 'run'), 0o6755)
}

test('a file does not get to run as its owner from an archive', async () => {
  const { mode, changed, again, warnings } = await unpack('run', makeSetid)
  assert.equal([mode, changed, again], [0o755, true, false])
  assert.match(String(warnings), /set-user-ID and set-group-ID bits were not unpacked: run\./)
})

test('unless tar is asked to keep the bits, or the task gives them', async () => {
  assert.is((await unpack('run', makeSetid, { extra_opts: ['-p'] })).mode, 0o6755)
  assert.is((await unpack('run', makeSetid, { mode: '4755' })).mode, 0o4755)
})

test('an archive that holds more than max_size is refused before anything is unpacked', async () => {
  const make = (folder: string) => writeFileSync(join(folder, 'zeros'), Buffer.alloc(5_000_000))
  const failure = await failureOf(unpack('zeros', make, { max_size: 1_000_000 }))
  assert.match(failure.message, /members have 5000000 bytes together, and max_size is 1000000/)
  assert.is((await unpack('zeros', make)).changed, true)
})

test('listings say how large members are, and which would run as their owner', () => {
  const tar = [
    '-rwsr-xr-x 0/0 20 2026-11-23 22:43:26 a',
    '-rwxr-sr-x 0/0 3 2026-11-23 22:43:26 b',
    'drwxr-sr-x 0/0 0 2026-11-23 22:43:26 d/',
  ]
  assert.equal(
    readTarReport(tar.join('\n'), 1).members.map(({ size, setid }) => [size, setid]),
    [
      [20, true],
      [3, true],
      [undefined, undefined],
    ],
  )
  const zip = ['-rwsr-xr-x  2.3 unx     1234 tx stor 20261123.224326 a', '     99 11-23-2026 22:43 b']
  assert.equal(
    zip.map(readZipLine).map((one) => [one?.name, one?.size, one?.setid]),
    [
      ['a', 1234, true],
      ['b', 99, undefined],
    ],
  )
})

test.run()
