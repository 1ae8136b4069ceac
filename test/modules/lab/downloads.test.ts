import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { get_url } from '../../../src/modules/get_url.ts'
import { unarchive } from '../../../src/modules/unarchive.ts'
import { uri } from '../../../src/modules/uri.ts'
import { zipOf } from '../../helpers/archives.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { type Answerer, type WebServer, webServer } from '../../helpers/web-server.ts'
import { gateway } from '../../lab/index.ts'
import { converges, onEveryHost } from './lab-host.ts'

// What comes from a server: as an ordinary user who becomes root with a password, with curl, and with nothing but
// busybox's wget.
const test = suite('modules for downloads, on lab hosts')

const folder = mkdtempSync(join(tmpdir(), 'playscript-web-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const files = "mkdir in; echo x >in/x; tar -czf t.tar.gz in; printf 'body\\n' >file; sha256sum file >SUMS"
execaSync('sh', ['-ec', files], { cwd: folder })
writeFileSync(
  join(folder, 't.zip'),
  zipOf([
    { name: 'in/', type: '5' },
    { name: 'in/x', content: 'x\n' },
  ]),
)

const answer: Answerer = ({ path, method, headers, body }, response) => {
  if (path === '/echo') {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ method, type: headers['content-type'], body: body.toString() }))
  } else if (path === '/private' && headers.authorization !== `Basic ${btoa('me:pass word')}`) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
  } else if (path === '/moved') {
    response.writeHead(302, { location: '/file' }).end()
  } else if (path === '/none') {
    response.writeHead(404).end('gone')
  } else response.end(readFileSync(join(folder, path === '/private' ? 'file' : path)))
}

let server: WebServer
test.before(async () => {
  server = await webServer(answer, { address: gateway })
})
test.after(() => server.close())

await onEveryHost(test, (machine) => {
  const { name, shell, sh } = machine
  const small = shell.target.userland === 'busybox'

  test(`a file with its checksum, owner and mode (${name})`, async () => {
    const args = { url: `${server.url}/file`, dest: '/srv/got', mode: '0750', owner: 'k8s' }
    const checksum = `sha256:${server.url}/SUMS`
    const made = await converges(machine, get_url, { ...args, checksum })
    assert.equal([made.dest, made.mode, made.owner, made.size], ['/srv/got', '0750', 'k8s', 5])
    assert.is(await sh('stat -c %U:%a /srv/got; cat /srv/got'), 'k8s:750\nbody\n')
    await converges(machine, get_url, { ...args, mode: '0600' })
    await sh('echo other >/srv/got')
    const { backup_file } = await converges(machine, get_url, { ...args, force: true, backup: true })
    assert.is(await sh(`cat /srv/got ${backup_file}; rm ${backup_file}`), 'body\nother\n')
  })

  test(`a file behind a redirection, into a folder, by way of another (${name})`, async () => {
    await sh('mkdir -p /srv/into /srv/tmp')
    await converges(machine, get_url, {
      url: `${server.url}/moved`,
      dest: '/srv/into',
      tmp_dest: '/srv/tmp',
      mode: '0644',
    })
    assert.is(await sh('cat /srv/into/*; ls -A /srv/tmp'), 'body\n')
  })

  test(`what cannot be had leaves nothing behind (${name})`, async () => {
    const dest = '/srv/never'
    const failing = async (args: object) =>
      (await failureOf(runModule(get_url, { url: `${server.url}/file`, dest, ...args }, { shell }))).message
    assert.match(await failing({ url: `${server.url}/none` }), /404/)
    assert.match(await failing({ checksum: `sha256:${'0'.repeat(64)}` }), /did not match/)
    assert.match(await failing({ checksum: `sha256:${server.url}/none` }), /404/)
    assert.match(await failing({ dest: '/srv/no/such/' }), /does not exist/)
    assert.match(await failing({ url: 'http://127.0.0.1:9/' }), /127\.0\.0\.1|refused/)
    assert.match(await failing({ url: `${server.url}/private` }), /401/)
    assert.is(await sh('ls -d /srv/never* /srv/no 2>/dev/null || true'), '')
    const credentials = { url: `${server.url}/private`, dest, username: 'me', password: 'pass word' }
    if (small) assert.match(await failing(credentials), /only busybox's wget.*install curl/)
    else await converges(machine, get_url, { ...credentials, mode: '0600' })
  })

  test(`archives from an address (${name})`, async () => {
    await sh('mkdir -p /srv/tar /srv/zip')
    const tar = { src: `${server.url}/t.tar.gz`, dest: '/srv/tar', remote_src: true, owner: 'k8s' }
    await converges(machine, unarchive, tar)
    await converges(machine, unarchive, { src: `${server.url}/t.zip`, dest: '/srv/zip', remote_src: true })
    assert.is(await sh('cat /srv/tar/in/x /srv/zip/in/x; stat -c %U /srv/tar/in/x'), 'x\nx\nk8s\n')
    const none = { src: `${server.url}/none`, dest: '/srv/tar', remote_src: true }
    assert.match((await failureOf(runModule(unarchive, none, { shell }))).message, /404/)
  })

  test(`a web service is asked, and its answer kept (${name})`, async () => {
    const { fields } = await runModule(uri, { url: `${server.url}/echo` }, { shell })
    assert.equal([fields.changed, (fields.json as { method: string }).method], [false, 'GET'])
    const args = { url: `${server.url}/file`, dest: '/srv/answer', owner: 'k8s', mode: '0600' }
    await converges(machine, uri, args)
    assert.is(await sh('stat -c %U:%a /srv/answer; cat /srv/answer'), 'k8s:600\nbody\n')
    const refused = await failureOf(runModule(uri, { url: `${server.url}/none` }, { shell }))
    assert.match(refused.message, /Status code was 404 and not \[200\]/)
    const post = { url: `${server.url}/echo`, method: 'POST', body_format: 'json', body: { a: "it's" } }
    if (small) {
      assert.match((await failureOf(runModule(uri, post, { shell }))).message, /busybox.*install curl/)
      return
    }
    const posted = (await runModule(uri, post, { shell })).fields.json
    assert.equal(posted, { method: 'POST', type: 'application/json', body: '{"a": "it\'s"}' })
  })
})

test.run()
