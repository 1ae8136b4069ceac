import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { iam_oidc_provider } from '../../src/modules/iam_oidc_provider.ts'
import { Refusal } from '../helpers/iam-double/protocol.ts'
import { failureOf } from '../helpers/module-harness.ts'
import { diffText, type Session, withDouble } from './aws/with-double.ts'

const test = suite('iam_oidc_provider')
const URL = 'https://id.example.com/cluster'
const ARN = 'arn:aws:iam::123456789012:oidc-provider/id.example.com/cluster'
const WANTED = { url: URL, client_id_list: ['sts.amazonaws.com'], tags: { cluster: 'k3s' } }
const CREATE = 'CreateOpenIDConnectProvider'

const provider = ({ account }: Session) => account.providers.get(ARN)?.now
async function created(session: Session, args: object = WANTED): Promise<void> {
  await session.run(iam_oidc_provider, args as Record<string, unknown>)
  session.writes()
}

test('an empty account gets one; the second run writes nothing and changes nothing', async () => {
  await withDouble(async (session) => {
    const first = await session.run(iam_oidc_provider, WANTED)
    assert.is(first.fields.changed, true)
    assert.is(first.fields.open_id_connect_provider_arn, ARN)
    assert.equal(session.writes(), [CREATE])
    assert.equal(first.fields.open_id_connect_provider, {
      url: 'id.example.com/cluster',
      client_id_list: ['sts.amazonaws.com'],
      thumbprint_list: ['ab'.repeat(20)],
      tags: { cluster: 'k3s' },
      create_date: '2026-01-02T03:04:05.000Z',
    })
    const second = await session.run(iam_oidc_provider, WANTED)
    assert.is(second.fields.changed, false)
    assert.is(second.fields.open_id_connect_provider_arn, ARN)
    assert.equal(session.writes(), [])
  })
})

test('check mode shows the whole plan, foretells the ARN, and calls no writing API', async () => {
  await withDouble(async (session) => {
    const outcome = await session.run(iam_oidc_provider, WANTED, { check: true })
    assert.is(outcome.fields.changed, true)
    assert.is(outcome.fields.open_id_connect_provider_arn, ARN)
    assert.is(
      diffText(outcome),
      [
        'state: absent\nurl: \nclient_id_list: []\ntags: {}\n=>',
        `state: present\nurl: ${URL}\nclient_id_list: ["sts.amazonaws.com"]\ntags: {"cluster":"k3s"}\n`,
      ].join('\n'),
    )
    assert.equal(session.writes(), [])
    assert.equal(
      session.calls.map(({ action }) => action),
      ['ListOpenIDConnectProviders', 'GetCallerIdentity'],
    )
  })
})

const DRIFT: readonly (readonly [string, (session: Session) => void, readonly string[]])[] = [
  [
    'an audience removed by hand',
    (session) => {
      const found = provider(session)
      if (found) found.clientIds = []
    },
    ['AddClientIDToOpenIDConnectProvider'],
  ],
  [
    'an audience added by hand',
    (session) => provider(session)?.clientIds.push('other'),
    ['RemoveClientIDFromOpenIDConnectProvider'],
  ],
  [
    'a thumbprint changed by hand',
    (session) => provider(session)?.thumbprints.splice(0, 1, '00'.repeat(20)),
    ['UpdateOpenIDConnectProviderThumbprint'],
  ],
  [
    'a tag changed by hand',
    (session) => provider(session)?.tags.set('cluster', 'x'),
    ['TagOpenIDConnectProvider'],
  ],
  ['a tag added by hand', (session) => provider(session)?.tags.set('x', 'y'), ['UntagOpenIDConnectProvider']],
]

for (const [name, damage, repair] of DRIFT) {
  test(`${name} is repaired, and only that`, async () => {
    await withDouble(async (session) => {
      const args = { ...WANTED, thumbprint_list: ['CD'.repeat(20)] }
      await created(session, args)
      damage(session)
      const check = await session.run(iam_oidc_provider, args, { check: true })
      assert.is(check.fields.changed, true)
      assert.equal(session.writes(), [])
      const { changes } = await session.run(iam_oidc_provider, args)
      assert.equal(changes, check.changes)
      assert.is(changes.length, 1)
      assert.equal(session.writes(), repair)
      assert.is((await session.run(iam_oidc_provider, args)).fields.changed, false)
    })
  })
}

test('what no parameter speaks of is left alone', async () => {
  await withDouble(async (session) => {
    await created(session)
    provider(session)?.thumbprints.push('00'.repeat(20))
    provider(session)?.clientIds.push('other')
    provider(session)?.tags.set('aws:cloudformation', 'x')
    assert.is((await session.run(iam_oidc_provider, { url: URL })).fields.changed, false)
    const tagged = { url: URL, tags: {}, purge_tags: false }
    assert.is((await session.run(iam_oidc_provider, tagged)).fields.changed, false)
    const purged = await session.run(iam_oidc_provider, { url: URL, tags: {} })
    assert.equal(purged.changes, [
      {
        what: 'tags',
        before: { 'aws:cloudformation': 'x', cluster: 'k3s' },
        after: { 'aws:cloudformation': 'x' },
      },
    ])
  })
})

test('the order of audiences and the case of thumbprints do not matter', async () => {
  await withDouble(async (session) => {
    await created(session, { url: URL, client_id_list: ['a', 'b'], thumbprint_list: ['ab'.repeat(20)] })
    const same = { url: URL, client_id_list: ['b', 'a', 'a'], thumbprint_list: ['AB'.repeat(20)] }
    assert.is((await session.run(iam_oidc_provider, same)).fields.changed, false)
  })
})

test('a hundred audiences can all be exchanged', async () => {
  await withDouble(async (session) => {
    const some = (prefix: string) => Array.from({ length: 100 }, (_, n) => `${prefix}${n}`)
    await created(session, { url: URL, client_id_list: some('a') })
    await session.run(iam_oidc_provider, { url: URL, client_id_list: [...some('a').slice(0, 99), 'b'] })
    assert.equal(session.writes(), [
      'RemoveClientIDFromOpenIDConnectProvider',
      'AddClientIDToOpenIDConnectProvider',
    ])
  })
})

test('absent removes it, once', async () => {
  await withDouble(async (session) => {
    const args = { url: URL, state: 'absent' }
    assert.is((await session.run(iam_oidc_provider, args)).fields.changed, false)
    await created(session)
    assert.is((await session.run(iam_oidc_provider, args, { check: true })).fields.changed, true)
    assert.equal(session.writes(), [])
    const { fields } = await session.run(iam_oidc_provider, args)
    assert.is(fields.changed, true)
    assert.is(fields.open_id_connect_provider_arn, ARN)
    assert.is(provider(session), undefined)
    assert.is((await session.run(iam_oidc_provider, args)).fields.changed, false)
  })
})

test('reads that lag behind are waited for', async () => {
  await withDouble(async (session) => {
    session.account.lag = 3
    await session.run(iam_oidc_provider, WANTED)
    assert.equal(session.writes(), [CREATE])
    assert.is((await session.run(iam_oidc_provider, WANTED)).fields.changed, false)
    const more = { ...WANTED, client_id_list: ['sts.amazonaws.com', 'b'] }
    await session.run(iam_oidc_provider, more)
    assert.equal(session.writes(), ['AddClientIDToOpenIDConnectProvider'])
    assert.is((await session.run(iam_oidc_provider, more)).fields.changed, false)
    await session.run(iam_oidc_provider, { url: URL, state: 'absent' })
    assert.is((await session.run(iam_oidc_provider, { url: URL, state: 'absent' })).fields.changed, false)
  })
})

test('changes that never show are told of, and not waited for without wait', async () => {
  await withDouble(async (session) => {
    await created(session)
    session.account.lag = 1000
    const more = { ...WANTED, client_id_list: ['b'], wait_timeout: 1 }
    const failure = await failureOf(session.run(iam_oidc_provider, more))
    assert.match(failure.message, 'IAM does not show the changes 1 seconds later: client_id_list')
    await session.run(iam_oidc_provider, { ...more, client_id_list: ['c'], wait: false })
  })
})

test('one that another run made in the meantime is adopted, and brought to the wanted state', async () => {
  await withDouble(async (session) => {
    // The listing of the first read is stale: as if it were made right after it.
    await created(session, { url: URL, client_id_list: ['other'] })
    const found = session.account.providers.get(ARN)
    found?.write(found.now, 0)
    session.account.providers.delete(ARN)
    const plan = session.run(iam_oidc_provider, WANTED)
    session.fail('GetCallerIdentity', { slow: 100 })
    while (!session.calls.some(({ action }, n) => n > 2 && action === 'GetCallerIdentity'))
      await new Promise((resolve) => setImmediate(resolve))
    if (found !== undefined) session.account.providers.set(ARN, found)
    const { fields } = await plan
    assert.is(fields.changed, true)
    assert.is(fields.open_id_connect_provider_arn, ARN)
    assert.equal(provider(session)?.clientIds, ['sts.amazonaws.com'])
    assert.is((await session.run(iam_oidc_provider, WANTED)).fields.changed, false)
  })
})

test('a create whose answer got lost ends with one provider, as wanted', async () => {
  await withDouble(async (session) => {
    session.fail(CREATE, { drop: true })
    const { fields } = await session.run(iam_oidc_provider, WANTED)
    assert.is(fields.open_id_connect_provider_arn, ARN)
    assert.equal(session.writes(), [CREATE, CREATE])
    assert.is((await session.run(iam_oidc_provider, WANTED)).fields.changed, false)
  })
})

const throttled = { refuse: new Refusal('Throttling', 'Rate exceeded', 400) }

test('throttling, server errors and lost connections are tried again, within bounds', async () => {
  await withDouble(async (session) => {
    session.fail(
      '*',
      throttled,
      throttled,
      { raw: { status: 502, body: '<html>Bad Gateway</html>' } },
      { drop: true },
    )
    assert.is((await session.run(iam_oidc_provider, WANTED)).fields.changed, true)
    session.fail(
      'ListOpenIDConnectProviders',
      ...Array.from({ length: 20 }, () => ({ raw: { status: 500, body: '<h1>no</h1>' } })),
    )
    const before = session.calls.length
    const failure = await failureOf(session.run(iam_oidc_provider, WANTED))
    assert.match(failure.message, /iam:ListOpenIDConnectProviders failed \(HTTP 500\)/)
    assert.is(session.calls.length, before + 5)
  })
})

const REFUSALS: readonly (readonly [string, string, Refusal, RegExp])[] = [
  [
    'access denied names the action',
    CREATE,
    new Refusal(
      'AccessDenied',
      'User: u is not authorized to perform: iam:CreateOpenIDConnectProvider on resource: r',
    ),
    /access denied: .*iam:CreateOpenIDConnectProvider.*\n.*Allow that action/,
  ],
  [
    'a quota is no throttling: it is told at once',
    CREATE,
    new Refusal('LimitExceeded', 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100'),
    /a limit of the account is reached \(iam:CreateOpenIDConnectProvider\): Cannot exceed quota/,
  ],
  [
    'an issuer that AWS cannot reach',
    CREATE,
    new Refusal('OpenIdIdpCommunicationError', 'Please check .well-known/openid-configuration of provider'),
    /AWS could not fetch the issuer's certificate .*\n.*TLS 1.2/,
  ],
  [
    'an expired token',
    'ListOpenIDConnectProviders',
    new Refusal('ExpiredToken', 'The security token included in the request is expired', 403),
    /AWS does not accept the credentials/,
  ],
]

for (const [name, action, refuse, message] of REFUSALS) {
  test(name, async () => {
    await withDouble(async (session) => {
      session.fail(action, { refuse }, { refuse }, { refuse })
      const failure = await failureOf(session.run(iam_oidc_provider, WANTED))
      assert.match(failure.describe(), message)
      assert.is(session.calls.filter((call) => call.action === action).length, 1)
      assert.equal((failure.result.error as { code: string }).code, refuse.awsCode)
    })
  })
}

test('without credentials nothing is asked, and it is said how to give them', async () => {
  await withDouble(async (session) => {
    const environment = { AWS_ENDPOINT_URL: session.url, AWS_PROFILE: 'no-such-profile' }
    const failure = await failureOf(session.run(iam_oidc_provider, WANTED, { environment }))
    assert.match(
      failure.describe(),
      /no usable AWS credentials for iam:ListOpenIDConnectProviders.*\n.*AWS_PROFILE/s,
    )
    assert.is(session.calls.length, 0)
  })
})

test('keys can be parameters; wrong ones are told', async () => {
  await withDouble(async (session) => {
    const args = { ...WANTED, endpoint_url: session.url, access_key: 'AKIADOUBLE', secret_key: 'secret' }
    assert.is((await session.run(iam_oidc_provider, args, { environment: {} })).fields.changed, true)
    const wrong = session.run(iam_oidc_provider, { ...args, access_key: 'AKIAWRONG' }, { environment: {} })
    assert.match((await failureOf(wrong)).message, 'AWS does not accept the credentials')
  })
})

const WRONG: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
  [{ url: 'http://id.example.com' }, /must begin with 'https:\/\/'/],
  [{ url: 'id.example.com' }, /must begin with 'https:\/\/'/],
  [{ url: 'https://id.example.com:8443' }, /must not have a port/],
  [{ url: 'https://id.example.com:443/x' }, /must not have a port/],
  [{ url: 'https://id.example.com?x=1' }, /must not have a query/],
  [{ url: `https://id.example.com/${'x'.repeat(255)}` }, /at most 255 characters/],
  [{ url: URL, client_id_list: ['x'.repeat(256)] }, /1 to 255 characters/],
  [{ url: URL, client_id_list: Array.from({ length: 101 }, (_, n) => `${n}`) }, /AWS allows 100/],
  [{ url: URL, thumbprint_list: ['ab'] }, /40 hexadecimal digits/],
  [{ url: URL, thumbprint_list: Array.from({ length: 6 }, (_, n) => `${n}`.repeat(40)) }, /AWS allows 5/],
  [{ url: URL, thumbprint_list: ['ab'.repeat(20)], fetch_thumbprint: true }, /mutually exclusive/],
  [{ url: URL, profile: 'a', access_key: 'b', secret_key: 'c' }, /mutually exclusive: profile, access_key/],
  [{ url: URL, access_key: 'b' }, /required together|access_key, secret_key/],
  [{ url: URL, endpoint_url: 'localhost' }, /endpoint_url is 'localhost'/],
]

for (const [args, message] of WRONG) {
  test(`AWS is not asked about ${JSON.stringify(args).slice(0, 80)}`, async () => {
    await withDouble(async (session) => {
      try {
        await session.run(iam_oidc_provider, args)
        assert.unreachable()
      } catch (error) {
        assert.match((error as Error).message, message)
      }
      assert.is(session.calls.length, 0)
    })
  })
}

test("a task's environment can only set what is read", async () => {
  await withDouble(async (session) => {
    const environment = { ...session.environment, AWS_ROLE_ARN: 'x' }
    try {
      await session.run(iam_oidc_provider, WANTED, { environment })
      assert.unreachable()
    } catch (error) {
      assert.match(
        (error as Error).message,
        'environment sets AWS_ROLE_ARN, which modules for AWS do not read',
      )
    }
  })
})

test.run()
