import { generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'
import { childChannel } from '../src/connection/child-channel.ts'
import { createSession } from '../src/connection/session.ts'
import type { Reply } from '../src/core/remote.ts'

// An SSH server on loopback that stands for any number of equal hosts, so that a thousand of them cost this machine
// little beside the program that is measured. Each request is carried out by one real shell when it first comes; the
// other hosts get the same answer. Prints its port; ends when its stdin does.

const BEGIN = /^printf '%s\\n' '(@begin-([0-9a-f]{32}-\d+)@)'.*\n/m
const TOKEN = /[0-9a-f]{32}/g

const model = createSession(await childChannel('/bin/sh', [], { where: 'model' }), (ending) => {
  throw new Error(`the model shell has ended: ${JSON.stringify(ending)}`)
})
const known = new Map<string, Promise<Reply & { readonly tokens: readonly string[] }>>()

/** Random names in a request differ from host to host: an answer has those of the host that asks. */
function answer(text: string): Promise<Reply> {
  const tokens = [...new Set(text.match(TOKEN) ?? [])]
  const key = text.replace(TOKEN, (token) => `<${tokens.indexOf(token)}>`)
  let reply = known.get(key)
  if (reply === undefined) {
    reply = model.run(text).then((made) => ({ ...made, tokens }))
    known.set(key, reply)
  }
  return reply.then(({ tokens: own, code, stdout, stderr }) => {
    const named = (bytes: Buffer) =>
      own.length === 0 ? bytes : own.reduce((all, token, index) => swap(all, token, tokens[index]), bytes)
    return { code, stdout: named(stdout), stderr: named(stderr) }
  })
}

function swap(bytes: Buffer, from: string, to: string | undefined): Buffer {
  if (to === undefined || from === to || !bytes.includes(from)) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
}

function serve(channel: ServerChannel): void {
  let heard = ''
  let last: Promise<void> = Promise.resolve()
  const take = (): void => {
    const begin = BEGIN.exec(heard)
    const [line = '', mark = '', nonce = ''] = begin ?? []
    const end = heard.indexOf(`playscript_code=$?; printf '%s%s\\n' '@end-${nonce} `)
    const after = end === -1 ? -1 : heard.indexOf('\n', end)
    if (begin === null || after === -1) return
    const text = heard.slice(begin.index + line.length, end - 1)
    heard = heard.slice(after + 1)
    const reply = answer(text)
    last = last.then(async () => {
      const { code, stdout, stderr } = await reply
      if (!channel.writable) return
      const tail = `@end-${nonce} ${code}\n`
      channel.write(Buffer.concat([Buffer.from(`${mark}\n`), stdout, Buffer.from(tail)]))
      channel.stderr.write(Buffer.concat([Buffer.from(`${mark}\n`), stderr, Buffer.from(tail)]))
    })
    take()
  }
  channel.on('data', (chunk: Buffer) => {
    heard += chunk.toString('utf8')
    take()
  })
  // As a shell does, it ends once it has answered.
  channel.on('end', () => {
    last = last.then(() => {
      channel.exit(0)
      channel.end()
    })
  })
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const server = new ssh2.Server({ hostKeys: [privateKey] }, (client: Connection) => {
  client.on('error', () => {})
  client.on('authentication', (context) => context.accept())
  client.on('session', (accept) => {
    accept().on('exec', (accepted) => serve(accepted()))
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.stdin.resume().on('end', () => process.exit())
