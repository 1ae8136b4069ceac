import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MissingError } from '../../src/core/errors.ts'
import type { Shell } from '../../src/core/remote.ts'
import { get_url } from '../../src/modules/get_url.ts'
import { findSum, parseChecksum } from '../../src/modules/shared/download/sums-file.ts'
import { binFolder, shellWith } from '../helpers/downloaders.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { listing } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { needsProgram } from '../helpers/programs.ts'
import { IDENTITY, pathState } from './states.ts'

needsProgram('curl', 'wget', 'busybox')

const test = suite('modules/get_url')
const BODY = 'the tool\n'
const SHA256 = createHash('sha256').update(BODY).digest('hex')

const SUM = 'a'.repeat(64)
for (const [text, found] of [
  [`${SUM}  tool\n${'b'.repeat(64)}  other\n`, SUM],
  [`${'b'.repeat(64)}  other\n${SUM} *./tool\n`, SUM],
  [`SHA256 (tool) = ${SUM}\n`, SUM],
  [`${SUM.toUpperCase()}\n`, SUM],
  [`# of tools\n${SUM}  tool\r\n`, SUM],
  [`${SUM}  tool-2\n${SUM}  old/tool\n`, undefined],
] as const) {
  test(`the sum in ${JSON.stringify(text.replaceAll(SUM, 'SUM'))}`, () =>
    assert.is(findSum(text, 'tool'), found))
}

for (const [args, problem] of [
  [{ url: 'http://a/b' }, /missing required arguments: dest/],
  [{ dest: '/a' }, /missing required arguments: url/],
  [{ url: 'http://a/b', dest: '/a', use_gssapi: true }, /no parameter 'use_gssapi'/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () =>
    assert.throws(() => checkedArguments(get_url, args), problem))
}
for (const [text, problem] of [
  ['abc', /<algorithm>:<checksum>/],
  ['crc32:00', /not known; use one of: md5, sha1/],
  ['sha256:12', /is no sha256 checksum/],
] as const) {
  test(`the checksum ${text} is refused`, () => assert.throws(() => parseChecksum(text), problem))
}

const dest = { identity: IDENTITY, path: '/a', found: undefined, behind: undefined, realPath: '/a' }
const VIEW = {
  dest: { ...dest, hasParent: true, missing: [], before: Buffer.alloc(0) },
  sums: '',
  response: undefined,
  current: '',
}
const there = { ...VIEW, dest: { ...VIEW.dest, found: pathState({ checksum: '1'.repeat(40) }) } }
const answer = (sum: string) => ({ ok: true, status_code: 200, sum, problem: '' })
for (const [what, own, view, changes] of [
  ['nothing is there', {}, VIEW, ['state', 'content']],
  ['a file is there', {}, there, []],
  ['a file is there, with another mode', { mode: '0755' }, there, ['mode']],
  ['the sum is right', { checksum: `sha256:${SUM}` }, { ...there, current: SUM }, []],
  ['the sum is another', { checksum: `sha256:${SUM}` }, { ...there, current: 'b'.repeat(64) }, ['content']],
  ['the server has the same', { force: true }, { ...there, response: answer('1'.repeat(40)) }, []],
  ['the server has another', { force: true }, { ...there, response: answer('2'.repeat(40)) }, ['content']],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(get_url, { url: 'http://h/tool', dest: '/a', ...own }, view)
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
  })
}

test('a missing folder may come from an earlier task', () => {
  const view = { ...VIEW, dest: { ...VIEW.dest, hasParent: false } }
  assert.throws(
    () => planOf(get_url, { url: 'http://h/tool', dest: '/a' }, view),
    (error: unknown) => error instanceof MissingError,
  )
})

interface World {
  readonly url: string
  readonly folder: string
  readonly seen: IncomingMessage[]
}

/** A server of files, and an empty folder; both are gone afterwards. */
async function world(work: (world: World) => Promise<void>): Promise<void> {
  const seen: IncomingMessage[] = []
  const server: Server = createServer((request, response) => {
    seen.push(request)
    const path = request.url ?? ''
    if (path === '/sums') response.end(`${'0'.repeat(64)}  other\n${SHA256}  ./tool\n`)
    else if (path.startsWith('/named')) {
      response.setHeader('Content-Disposition', 'attachment; filename="../../given.txt"')
      response.end(BODY)
    } else if (path === '/moved') {
      response.writeHead(302, { location: '/new-name?x=1' })
      response.end()
    } else if (path === '/private' && request.headers.authorization !== `Basic ${btoa('me:se"cr\\et')}`) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' })
      response.end()
    } else if (path === '/none') {
      response.writeHead(404)
      response.end('not here')
    } else response.end(BODY)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = mkdtempSync(join(tmpdir(), 'get-'))
  try {
    await work({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, folder, seen })
  } finally {
    rmSync(folder, { recursive: true })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const wget = {
  name: 'wget, no curl',
  use: (work: (shell: Shell) => Promise<void>) => work(shellWith('wget')),
}
const busyboxWget = {
  name: 'busybox wget, no curl',
  use: (work: (shell: Shell) => Promise<void>) => work(shellWith('busybox')),
}

for (const { name, use } of [...LOCAL_SHELLS, wget, busyboxWget]) {
  const isBusybox = name.startsWith('busybox wget')

  test(`downloads once, and check mode says so before (${name})`, () =>
    world(({ url, folder, seen }) =>
      use(async (shell) => {
        const args = {
          url: `${url}/tool`,
          dest: join(folder, 'tool'),
          mode: '0755',
          checksum: `sha256:${url}/sums`,
        }
        const before = await listing(shell, folder)
        assert.is((await runModule(get_url, args, { shell, check: true })).fields.changed, true)
        assert.is(await listing(shell, folder), before)
        const { fields } = await runModule(get_url, args, { shell })
        assert.is(fields.changed, true)
        assert.is(readFileSync(join(folder, 'tool'), 'utf8'), BODY)
        assert.is(statSync(join(folder, 'tool')).mode & 0o777, 0o755)
        assert.equal(
          [fields.msg, fields.mode, fields.state, fields.dest],
          ['OK (9 bytes)', '0755', 'file', args.dest],
        )
        assert.is(fields.status_code, 200)
        const count = seen.length
        assert.is((await runModule(get_url, args, { shell })).fields.changed, false)
        assert.equal(
          seen.slice(count).map((request) => request.url),
          ['/sums'],
        )
        writeFileSync(args.dest, 'drifted')
        assert.is((await runModule(get_url, args, { shell })).fields.changed, true)
        assert.is(readFileSync(args.dest, 'utf8'), BODY)
      }),
    ))

  test(`a wrong checksum fails and leaves the old file (${name})`, () =>
    world(({ url, folder }) =>
      use(async (shell) => {
        const path = join(folder, 'tool')
        writeFileSync(path, 'old')
        const args = { url: `${url}/tool`, dest: path, checksum: `sha256:${SUM}` }
        assert.match((await failureOf(runModule(get_url, args, { shell }))).message, /did not match/)
        assert.is(readFileSync(path, 'utf8'), 'old')
        assert.equal(readdirSync(folder), ['tool'])
      }),
    ))

  test(`what is not there is an error that leaves nothing (${name})`, () =>
    world(({ url, folder }) =>
      use(async (shell) => {
        const error = await failureOf(
          runModule(get_url, { url: `${url}/none`, dest: join(folder, 'a') }, { shell }),
        )
        assert.match(error.message, /404/)
        const sums = { url: `${url}/tool`, dest: join(folder, 'a'), checksum: `sha256:${url}/none` }
        assert.match((await failureOf(runModule(get_url, sums, { shell }))).message, /404/)
        assert.equal(readdirSync(folder), [])
        const forced = { url: `${url}/none`, dest: folder }
        assert.match(
          (await failureOf(runModule(get_url, forced, { shell }))).message,
          /Request failed: .*404/,
        )
      }),
    ))

  test(`force asks the server, and writes only when it has something else (${name})`, () =>
    world(({ url, folder }) =>
      use(async (shell) => {
        const path = join(folder, 'tool')
        const args = { url: `${url}/tool`, dest: path, force: true, backup: true }
        writeFileSync(path, BODY)
        utimesSync(path, 1, 1)
        assert.is((await runModule(get_url, args, { shell })).fields.changed, false)
        assert.is(statSync(path).mtimeMs, 1000)
        writeFileSync(path, 'old')
        const { fields } = await runModule(get_url, args, { shell })
        assert.is(readFileSync(String(fields.backup_file), 'utf8'), 'old')
        assert.is(readFileSync(path, 'utf8'), BODY)
      }),
    ))

  test(`a folder takes the file under its name (${name})`, () =>
    world(({ url, folder }) =>
      use(async (shell) => {
        const first = await runModule(get_url, { url: `${url}/a/tool`, dest: folder }, { shell })
        assert.is(first.fields.dest, join(folder, 'tool'))
        assert.is(
          (await runModule(get_url, { url: `${url}/a/tool`, dest: folder }, { shell })).fields.changed,
          false,
        )
        const named = await runModule(get_url, { url: `${url}/named`, dest: `${folder}/` }, { shell })
        assert.is(named.fields.dest, join(folder, 'given.txt'))
        const moved = await runModule(get_url, { url: `${url}/moved`, dest: folder }, { shell })
        assert.is(moved.fields.dest, join(folder, 'new-name'))
        assert.equal(readdirSync(folder).sort(), ['given.txt', 'new-name', 'tool'])
      }),
    ))

  test(`credentials and headers arrive, and by no argument list (${name})`, () =>
    world(({ url, folder, seen }) =>
      use(async (shell) => {
        const args = {
          url: `${url}/private`,
          dest: join(folder, 'a'),
          url_username: 'me',
          url_password: 'se"cr\\et',
          headers: { 'X-Say': 'o\'hi "there" $(id)' },
          tmp_dest: folder,
        }
        if (isBusybox) {
          assert.match((await failureOf(runModule(get_url, args, { shell }))).message, /install curl/)
          return
        }
        await runModule(get_url, args, { shell })
        assert.is(readFileSync(args.dest, 'utf8'), BODY)
        assert.is(seen.at(-1)?.headers['x-say'], args.headers['X-Say'])
        assert.is(seen.at(-1)?.headers['user-agent'], 'ansible-httpget')
        assert.equal(readdirSync(folder), ['a'])
      }),
    ))
}

for (const tool of ['curl', 'wget']) {
  test(`${tool} is given no secret as an argument`, () =>
    world(async ({ url, folder }) => {
      const path = mkdtempSync(join(tmpdir(), 'path-'))
      try {
        const log = join(path, 'arguments')
        const watch = `#!/bin/sh\nprintf '%s\\n' "$*" >>${log}\nexec /usr/bin/${tool} "$@"\n`
        writeFileSync(join(path, tool), watch, { mode: 0o755 })
        const shell = plainShell({ temp: join(path, 'temp'), path: `${path}:${binFolder('none')}` })
        const args = {
          url: `${url.replace('//', '//me:se%22cr%5Cet@')}/private`,
          dest: join(folder, 'a'),
          headers: { 'X-Token': 'tokentoken' },
        }
        await runModule(get_url, args, { shell })
        assert.is(readFileSync(args.dest, 'utf8'), BODY)
        const said = readFileSync(log, 'utf8')
        assert.ok(said.length > 0)
        assert.not.match(said, /se.{1,3}cr|tokentoken/)
      } finally {
        rmSync(path, { recursive: true })
      }
    }))
}

test('without any downloader the error says what would do', () =>
  world(async ({ url, folder }) => {
    const running = runModule(
      get_url,
      { url: `${url}/tool`, dest: join(folder, 'a') },
      { shell: shellWith('none') },
    )
    assert.match((await failureOf(running)).message, /neither curl nor wget.*install one/)
  }))

test.run()
