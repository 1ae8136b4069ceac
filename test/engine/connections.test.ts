import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { UnreachableError } from '../../src/core/errors.ts'
import type { Scope } from '../../src/core/scope.ts'
import { Secrets } from '../../src/core/secrets.ts'
import type { ShellRequest } from '../../src/engine/connection-settings.ts'
import { createConnections } from '../../src/engine/connections.ts'

const test = suite('connections')

/** A server that counts who comes, and says `greeting`, or nothing at all. */
async function listening(greeting?: string) {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    if (greeting !== undefined) socket.end(greeting)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const values: Readonly<Record<string, unknown>> = { ansible_host: '127.0.0.1', ansible_port: port }
  const scope: Scope = {
    has: (name) => Object.hasOwn(values, name),
    get: (name) => values[name],
    names: () => Object.keys(values),
  }
  const request: ShellRequest = { host: 'one', scope, trusted: scope, keywords: {} }
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return { request, sockets, close }
}

const fails = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.unreachable('there is no host'),
    (error: unknown) => assert.instance(error, UnreachableError),
  )

for (const keepFailure of [true, false])
  test(`a failure of what was begun is ${keepFailure ? 'told to who asks first' : 'followed by a second attempt'}`, async () => {
    const { request, sockets, close } = await listening('220 this is a mail server\r\n')
    const connections = createConnections({ timeout: 0.5 }, new Secrets())
    try {
      assert.is(await connections.begin(request, { keepFailure }), undefined)
      const before = sockets.length
      assert.ok(before > 0)
      await fails(connections.shell(request, {}))
      assert.is(sockets.length > before, !keepFailure)
      const after = sockets.length
      await fails(connections.shell(request, {}))
      assert.ok(sockets.length > after, 'later it may be there')
    } finally {
      await connections.close()
      await close()
    }
  })

test('closing gives up what is being opened', async () => {
  const { request, close } = await listening()
  const connections = createConnections({ timeout: 600 }, new Secrets())
  const opening = connections.begin(request, { keepFailure: true })
  await connections.close()
  assert.is(await opening, undefined)
  await close()
})

test('nothing is begun for what is no connection over SSH, nor where su would ask', async () => {
  const { request, sockets, close } = await listening()
  const connections = createConnections({ timeout: 5 }, new Secrets())
  const begin = (keywords: ShellRequest['keywords']) =>
    connections.begin({ ...request, keywords }, { keepFailure: true })
  assert.is(await begin({ connection: 'local' }), undefined)
  assert.is(await begin({ become: true, become_method: 'su' }), undefined)
  assert.is(sockets.length, 0)
  await connections.close()
  await close()
})

test.run()
