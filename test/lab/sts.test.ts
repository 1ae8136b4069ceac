import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createAuthority, issue } from './certificates.ts'
import { Refused, verifyToken } from './sts/relying-party.ts'
import { createSts } from './sts/server.ts'
import { isTrusted, type TrustPolicy } from './sts/trust.ts'

const test = suite('a relying party of the cluster: tokens, trust policies, STS')

/** An issuer over HTTPS with a CA of its own, and whatever documents a test wants it to publish. */
async function makeIssuer(documents: { issuer?: string; keys?: object[] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-issuer-'))
  const authority = await createAuthority({ dir, name: 'ca', subject: '/CN=ca' })
  const server = await issue(authority, {
    dir,
    name: 'server',
    subject: '/CN=s',
    altNames: ['DNS:localhost'],
  })
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const web = createHttps({ key: server.key, cert: server.certificate }, (request, answer) => {
    const found: Record<string, unknown> = {
      '/.well-known/openid-configuration': {
        issuer: documents.issuer ?? url,
        jwks_uri: `${url}/openid/v1/jwks`,
      },
      '/openid/v1/jwks': { keys: documents.keys ?? [jwk] },
    }
    const document = found[request.url ?? '']
    answer.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document))
  })
  const port = await listen(web)
  const url = `https://localhost:${port}`
  const sign = (claims: object = {}, own: { key?: Parameters<SignJWT['sign']>[0]; expires?: string } = {}) =>
    new SignJWT({ sub: 'system:serviceaccount:default:demo-service-account', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(url)
      .setAudience('sts.amazonaws.com')
      .setExpirationTime(own.expires ?? '1h')
      .sign(own.key ?? privateKey)
  const close = () => {
    web.close()
    rmSync(dir, { recursive: true })
  }
  return { url, ca: authority.certificate, sign, close }
}

const listen = (server: Server | ReturnType<typeof createHttps>) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

async function refusal(running: Promise<unknown>): Promise<Refused> {
  try {
    await running
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
  throw new Error('it was taken')
}

const audiences = ['sts.amazonaws.com']

test('a token is verified against the documents that its issuer publishes over HTTPS', async () => {
  const issuer = await makeIssuer()
  try {
    const { url, ca } = issuer
    const claims = await verifyToken(await issuer.sign(), url, { ca, audiences })
    assert.is(claims.sub, 'system:serviceaccount:default:demo-service-account')
    const verify = (token: string, own: object = {}) =>
      refusal(verifyToken(token, url, { ca, audiences, ...own }))
    assert.is((await verify(await issuer.sign({}, { expires: '-1h' }))).code, 'ExpiredTokenException')
    assert.is(
      (await verify(await issuer.sign(), { audiences: ['other'] })).message,
      'Incorrect token audience',
    )
    const other = (await generateKeyPair('RS256')).privateKey
    assert.match((await verify(await issuer.sign({}, { key: other }))).message, /signature/)
    assert.match((await verify(`${await issuer.sign()}x`)).message, /signature/)
    const [head, body] = (await issuer.sign()).split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
    assert.match((await verify(none)).message, /could not be validated/)
    assert.ok(head)
    const stranger = await makeIssuer()
    stranger.close()
    assert.match((await verify(await issuer.sign(), { ca: stranger.ca })).message, /certificate/)
  } finally {
    issuer.close()
  }
})

test('documents that name another issuer, or hold no key, let nobody in', async () => {
  for (const documents of [{ issuer: 'https://elsewhere.example' }, { keys: [] }]) {
    const issuer = await makeIssuer(documents)
    const trust = { ca: issuer.ca, audiences }
    const { code } = await refusal(verifyToken(await issuer.sign(), issuer.url, trust))
    issuer.close()
    assert.is(code, 'InvalidIdentityToken')
  }
})

const provider = 'arn:aws:iam::123456789012:oidc-provider/k8s.example.com'
const subject = (account: string) => ({
  'k8s.example.com:sub': account,
  'k8s.example.com:aud': 'sts.amazonaws.com',
})
const statement = (own: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' },
  Condition: { StringEquals: subject('system:serviceaccount:default:demo') },
  ...own,
})
const policies: readonly [string, object, string, boolean][] = [
  ['the right service account', statement(), 'system:serviceaccount:default:demo', true],
  ['another namespace', statement(), 'system:serviceaccount:other:demo', false],
  ['another service account', statement(), 'system:serviceaccount:default:other', false],
  [
    'another provider',
    statement({ Principal: { Federated: `${provider}/x` } }),
    'system:serviceaccount:default:demo',
    false,
  ],
  ['another action', statement({ Action: ['sts:AssumeRole'] }), 'system:serviceaccount:default:demo', false],
  ['no condition', statement({ Condition: {} }), 'system:serviceaccount:any:one', true],
  [
    'a pattern',
    statement({ Condition: { StringLike: { 'k8s.example.com:sub': 'system:serviceaccount:default:*' } } }),
    'system:serviceaccount:default:x',
    true,
  ],
  [
    'a pattern that is none of StringEquals',
    statement({ Condition: { StringEquals: { 'k8s.example.com:sub': 'system:serviceaccount:default:*' } } }),
    'system:serviceaccount:default:x',
    false,
  ],
  [
    'a list of accounts',
    statement({ Condition: { StringEquals: { 'k8s.example.com:sub': ['a', 'b'] } } }),
    'b',
    true,
  ],
  [
    'a key that the token has not',
    statement({ Condition: { StringEquals: { 'k8s.example.com:amr': 'x' } } }),
    'b',
    false,
  ],
]
for (const [name, one, sub, expected] of policies) {
  test(`a trust policy ${expected ? 'lets in' : 'keeps out'}: ${name}`, () => {
    const context = { 'k8s.example.com:sub': [sub], 'k8s.example.com:aud': ['sts.amazonaws.com'] }
    const request = { action: 'sts:AssumeRoleWithWebIdentity', federated: provider, context }
    assert.is(isTrusted({ Statement: [one] } as TrustPolicy, request), expected)
    const deny = { ...one, Effect: 'Deny' }
    assert.is(isTrusted({ Statement: [one, deny] } as TrustPolicy, request), false)
  })
}

test('an operator that the double does not know is an error, not a yes', () => {
  const policy = { Statement: [statement({ Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } })] }
  const request = { action: 'sts:AssumeRoleWithWebIdentity', federated: provider, context: {} }
  assert.throws(() => isTrusted(policy as TrustPolicy, request), /DateLessThan/)
})

test('STS answers as AWS does: credentials, or the reason', async () => {
  const issuer = await makeIssuer()
  const host = issuer.url.replace('https://', '')
  const arn = `arn:aws:iam::123456789012:oidc-provider/${host}`
  const policy = {
    Statement: [
      statement({
        Principal: { Federated: arn },
        Condition: {
          StringEquals: { [`${host}:sub`]: 'system:serviceaccount:default:demo-service-account' },
        },
      }),
    ],
  }
  const xml: Record<string, string> = {
    GetRole: `<R><AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(policy))}</AssumeRolePolicyDocument></R>`,
    GetOpenIDConnectProvider: '<R><ClientIDList><member>sts.amazonaws.com</member></ClientIDList></R>',
    AssumeRoleWithWebIdentity: '<Credentials/>',
  }
  let known = true
  const upstream = createHttp(async (request, answer) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const action = new URLSearchParams(body).get('Action') ?? ''
    if (action === 'GetOpenIDConnectProvider' && !known) return void answer.writeHead(404).end('<Error/>')
    answer.end(xml[action] ?? `passed on: ${request.url}`)
  })
  const sts = createSts({ upstream: `http://127.0.0.1:${await listen(upstream)}`, ca: async () => issuer.ca })
  const endpoint = `http://127.0.0.1:${await listen(sts)}`
  const assume = async (token: string, role = 'arn:aws:iam::123456789012:role/app/demo') => {
    const form = { Action: 'AssumeRoleWithWebIdentity', RoleArn: role, WebIdentityToken: token }
    const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) })
    const text = await answer.text()
    return `${answer.status} ${/<Code>(\w+)/.exec(text)?.[1] ?? text}`
  }
  try {
    assert.is(await assume(await issuer.sign()), '200 <Credentials/>')
    const sub = 'system:serviceaccount:default:default'
    assert.is(await assume(await issuer.sign({ sub })), '403 AccessDenied')
    assert.is(await assume(await issuer.sign({}, { expires: '-1s' })), '400 ExpiredTokenException')
    assert.is(await assume('nonsense'), '400 InvalidIdentityToken')
    assert.is(await assume(await issuer.sign(), 'demo'), '400 ValidationError')
    assert.is(await (await fetch(`${endpoint}/other`)).text(), 'passed on: /other')
    known = false
    assert.is(await assume(await issuer.sign()), '400 InvalidIdentityToken')
  } finally {
    for (const server of [sts, upstream]) server.close()
    issuer.close()
  }
})

test.run()
