import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError } from '../../src/core/errors.ts'
import { encodeBody } from '../../src/modules/uri/body.ts'
import { uri } from '../../src/modules/uri.ts'
import { binFolder, shellWith } from '../helpers/downloaders.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { checkedArguments, failureOf, fakeController, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { needsProgram } from '../helpers/programs.ts'
import { type Seen, type WebServer, webServer } from '../helpers/web-server.ts'
import { createAuthority, issue } from '../lab/certificates.ts'

needsProgram('curl', 'wget', 'busybox', 'openssl')

const test = suite('modules/uri')

const textOf = (body: ReturnType<typeof encodeBody>) =>
  body?.pieces.map((piece) => (Buffer.isBuffer(piece) ? piece.toString() : `<${piece.path}>`)).join('')
for (const [format, body, text] of [
  ['json', { a: 1, b: ['x', true, null], c: 'é' }, '{"a": 1, "b": ["x", true, null], "c": "\\u00e9"}'],
  ['json', '{"as": "it is"}', '{"as": "it is"}'],
  [
    'form-urlencoded',
    { name: "it's", q: 'a&b c', n: 1, many: ['1', '2'] },
    'name=it%27s&q=a%26b+c&n=1&many=1&many=2',
  ],
  [
    'form-urlencoded',
    [
      ['a', 'b'],
      ['none', null],
      ['c', true],
    ],
    'a=b&c=True',
  ],
  ['raw', 'text', 'text'],
  ['raw', 7, '7'],
] as const) {
  test(`${format} body: ${JSON.stringify(body)}`, () => assert.is(textOf(encodeBody(body, format)), text))
}
for (const [format, body, problem] of [
  ['raw', { a: 1 }, /set body_format to json/],
  ['form-urlencoded', ['a'], /a dictionary, a list of pairs, or text/],
  ['form-multipart', 'a', /a dictionary of fields/],
  ['form-multipart', { a: {} }, /needs filename or content/],
] as const) {
  test(`${format} refuses ${JSON.stringify(body)}`, () =>
    assert.throws(() => encodeBody(body, format), problem))
}

for (const [args, problem] of [
  [{}, /missing required arguments: url/],
  [{ url: 'http://a', body: 'x', src: '/y' }, /mutually exclusive/],
  [{ url: 'http://a', use_gssapi: true }, /no parameter 'use_gssapi'/],
  [{ url: 'http://a', follow_redirects: 'some' }, /follow_redirects/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () => assert.throws(() => checkedArguments(uri, args), problem))
}
const VIEW = { skipped: undefined, dest: undefined }
for (const [args, problem] of [
  [{ url: 'nowhere' }, /is no URL/],
  [{ url: 'http://a', method: 'get it' }, /one word/],
  [{ url: 'http://a', method: 'HEAD', body: 'x' }, /has no body/],
  [{ url: 'http://a', headers: { a: 'b\nc' } }, /line break/],
] as const) {
  test(`plan refuses ${JSON.stringify(args)}`, () =>
    assert.throws(
      () => planOf(uri, args, VIEW, { local: { files: new Map() } }),
      (error: unknown) => error instanceof ArgumentError && problem.test(error.message),
    ))
}

test('plan: a request changes nothing, and says what it would ask', () => {
  const plan = planOf(uri, { url: 'http://a/b', method: 'post' }, VIEW, { local: { files: new Map() } })
  assert.equal(plan.changes, [])
  assert.is(plan.steps.length, 1)
  assert.equal([plan.result?.status, plan.result?.msg], [200, 'would ask: POST http://a/b'])
})
test('plan: a guard leaves nothing to do', () => {
  const plan = planOf(
    uri,
    { url: 'http://a/b', creates: '/x' },
    { ...VIEW, skipped: "skipped, since '/x' exists" },
  )
  assert.equal([plan.steps, plan.result], [[], { stdout: "skipped, since '/x' exists" }])
})

function answer(request: Seen, response: ServerResponse): void {
  const { path, method, headers, body } = request
  const [, code, to] = /^\/to\/(\d+)(\/.*)$/.exec(path) ?? []
  if (code !== undefined) response.writeHead(Number(code), { location: to ?? '' }).end('elsewhere')
  else if (path === '/json') {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'x-one-two': 'three' })
    response.end('{"answer": [1, "é"]}')
  } else if (path === '/problem') {
    response.writeHead(422, { 'content-type': 'application/problem+json' }).end('{"why": "so"}')
  } else if (path === '/cookies') {
    response.writeHead(200, { 'set-cookie': ['a=1; Path=/', 'b=two'] }).end('x')
  } else if (path === '/packed') {
    const packed = String(headers['accept-encoding']).includes('gzip')
    response
      .writeHead(200, packed ? { 'content-encoding': 'gzip' } : {})
      .end(packed ? gzipSync('unpacked') : 'unpacked')
  } else if (path === '/dated') {
    if (headers['if-modified-since'] === undefined) response.end('dated')
    else response.writeHead(304).end()
  } else if (path === '/basic' && headers.authorization !== `Basic ${btoa('me:pa"ss\\w d')}`) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('who?')
  } else if (path === '/silent') {
    // It never answers.
  } else response.end(`${method} ${headers['content-type'] ?? 'nothing'} ${body.toString('latin1')}`)
}

async function world(work: (world: WebServer & { readonly folder: string }) => Promise<void>): Promise<void> {
  const server = await webServer(answer)
  const folder = mkdtempSync(join(tmpdir(), 'uri-'))
  try {
    await work({ ...server, folder })
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
}

const SHELLS = [
  ...LOCAL_SHELLS.map(({ name, use }) => ({ name, use })),
  {
    name: 'wget, no curl',
    use: (work: Parameters<(typeof LOCAL_SHELLS)[number]['use']>[0]) => work(shellWith('wget')),
  },
]

for (const { name, use } of SHELLS) {
  const run = (args: Record<string, unknown>, more: Partial<Parameters<typeof runModule>[2]> = {}) => {
    let fields: Readonly<Record<string, unknown>> = {}
    return use(async (shell) => {
      fields = (await runModule(uri, args, { shell, ...more })).fields
    }).then(() => fields)
  }
  const fails = async (args: Record<string, unknown>) => {
    let failure: Awaited<ReturnType<typeof failureOf>> | undefined
    await use(async (shell) => {
      failure = await failureOf(runModule(uri, args, { shell }))
    })
    if (failure === undefined) throw new Error('no failure')
    return failure
  }

  test(`an answer becomes fields (${name})`, () =>
    world(async ({ url, seen }) => {
      const fields = await run({ url: `${url}/json` })
      assert.equal(fields.json, { answer: [1, 'é'] })
      assert.equal([fields.status, fields.changed, fields.redirected], [200, false, false])
      assert.equal([fields.url, fields.x_one_two], [`${url}/json`, 'three'])
      assert.is(fields.content, undefined)
      assert.match(String(fields.msg), /^OK \((\d+|unknown) bytes\)$/)
      assert.is(seen[0]?.headers['user-agent'], 'ansible-httpget')
      const bare = await run({ url })
      assert.equal([bare.url, bare.redirected], [url, false])
      const plain = await run({ url: `${url}/x`, return_content: true })
      assert.is(plain.content, 'GET nothing ')
      const { cookies, cookies_string } = await run({ url: `${url}/cookies` })
      assert.equal([cookies, cookies_string], [{ a: '1', b: 'two' }, 'a=1; b=two'])
    }))

  test(`bodies arrive as they were given (${name})`, () =>
    world(async ({ url, seen, folder }) => {
      const body = { text: 'it\'s "x" \\ $HOME `id`\n%s', ünï: [1, null] }
      await run({ url: `${url}/a`, method: 'POST', body_format: 'json', body })
      assert.equal(JSON.parse(String(seen[0]?.body)), body)
      assert.is(seen[0]?.headers['content-type'], 'application/json')
      await run({ url: `${url}/a`, method: 'PUT', body_format: 'form-urlencoded', body: { a: 'b c' } })
      assert.equal([seen[1]?.method, seen[1]?.body.toString()], ['PUT', 'a=b+c'])
      assert.is(seen[1]?.headers['content-type'], 'application/x-www-form-urlencoded')
      const own = { url: `${url}/a`, method: 'PATCH', body: '<x/>', headers: { 'content-type': 'text/xml' } }
      assert.is((await run({ ...own, return_content: true })).content, 'PATCH text/xml <x/>')
      await run({ url: `${url}/a`, method: 'DELETE' })
      assert.equal([seen[3]?.method, seen[3]?.body.length], ['DELETE', 0])
      await run({ url: `${url}/a`, method: 'POST' })
      assert.equal([seen[4]?.method, seen[4]?.headers['content-length']], ['POST', '0'])
      await run({ url: `${url}/a`, method: 'HEAD' })
      assert.is(seen[5]?.method, 'HEAD')
      const bytes = Buffer.from([0, 1, 255, 10, 0])
      writeFileSync(join(folder, 'bytes'), bytes)
      await run({ url: `${url}/a`, method: 'POST', src: join(folder, 'bytes'), remote_src: true })
      assert.equal(seen[6]?.body, bytes)
      await run(
        { url: `${url}/a`, method: 'POST', src: 'bytes' },
        { controller: fakeController({ root: folder }) },
      )
      assert.equal(seen[7]?.body, bytes)
    }))

  test(`a multipart body has its fields and files (${name})`, () =>
    world(async ({ url, seen, folder }) => {
      writeFileSync(join(folder, 'here.txt'), Buffer.from([0, 200, 1]))
      const body = {
        text: 'value',
        file: { filename: 'here.txt' },
        given: { filename: 'a.json', content: '{}' },
        typed: { content: 'x', mime_type: 'text/x-y' },
      }
      const controller = fakeController({ root: folder })
      await run({ url, method: 'POST', body_format: 'form-multipart', body }, { controller })
      const { headers = {}, body: sent = Buffer.alloc(0) } = seen[0] ?? {}
      const form = await new Response(sent, {
        headers: { 'content-type': String(headers['content-type']) },
      }).formData()
      assert.is(form.get('text'), 'value')
      const file = form.get('file') as File
      assert.equal(
        [file.name, file.type, Buffer.from(await file.arrayBuffer())],
        ['here.txt', 'text/plain', Buffer.from([0, 200, 1])],
      )
      const given = form.get('given') as File
      assert.equal([given.name, given.type, await given.text()], ['a.json', 'application/json', '{}'])
      assert.is(form.get('typed'), 'x')
      const there = { file: { filename: join(folder, 'here.txt') } }
      await run({ url, method: 'POST', body_format: 'form-multipart', body: there, remote_src: true })
      assert.ok(seen[1]?.body.includes(Buffer.from([0, 200, 1])))
    }))

  test(`codes decide on success (${name})`, () =>
    world(async ({ url }) => {
      const failure = await fails({ url: `${url}/problem` })
      assert.is(failure.message, 'Status code was 422 and not [200]: HTTP Error 422: Unprocessable Entity')
      assert.equal([failure.result.status, failure.result.json], [422, { why: 'so' }])
      const fields = await run({ url: `${url}/problem`, status_code: '200,422', return_content: true })
      assert.equal([fields.status, fields.content], [422, '{"why": "so"}'])
    }))

  test(`where there is no server the failure says so (${name})`, () =>
    world(async ({ close, url }) => {
      close()
      const failure = await fails({ url: `${url}/a` })
      assert.match(
        failure.message,
        /^Status code was -1 and not \[200\]: Request failed: .*([Cc]onnect|refused)/,
      )
      assert.is(failure.result.status, -1)
    }))

  test(`redirects are followed as far as is wanted (${name})`, () =>
    world(async ({ url, seen }) => {
      const safe = await run({ url: `${url}/to/302/to/301/x?q=1` })
      assert.equal([safe.url, safe.redirected, safe.status], [`${url}/x?q=1`, true, 200])
      const stopped = await run({ url: `${url}/to/302/x`, follow_redirects: 'none', status_code: 302 })
      assert.equal([stopped.status, stopped.location, stopped.redirected], [302, `${url}/x`, false])
      const post = { url: `${url}/to/302/x`, method: 'POST', body: 'b' }
      assert.match((await fails(post)).message, /Status code was 302/)
      for (const [code, policy, method, body] of [
        [302, 'all', 'GET', ''],
        [303, 'all', 'GET', ''],
        [301, 'all', 'GET', ''],
        [307, 'all', 'POST', 'b'],
        [308, 'yes', 'POST', 'b'],
        [302, 'urllib2', 'GET', ''],
      ] as const) {
        await run({ ...post, url: `${url}/to/${code}/x`, follow_redirects: policy })
        assert.equal([seen.at(-1)?.method, seen.at(-1)?.body.toString()], [method, body], `${code} ${policy}`)
      }
      const count = seen.length
      const loop = `${url}${'/to/302'.repeat(12)}/x`
      assert.match((await fails({ url: loop })).message, /Status code was 302/)
      assert.is(seen.length - count, 11)
    }))

  test(`credentials go to the server they are for (${name})`, () =>
    world(async ({ url, seen }) => {
      const auth = { url_username: 'me', url_password: 'pa"ss\\w d' }
      assert.is((await run({ url: `${url}/basic`, ...auth })).status, 200)
      assert.is(seen[0]?.headers.authorization, undefined)
      const count = seen.length
      await run({ url: `${url}/basic`, ...auth, force_basic_auth: true })
      assert.is(seen.length, count + 1)
      assert.match((await fails({ url: `${url}/basic` })).message, /Status code was 401/)
      const other = await webServer(answer)
      try {
        const headers = { Authorization: 'Bearer t', 'X-Own': 'once', 'X-All': 'always' }
        const moving = await webServer((_, response) =>
          response.writeHead(302, { location: `${other.url}/x` }).end(),
        )
        await run({ url: moving.url, headers, unredirected_headers: ['x-own'] })
        moving.close()
        assert.equal(
          [moving.seen[0]?.headers.authorization, moving.seen[0]?.headers['x-own']],
          ['Bearer t', 'once'],
        )
        const { authorization, 'x-own': own, 'x-all': all } = other.seen[0]?.headers ?? {}
        assert.equal([authorization, own, all], [undefined, undefined, 'always'])
      } finally {
        other.close()
      }
    }))

  test(`a file takes the answer, once (${name})`, () =>
    world(async ({ url, folder }) => {
      const dest = join(folder, 'a file')
      const args = { url: `${url}/x`, dest, mode: '0600' }
      await use(async (shell) => {
        const check = await runModule(uri, args, { shell, check: true })
        assert.equal([check.fields.changed, existsSync(dest)], [true, false])
        const { fields } = await runModule(uri, args, { shell })
        assert.equal([fields.changed, fields.path, fields.mode], [true, dest, '0600'])
        assert.is(readFileSync(dest, 'utf8'), 'GET nothing ')
        assert.is((await runModule(uri, args, { shell })).fields.changed, false)
        writeFileSync(dest, 'drifted')
        assert.is(
          (await runModule(uri, { ...args, return_content: true }, { shell })).fields.content,
          'GET nothing ',
        )
        chmodSync(dest, 0o644)
        assert.is((await runModule(uri, args, { shell })).fields.changed, true)
        assert.is((await runModule(uri, { ...args, url: `${url}/dated` }, { shell })).fields.status, 304)
        await failureOf(runModule(uri, { ...args, url: `${url}/problem`, mode: '0640' }, { shell }))
        assert.is(readFileSync(dest, 'utf8'), 'GET nothing ')
        assert.is((await runModule(uri, { ...args, mode: '0600' }, { shell })).fields.changed, false)
        const inFolder = await runModule(uri, { url: `${url}/x/name.txt`, dest: folder }, { shell })
        assert.is(inFolder.fields.path, join(folder, 'name.txt'))
        assert.equal(readdirSync(folder).sort(), ['a file', 'name.txt'])
        assert.equal(existsSync(join(shell.target.temp, 'uri')), false)
      })
    }))

  test(`guards, packed answers and time limits (${name})`, () =>
    world(async ({ url, folder, seen }) => {
      const skipped = await run({ url, creates: folder })
      assert.equal([skipped.stdout, skipped.changed], [`skipped, since '${folder}' exists`, false])
      assert.is((await run({ url, removes: '/no/such' })).stdout, "skipped, since '/no/such' does not exist")
      assert.is(seen.length, 0)
      assert.is((await run({ url: `${url}/packed`, return_content: true })).content, 'unpacked')
      const failure = await fails({ url: `${url}/silent`, timeout: 1 })
      assert.match(failure.message, /Status code was -1 .*Request failed/)
    }))
}

test('a server’s certificate is checked, and ours is shown', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'uri-'))
  const authority = await createAuthority({ dir, name: 'ca', subject: '/CN=test' })
  const own = await issue(authority, {
    dir,
    name: 'server',
    subject: '/CN=localhost',
    altNames: ['DNS:localhost'],
  })
  const client = await issue(authority, { dir, name: 'client', subject: '/CN=me' })
  const tls = { key: own.key, cert: own.certificate, ca: authority.certificate }
  const server = await webServer(answer, { tls })
  const certificates = { client_cert: client.certificateFile, client_key: client.keyFile }
  try {
    for (const shell of [shellWith('curl'), shellWith('wget')]) {
      const args = { url: server.url, ...certificates }
      assert.match((await failureOf(runModule(uri, args, { shell }))).message, /certificate/i)
      assert.is((await runModule(uri, { ...args, validate_certs: false }, { shell })).fields.status, 200)
      const { certificateFile: ca_path } = authority
      assert.is((await runModule(uri, { ...args, ca_path }, { shell })).fields.status, 200)
      assert.is((await failureOf(runModule(uri, { url: server.url, ca_path }, { shell }))).result.status, -1)
    }
  } finally {
    server.close()
    rmSync(dir, { recursive: true })
  }
})

test('a Unix socket is asked with curl, and nothing else can', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'uri-'))
  const listen = join(dir, 'socket')
  const server = await webServer(answer, { listen })
  try {
    const args = { url: 'http://localhost/x', unix_socket: listen, return_content: true }
    assert.is((await runModule(uri, args, { shell: shellWith('curl') })).fields.content, 'GET nothing ')
    const failure = await failureOf(runModule(uri, args, { shell: shellWith('wget') }))
    assert.match(failure.message, /knows no Unix sockets: install curl/)
  } finally {
    server.close()
    rmSync(dir, { recursive: true })
  }
})

test('busybox’s wget fetches what it can and refuses the rest, and without any the error says what would do', () =>
  world(async ({ url, folder }) => {
    const shell = shellWith('busybox')
    const { fields } = await runModule(uri, { url: `${url}/x`, return_content: true }, { shell })
    assert.equal([fields.status, fields.content], [200, 'GET nothing '])
    const json = (await runModule(uri, { url: `${url}/json` }, { shell })).fields
    assert.equal([json.content_type, json.json], ['application/json; charset=utf-8', { answer: [1, 'é'] }])
    const kept = { url: `${url}/json`, dest: join(folder, 'kept') }
    assert.is((await runModule(uri, kept, { shell })).fields.changed, true)
    assert.is((await runModule(uri, kept, { shell })).fields.changed, false)
    const missing = await failureOf(runModule(uri, { url: `${url}/problem` }, { shell }))
    assert.match(missing.message, /Status code was 422/)
    for (const [own, problem] of [
      [{ method: 'POST' }, /only fetches: install curl/],
      [{ headers: { a: 'b' } }, /to every user of the host: install curl/],
      [{ unix_socket: '/x' }, /sockets.*install curl/],
    ] as const) {
      assert.match((await failureOf(runModule(uri, { url, ...own }, { shell }))).message, problem)
    }
    const none = await failureOf(runModule(uri, { url }, { shell: shellWith('none') }))
    assert.match(none.message, /neither curl nor wget.*install one/)
  }))

for (const tool of ['curl', 'wget'] as const) {
  test(`${tool} is given no secret as an argument, and no file outlives the request`, () =>
    world(async ({ url, folder, seen }) => {
      const log = join(folder, 'arguments')
      const watch = `#!/bin/sh\nprintf '%s\\n' "$*" >>${log}\nexec /usr/bin/${tool} "$@"\n`
      writeFileSync(join(folder, tool), watch, { mode: 0o755 })
      const temp = join(folder, 'temp')
      const shell = plainShell({ temp, path: `${folder}:${binFolder('none')}` })
      const secrets = { url_username: 'me', url_password: 'secretword', headers: { 'X-Token': 'tokentoken' } }
      const body = { key: 'bodysecret' }
      await runModule(
        uri,
        { url, method: 'POST', body_format: 'json', body, force_basic_auth: true, ...secrets },
        { shell },
      )
      assert.is(seen[0]?.headers['x-token'], 'tokentoken')
      assert.not.match(readFileSync(log, 'utf8'), /secretword|tokentoken|bodysecret/)
      assert.is(existsSync(temp), false)
    }))
}

test.run()
