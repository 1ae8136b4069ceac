// A server for the playbooks of this folder: `node server.mjs FOLDER` writes its address to FOLDER/url and ends by itself.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const folder = process.argv[2]
const server = createServer((request, response) => {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => answer(request, Buffer.concat(parts).toString(), response))
})

function answer({ url, method, headers }, body, response) {
  const [, code, to] = /^\/to\/(\d+)(\/.*)$/.exec(url) ?? []
  if (code) return response.writeHead(Number(code), { location: to }).end()
  if (url === '/basic' && headers.authorization !== `Basic ${btoa('me:pass')}`) {
    return response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('who?')
  }
  if (url === '/missing')
    return response.writeHead(404, { 'content-type': 'application/json' }).end('{"why": "gone"}')
  if (url.startsWith('/files/')) return response.end(readFileSync(join(folder, url.slice('/files/'.length))))
  if (url === '/end') {
    response.end()
    return server.close()
  }
  const { authorization = null, 'content-type': type = null, 'x-own': own = null } = headers
  response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=1; Path=/' })
  response.end(JSON.stringify({ method, type, body, authorization, own }))
}

server.listen(0, '127.0.0.1', () =>
  writeFileSync(join(folder, 'url'), `http://127.0.0.1:${server.address().port}`),
)
setTimeout(() => process.exit(), 900_000).unref()
