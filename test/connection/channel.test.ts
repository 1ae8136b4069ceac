import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { PassThrough, Writable } from 'node:stream'
import ssh2, { Client, type Server } from 'ssh2'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { streamChannel } from '../../src/connection/channel.ts'
import { execChannel } from '../../src/connection/ssh-channel.ts'

const test = suite('channels')

/** A server whose programs speak in the same breath in which the server lets them run. */
async function quickServer(): Promise<Server> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    client.on('authentication', (context) => context.accept())
    client.on('session', (accept) => {
      accept().on('exec', (run) => {
        const stream = run()
        stream.write('first ')
        stream.stderr.write('warning')
        stream.write('words')
        stream.exit(3)
        stream.end()
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('what a program says before anybody listens is kept for the first who does', async () => {
  const server = await quickServer()
  const client = new Client()
  client.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, username: 'x' })
  await once(client, 'ready')
  const gone = new Promise<string>((resolve) => client.once('close', () => resolve('closed')))
  try {
    const channel = await execChannel({ client, gone } as never, 'true')
    const ended = await channel.ended
    const heard = { stdout: '', stderr: '' }
    channel.listen((stream, chunk) => {
      heard[stream] += chunk.toString()
    })
    assert.equal(heard, { stdout: 'first words', stderr: 'warning' })
    assert.equal(ended, { kind: 'exit', code: 3, signal: undefined })
  } finally {
    client.end()
    server.close()
    await gone
  }
})

test('what is written in one turn of the event loop goes in two pieces, in order, and before the end', async () => {
  const pieces: string[] = []
  const stdin = new Writable({
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk.toString())
      done()
    },
  })
  const quiet = () => new PassThrough()
  const channel = streamChannel({ stdin, stdout: quiet(), stderr: quiet() }, new Promise(() => {}), () => {})
  await Promise.all(['a', 'b', 'c'].map((text) => channel.write(text)))
  await channel.write('d')
  void channel.write('e')
  channel.end()
  assert.equal(pieces, ['a', 'bc', 'd', 'e'])
})

test.run()
