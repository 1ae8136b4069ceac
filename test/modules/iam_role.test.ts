import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { iam_role } from '../../src/modules/iam_role.ts'
import { Shown } from '../helpers/iam-double/account.ts'
import { Refusal } from '../helpers/iam-double/protocol.ts'
import { failureOf } from '../helpers/module-harness.ts'
import { diffsOf, diffText, type Session, withDouble } from './aws/with-double.ts'

const test = suite('iam_role')
const NAME = 'k3s-demo-app'
const HOST = 'id.example.com'
const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${HOST}`
const ARN = `arn:aws:iam::123456789012:role/${NAME}`
const SSM = 'arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess'
const S3 = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const POWER = 'arn:aws:iam::aws:policy/PowerUserAccess'

const trust = (sub = 'system:serviceaccount:default:demo-service-account') => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: PROVIDER },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: sub } },
    },
  ],
})
const READ_S3 = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] }
const WANTED = {
  name: NAME,
  assume_role_policy_document: trust(),
  managed_policies: [SSM],
  inline_policies: { s3: READ_S3 },
  description: 'what pods of the demo may do',
  max_session_duration: 7200,
  tags: { cluster: 'k3s' },
  create_instance_profile: false,
}

const role = ({ account }: Session, name = NAME) => account.roles.get(name.toLowerCase())?.now

/** An account with the provider that the trust policies name. */
function withProvider(work: (session: Session) => Promise<void>): Promise<void> {
  return withDouble(async (session) => {
    const provider = {
      url: `https://${HOST}`,
      clientIds: [],
      thumbprints: [],
      tags: new Map<string, string>(),
    }
    const shown = new Shown<typeof provider>()
    shown.write(provider, 0)
    session.account.providers.set(PROVIDER, shown)
    await work(session)
  })
}

async function created(session: Session, args: object = WANTED): Promise<void> {
  await session.run(iam_role, args as Record<string, unknown>)
  session.writes()
}

test('an empty account gets the role with all that hangs on it; the second run writes nothing', async () => {
  await withProvider(async (session) => {
    const { fields } = await session.run(iam_role, WANTED)
    assert.is(fields.changed, true)
    assert.equal(session.writes(), ['CreateRole', 'AttachRolePolicy', 'PutRolePolicy'])
    const result = fields.iam_role as Record<string, unknown>
    assert.is(result.arn, ARN)
    assert.is(result.role_name, NAME)
    assert.is(result.path, '/')
    assert.is(result.max_session_duration, 7200)
    assert.equal(result.tags, { cluster: 'k3s' })
    assert.equal(result.attached_policies, [{ policy_arn: SSM, policy_name: 'AmazonSSMReadOnlyAccess' }])
    assert.equal(result.assume_role_policy_document, trust())
    const second = await session.run(iam_role, WANTED)
    assert.is(second.fields.changed, false)
    assert.equal(second.fields.iam_role, result)
    assert.equal(session.writes(), [])
  })
})

test('check mode shows the whole plan, foretells the ARN, and calls no writing API', async () => {
  await withProvider(async (session) => {
    const outcome = await session.run(iam_role, { ...WANTED, path: '/demo/' }, { check: true })
    assert.is(outcome.fields.changed, true)
    assert.is((outcome.fields.iam_role as { arn: string }).arn, `arn:aws:iam::123456789012:role/demo/${NAME}`)
    const text = diffText(outcome)
    assert.match(text, 'state: present\npath: /demo/\ndescription: what pods')
    assert.match(text, `managed_policies: ["${SSM}"]`)
    assert.match(text, `=>\n{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",`)
    assert.match(text, `"${HOST}:sub": "system:serviceaccount:default:demo-service-account"`)
    assert.match(text, '"Action": "s3:Get*"')
    assert.equal(session.writes(), [])
  })
})

const DRIFT: readonly (readonly [
  string,
  (found: NonNullable<ReturnType<typeof role>>) => void,
  readonly string[],
])[] = [
  [
    'a trust policy edited by hand',
    (found) => {
      found.trust = JSON.stringify(trust('system:serviceaccount:*:*'))
    },
    ['UpdateAssumeRolePolicy'],
  ],
  ['a detached policy', (found) => found.attached.splice(0), ['AttachRolePolicy']],
  [
    'a policy attached by hand',
    (found) => found.attached.push(POWER, S3),
    ['DetachRolePolicy', 'DetachRolePolicy'],
  ],
  ['an inline policy deleted by hand', (found) => found.inline.clear(), ['PutRolePolicy']],
  [
    'an inline policy added by hand',
    (found) => found.inline.set('x', JSON.stringify(READ_S3)),
    ['DeleteRolePolicy'],
  ],
  [
    'an inline policy edited by hand',
    (found) => found.inline.set('s3', JSON.stringify(READ_S3).replace('s3:Get*', 's3:*')),
    ['PutRolePolicy'],
  ],
  [
    'a session duration changed by hand',
    (found) => {
      found.duration = 3600
    },
    ['UpdateRole'],
  ],
  [
    'tags changed by hand',
    (found) => found.tags.set('cluster', 'x').set('more', 'x'),
    ['UntagRole', 'TagRole'],
  ],
  [
    'a boundary set by hand',
    (found) => {
      found.boundary = POWER
    },
    ['DeleteRolePermissionsBoundary'],
  ],
]

for (const [name, damage, repair] of DRIFT) {
  test(`${name} is repaired, and only that`, async () => {
    await withProvider(async (session) => {
      const args = { ...WANTED, boundary: '' }
      await created(session, args)
      const found = role(session)
      if (found !== undefined) damage(found)
      const check = await session.run(iam_role, args, { check: true })
      assert.is(check.fields.changed, true)
      assert.equal(session.writes(), [])
      const { changes } = await session.run(iam_role, args)
      assert.equal(changes, check.changes)
      assert.is(changes.length, 1)
      assert.equal(session.writes(), repair)
      assert.is((await session.run(iam_role, args)).fields.changed, false)
    })
  })
}

test('the diff of an edited trust policy shows what was edited, in JSON', async () => {
  await withProvider(async (session) => {
    await created(session)
    const found = role(session)
    if (found) found.trust = JSON.stringify(trust('system:serviceaccount:x:y'))
    const [diff] = diffsOf(await session.run(iam_role, WANTED, { check: true }))
    assert.is(diff?.before_header, `trust policy of ${NAME}`)
    const lines = (text = '') => text.split('\n')
    const fresh = lines(diff?.after).filter((line) => !lines(diff?.before).includes(line))
    assert.equal(fresh, [`          "${HOST}:sub": "system:serviceaccount:default:demo-service-account"`])
  })
})

test('the same policy in other words is no change', async () => {
  await withProvider(async (session) => {
    await created(session)
    const found = role(session)
    const [statement] = trust().Statement
    if (found === undefined || statement === undefined) throw new Error('not created')
    const { Condition, Effect, Action, Principal } = statement
    const StringEquals = Object.fromEntries(
      Object.entries(Condition.StringEquals)
        .reverse()
        .map(([key, value]) => [key, [value]]),
    )
    const other = { Condition: { StringEquals }, Sid: '', Principal, Action: [Action, Action], Effect }
    found.trust = JSON.stringify({ Statement: other, Version: '2012-10-17' }, null, 4)
    assert.is((await session.run(iam_role, WANTED)).fields.changed, false)
    const text = { ...WANTED, assume_role_policy_document: JSON.stringify(trust()) }
    assert.is((await session.run(iam_role, text)).fields.changed, false)
  })
})

test('what no parameter speaks of is left alone', async () => {
  await withProvider(async (session) => {
    await created(session)
    const bare = { name: NAME, assume_role_policy_document: trust(), create_instance_profile: false }
    assert.is((await session.run(iam_role, bare)).fields.changed, false)
    const more = {
      ...bare,
      managed_policies: [S3],
      purge_policies: false,
      tags: { a: 'b' },
      purge_tags: false,
    }
    await session.run(iam_role, more)
    assert.equal(session.writes(), ['TagRole', 'AttachRolePolicy'])
    assert.equal(role(session)?.attached, [SSM, S3])
    await session.run(iam_role, { ...bare, managed_policies: [] })
    assert.equal(role(session)?.attached, [])
  })
})

test('policies by name are looked up, the account’s own before Amazon’s', async () => {
  await withProvider(async (session) => {
    const own = 'arn:aws:iam::123456789012:policy/mine'
    session.account.policies.set(own, 'mine')
    const args = { ...WANTED, managed_policies: ['PowerUserAccess', 'mine', SSM] }
    await session.run(iam_role, args)
    assert.equal(role(session)?.attached.sort(), [own, SSM, POWER].sort())
    assert.is((await session.run(iam_role, args)).fields.changed, false)
    const failure = await failureOf(session.run(iam_role, { ...args, managed_policies: ['Nobody'] }))
    assert.match(failure.message, 'there is no managed policy named Nobody')
  })
})

test('ten policies can be exchanged for ten others', async () => {
  await withProvider(async (session) => {
    const some = (prefix: string) =>
      Array.from({ length: 10 }, (_, n) => `arn:aws:iam::123456789012:policy/${prefix}${n}`)
    for (const arn of [...some('a'), ...some('b')])
      session.account.policies.set(arn, arn.replace(/^.*\//, ''))
    await created(session, { ...WANTED, managed_policies: some('a') })
    await session.run(iam_role, { ...WANTED, managed_policies: some('b') })
    assert.equal(role(session)?.attached, some('b'))
  })
})

test('an instance profile comes with it unless it is not wanted, and leaves with it when told to', async () => {
  await withProvider(async (session) => {
    const args = { name: NAME, assume_role_policy_document: trust() }
    await session.run(iam_role, args)
    assert.equal(session.writes(), ['CreateRole', 'CreateInstanceProfile', 'AddRoleToInstanceProfile'])
    assert.is((await session.run(iam_role, args)).fields.changed, false)
    await session.run(iam_role, { name: NAME, state: 'absent', delete_instance_profile: true })
    assert.is(session.account.profiles.size, 0)
    assert.is(role(session), undefined)
  })
})

test('absent takes away all that hangs on the role, once', async () => {
  await withProvider(async (session) => {
    const args = { name: NAME, state: 'absent' }
    assert.is((await session.run(iam_role, args)).fields.changed, false)
    await created(session, { ...WANTED, create_instance_profile: true })
    assert.is((await session.run(iam_role, args, { check: true })).fields.changed, true)
    assert.equal(session.writes(), [])
    assert.is((await session.run(iam_role, args)).fields.changed, true)
    assert.equal(session.writes(), [
      'RemoveRoleFromInstanceProfile',
      'DetachRolePolicy',
      'DeleteRolePolicy',
      'DeleteRole',
    ])
    assert.is((await session.run(iam_role, args)).fields.changed, false)
  })
})

test('reads that lag behind are waited for, and never make it write twice', async () => {
  await withProvider(async (session) => {
    session.account.lag = 3
    await session.run(iam_role, WANTED)
    assert.equal(session.writes(), ['CreateRole', 'AttachRolePolicy', 'PutRolePolicy'])
    assert.is((await session.run(iam_role, WANTED)).fields.changed, false)
    await session.run(iam_role, {
      ...WANTED,
      assume_role_policy_document: trust('system:serviceaccount:a:b'),
    })
    assert.equal(session.writes(), ['UpdateAssumeRolePolicy'])
  })
})

test('a principal that IAM does not know yet is waited for; one that never comes is an error', async () => {
  await withProvider(async (session) => {
    const provider = session.account.providers.get(PROVIDER)
    provider?.write(undefined, 0)
    provider?.write({ url: '', clientIds: [], thumbprints: [], tags: new Map() }, 2)
    await session.run(iam_role, WANTED)
    assert.equal(session.writes().slice(0, 3), ['CreateRole', 'CreateRole', 'CreateRole'])
    provider?.write(undefined, 0)
    const other = { ...WANTED, assume_role_policy_document: trust('x'), wait_timeout: 1 }
    const failure = await failureOf(session.run(iam_role, other))
    assert.match(
      failure.describe(),
      /AWS refuses the policy \(iam:UpdateAssumeRolePolicy\): Invalid principal.*\n.*exists/,
    )
  })
})

test('a malformed policy is told at once', async () => {
  await withProvider(async (session) => {
    const args = { ...WANTED, assume_role_policy_document: { Statement: [{ Effect: 'Allow' }] } }
    assert.match(
      (await failureOf(session.run(iam_role, args))).message,
      'AWS refuses the policy (iam:CreateRole)',
    )
    assert.equal(session.writes(), ['CreateRole'])
  })
})

test('a create whose answer got lost ends with one role, as wanted', async () => {
  await withProvider(async (session) => {
    session.fail('CreateRole', { drop: true })
    session.fail('AttachRolePolicy', { drop: true })
    const { fields } = await session.run(iam_role, WANTED)
    assert.is((fields.iam_role as { arn: string }).arn, ARN)
    assert.equal(role(session)?.attached, [SSM])
    assert.is((await session.run(iam_role, WANTED)).fields.changed, false)
  })
})

test('answers that got lost do no harm, whichever they are', async () => {
  await withProvider(async (session) => {
    const args = { ...WANTED, create_instance_profile: true }
    const drop = (...actions: readonly string[]) => {
      for (const action of actions) session.fail(action, { drop: true })
    }
    drop(
      'CreateRole',
      'AttachRolePolicy',
      'PutRolePolicy',
      'CreateInstanceProfile',
      'AddRoleToInstanceProfile',
    )
    await session.run(iam_role, args)
    assert.is((await session.run(iam_role, args)).fields.changed, false)
    drop('DetachRolePolicy', 'DeleteRolePolicy')
    await session.run(iam_role, { ...args, managed_policies: [], inline_policies: {} })
    await session.run(iam_role, args)
    drop(
      'RemoveRoleFromInstanceProfile',
      'DeleteInstanceProfile',
      'DetachRolePolicy',
      'DeleteRolePolicy',
      'DeleteRole',
    )
    await session.run(iam_role, { name: NAME, state: 'absent', delete_instance_profile: true })
    assert.is(role(session), undefined)
    assert.is(session.account.profiles.size, 0)
  })
})

test('a run that was cut off after the create is taken up by the next', async () => {
  await withProvider(async (session) => {
    const denied = new Refusal('AccessDenied', 'User: u is not authorized to perform: iam:AttachRolePolicy')
    session.fail('AttachRolePolicy', { refuse: denied })
    const failure = await failureOf(session.run(iam_role, WANTED))
    assert.match(failure.message, /access denied.*iam:AttachRolePolicy/)
    session.writes()
    await session.run(iam_role, WANTED)
    assert.equal(session.writes(), ['AttachRolePolicy', 'PutRolePolicy'])
    assert.is((await session.run(iam_role, WANTED)).fields.changed, false)
  })
})

test('somebody else’s change at the same time is waited for', async () => {
  await withProvider(async (session) => {
    const busy = { refuse: new Refusal('ConcurrentModification', 'try again') }
    session.fail('CreateRole', busy, busy)
    session.fail('AttachRolePolicy', busy)
    await session.run(iam_role, WANTED)
    assert.equal(role(session)?.attached, [SSM])
  })
})

test('a role with another path, or whose name differs in case, is told of', async () => {
  await withProvider(async (session) => {
    await created(session, { ...WANTED, path: '/other/' })
    const failure = await failureOf(session.run(iam_role, { ...WANTED, path: '/' }))
    assert.match(
      failure.message,
      `the role ${NAME} exists with the path /other/ and not /; IAM cannot change`,
    )
    assert.is((await session.run(iam_role, WANTED)).fields.changed, false)
    const name = NAME.toUpperCase()
    const clash = await failureOf(session.run(iam_role, { ...WANTED, name, wait_timeout: 1 }))
    assert.match(clash.describe(), /it exists already \(iam:CreateRole\).*\n.*differs from it in that alone/)
  })
})

const WRONG: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
  [{ name: 'a b' }, /name is 'a b'; it must have 1 to 64/],
  [{ path: 'demo' }, /path is 'demo'; it must begin and end with a slash/],
  [{ max_session_duration: 60 }, /between 3600 and 43200/],
  [{ boundary: 'x' }, /must be the ARN of a policy/],
  [{ boundary: POWER, create_instance_profile: true }, /create_instance_profile: false/],
  [{ assume_role_policy_document: '{' }, /assume_role_policy_document is not JSON/],
  [{ assume_role_policy_document: [1] }, /must be a policy document/],
  [{ inline_policies: { x: 'nonsense' } }, /inline_policies.x is not JSON/],
  [
    { assume_role_policy_document: undefined },
    /state is present but all of the following are missing|assume_role/,
  ],
]

for (const [args, message] of WRONG) {
  test(`AWS is not asked about ${JSON.stringify(args)}`, async () => {
    await withProvider(async (session) => {
      try {
        await session.run(iam_role, { ...WANTED, ...args })
        assert.unreachable()
      } catch (error) {
        assert.match((error as Error).message, message)
      }
      assert.is(session.calls.length, 0)
    })
  })
}

test.run()
