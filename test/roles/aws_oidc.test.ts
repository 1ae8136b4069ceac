import { resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Play } from '../../src/playbook/types.ts'
import { type Ran, runPlaybook } from '../helpers/playbook-harness.ts'
import { type Session, withDouble } from '../modules/aws/with-double.ts'
import { type IssuerServer, RSA_KEY, type Served, startIssuer } from './issuer.ts'

const test = suite('role aws_oidc')
const ROLE = 'arn:aws:iam::123456789012:role/k3s-demo-app'
const LOOK = 'aws_oidc : Look at the issuer as AWS will'
const REMEMBER = 'aws_oidc : Remember its ARN'

function run(
  session: Session,
  issuer: { readonly url: string; readonly authority?: IssuerServer['authority'] },
  options: {
    readonly check?: boolean
    readonly tasks_from?: string
    readonly vars?: Record<string, unknown>
  } = {},
): Promise<Ran> {
  const { check = false, tasks_from = 'main', vars = {} } = options
  const play: Partial<Play> = {
    environment: session.environment,
    vars: {
      oidc_issuer: issuer.url,
      oidc_ca_file: issuer.authority?.certificateFile ?? '',
      ...vars,
    },
    tasks: [{ import_role: { name: 'aws_oidc', tasks_from } }],
  }
  return runPlaybook([play], { check, diff: true, rolesPath: [resolve('roles')] })
}

const statuses = ({ lines }: Ran) => lines.map((line) => line.replace(' one ', ' '))

async function withIssuer(
  served: Served,
  options: Parameters<typeof startIssuer>[1],
  work: (issuer: IssuerServer) => Promise<void>,
) {
  const issuer = await startIssuer(served, options)
  try {
    await work(issuer)
  } finally {
    issuer.close()
  }
}

const root = process.getuid?.() === 0
const onPort443 = root ? test : test.skip

onPort443(
  'AWS comes to trust the issuer, and the ARN is remembered; the second run changes nothing',
  async () => {
    await withIssuer({}, { port: 443 }, async (issuer) => {
      await withDouble(async (session) => {
        const foreseen = await run(session, issuer, { check: true })
        assert.is(foreseen.exitCode, 0, JSON.stringify(foreseen.lines))
        assert.equal(session.writes(), [])
        assert.equal(foreseen.fields(REMEMBER).ansible_facts, { role_arn: ROLE })
        const diff = JSON.stringify(foreseen.events)
        assert.match(diff, `${issuer.address}:sub`)
        assert.match(diff, 'state: present')
        const first = await run(session, issuer)
        assert.equal(statuses(first), statuses(foreseen))
        assert.equal(first.hosts.get('one')?.changed, 2)
        assert.equal(session.writes(), ['CreateOpenIDConnectProvider', 'CreateRole', 'AttachRolePolicy'])
        assert.equal(first.fields(REMEMBER).ansible_facts, { role_arn: ROLE })
        assert.equal(JSON.parse(session.account.roles.get('k3s-demo-app')?.now?.trust ?? ''), {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer.address}` },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: {
                  [`${issuer.address}:aud`]: 'sts.amazonaws.com',
                  [`${issuer.address}:sub`]: 'system:serviceaccount:default:demo-service-account',
                },
              },
            },
          ],
        })
        const second = await run(session, issuer)
        assert.is(second.hosts.get('one')?.changed, 0)
        assert.equal(session.writes(), [])
        const found = await run(session, issuer, { tasks_from: 'role-arn' })
        assert.equal(found.fields(REMEMBER).ansible_facts, { role_arn: ROLE })
      })
    })
  },
)

onPort443('the CA that the issuer serves is pinned when that is asked for', async () => {
  await withIssuer({}, { port: 443 }, async (issuer) => {
    await withDouble(async (session) => {
      await run(session, issuer, { vars: { oidc_pin_ca: true } })
      const [provider] = session.account.providers.values()
      assert.match(provider?.now?.thumbprints.join() ?? '', /^[0-9a-f]{40}$/)
      assert.is.not(provider?.now?.thumbprints.join(), session.account.thumbprint)
      assert.is((await run(session, issuer, { vars: { oidc_pin_ca: true } })).hosts.get('one')?.changed, 0)
    })
  })
})

test('an ARN that is not there yet is told of', async () => {
  await withDouble(async (session) => {
    const ran = await run(session, { url: 'https://id.example.com' }, { tasks_from: 'role-arn' })
    assert.match(
      String(ran.fields('aws_oidc : There must be one').msg),
      "no role k3s-demo-app in this account: run the playbook with '--tags aws'",
    )
  })
})

const jwks = (url: string) => `${url}/openid/v1/jwks`
const BAD: readonly (readonly [string, Served, RegExp])[] = [
  [
    'another issuer than the URL',
    { discovery: (url) => ({ issuer: `${url}/`, jwks_uri: jwks(url) }) },
    /names the issuer "https:\/\/.*\/", and not 'https:.*service-account-issuer/s,
  ],
  [
    'keys over plain HTTP',
    { discovery: (issuer) => ({ issuer, jwks_uri: jwks(issuer).replace('https', 'http') }) },
    /has jwks_uri "http:.*no HTTPS address.*service-account-jwks-uri/s,
  ],
  [
    'keys inside the cluster',
    { discovery: (issuer) => ({ issuer, jwks_uri: 'https://127.0.0.1:1/openid/v1/jwks' }) },
    /the keys \(jwks_uri\) cannot be fetched from https:\/\/127.0.0.1:1/,
  ],
  ['no keys', { keys: [] }, /\/openid\/v1\/jwks holds no keys/],
  ['keys without a kid', { keys: [{ ...RSA_KEY, kid: undefined }] }, /none of its keys has a kid/],
  [
    'keys for other algorithms',
    { keys: [{ ...RSA_KEY, kty: 'EC', alg: 'ES256' }] },
    /none of its keys is for RS256/,
  ],
  ['too many keys', { keys: Array.from({ length: 101 }, () => RSA_KEY) }, /holds 101 keys; AWS takes 100/],
  ['a page instead of a document', { discovery: () => '<html>' }, /is not JSON: "<html>"/],
  ['documents that are not there', { status: 404 }, /answers with status 404/],
]

for (const [name, served, reason] of BAD) {
  test(`${name}: the role stops before AWS is asked`, async () => {
    await withIssuer(served, {}, async (issuer) => stops(issuer, reason))
  })
}

test('a chain of an unknown CA: the role stops before AWS is asked', async () => {
  await withIssuer({}, {}, async ({ url }) => stops({ url }, /self.signed certificate.*oidc_ca_file/s))
  await withIssuer({}, { selfSigned: true }, async (issuer) => stops(issuer, /unable to verify|certificate/))
})

test('plain HTTP: the role stops before AWS is asked', async () => {
  await stops({ url: 'http://id.example.com' }, /the issuer 'http:\/\/id.example.com' is no HTTPS address/)
})

test('a server that does not answer: the role stops before AWS is asked', async () => {
  await stops(
    { url: 'https://127.0.0.1:1' },
    /the discovery document cannot be fetched .*ECONNREFUSED.*DNS name/s,
  )
})

async function stops(issuer: Parameters<typeof run>[1], reason: RegExp): Promise<void> {
  await withDouble(async (session) => {
    const ran = await run(session, issuer)
    assert.is(ran.exitCode, 2)
    assert.equal(statuses(ran), [`failed ${LOOK}`])
    assert.match(String(ran.fields(LOOK).msg), reason)
    assert.equal(session.calls, [])
  })
}

test.run()
