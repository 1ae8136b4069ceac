import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { servedThumbprints, topThumbprint } from '../../../src/modules/aws/thumbprint.ts'
import { failureOf } from '../../helpers/module-harness.ts'
import { type Certificate, createAuthority, issue } from '../../lab/certificates.ts'

const test = suite('thumbprints of served chains')

interface Chain {
  readonly ca: Certificate
  readonly leaf: Certificate
}

async function withServer(
  choose: (chain: Chain) => readonly Certificate[],
  work: (host: string, chain: Chain) => Promise<void>,
  discovery: (host: string) => object = () => ({}),
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'thumbprint-'))
  const ca = await createAuthority({ dir, name: 'ca', subject: '/CN=a CA' })
  const leaf = await issue(ca, { dir, name: 'leaf', subject: '/CN=leaf', altNames: ['IP:127.0.0.1'] })
  const chain = { ca, leaf }
  const cert = choose(chain)
    .map(({ certificate }) => certificate)
    .join('')
  let host = ''
  const server = createServer({ cert, key: leaf.key }, (_request, response) =>
    response.end(JSON.stringify(discovery(host))),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await work(host, chain)
  } finally {
    server.close()
    server.closeAllConnections()
    rmSync(dir, { recursive: true })
  }
}

const sha1 = ({ certificateFile }: Certificate) =>
  execFileSync('openssl', ['x509', '-noout', '-fingerprint', '-sha1', '-in', certificateFile])
    .toString()
    .replace(/^.*=/, '')
    .replace(/[:\n]/g, '')
    .toLowerCase()

test('the last certificate that the server sends counts, not its own', async () => {
  await withServer(
    ({ leaf, ca }) => [leaf, ca],
    async (host, { ca }) => assert.is(await topThumbprint(host), sha1(ca)),
  )
})

test('a server that sends one certificate is pinned by that', async () => {
  await withServer(
    ({ leaf }) => [leaf],
    async (host, { leaf }) => assert.is(await topThumbprint(host), sha1(leaf)),
  )
})

test('keys on another server are pinned too', async () => {
  await withServer(
    ({ leaf, ca }) => [leaf, ca],
    async (keys, { ca: first }) => {
      await withServer(
        ({ leaf, ca }) => [leaf, ca],
        async (host, { ca: second }) =>
          assert.equal(await servedThumbprints(`https://${host}`), [sha1(second), sha1(first)]),
        () => ({ jwks_uri: `https://${keys}/jwks` }),
      )
    },
  )
})

test('a server that cannot be reached is told of', async () => {
  const failure = await failureOf(topThumbprint('127.0.0.1:1'))
  assert.match(failure.message, /the certificate of 127.0.0.1:1 cannot be read: .*ECONNREFUSED/)
})

test.run()
