import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodePolicy, formatPolicy, readPolicy, samePolicy } from '../../../src/modules/aws/policy.ts'

const test = suite('IAM policies')

const statement = (more: object) => ({ Effect: 'Allow', Action: 'a:B', ...more })
const policy = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements })

const SAME: readonly (readonly [string, object, object])[] = [
  [
    'a statement and a list of it',
    policy(statement({})),
    { Version: '2012-10-17', Statement: statement({}) },
  ],
  ['a value and a list of it', policy(statement({ Action: 'x' })), policy(statement({ Action: ['x'] }))],
  [
    'lists in any order',
    policy(statement({ Action: ['x', 'y'] })),
    policy(statement({ Action: ['y', 'x', 'y'] })),
  ],
  [
    'statements in any order',
    policy(statement({ Sid: 'a' }), statement({ Sid: 'b' })),
    policy(statement({ Sid: 'b' }), statement({ Sid: 'a' })),
  ],
  ['keys in any order', policy({ Effect: 'Deny', Action: 'x' }), policy({ Action: 'x', Effect: 'Deny' })],
  ['an empty Sid and none', policy(statement({ Sid: '' })), policy(statement({}))],
  ['no version and the oldest', { Statement: [] }, { Version: '2008-10-17', Statement: [] }],
  ['everyone', policy(statement({ Principal: '*' })), policy(statement({ Principal: { AWS: ['*'] } }))],
  [
    'an account and the ARN of its root',
    policy(statement({ Principal: { AWS: '123456789012' } })),
    policy(statement({ Principal: { AWS: 'arn:aws-cn:iam::123456789012:root' } })),
  ],
  [
    'values of conditions as text or not',
    policy(statement({ Condition: { Bool: { 'aws:x': true }, NumericEquals: { n: [1, 2] } } })),
    policy(statement({ Condition: { NumericEquals: { n: ['2', '1'] }, Bool: { 'aws:x': ['true'] } } })),
  ],
]

for (const [name, one, other] of SAME) {
  test(`${name} mean the same`, () => {
    assert.ok(samePolicy(one as never, other as never))
    assert.is(formatPolicy(one as never), formatPolicy(other as never))
  })
}

const DIFFERENT: readonly (readonly [string, object, object])[] = [
  ['effects', policy(statement({})), policy(statement({ Effect: 'Deny' }))],
  ['actions', policy(statement({ Action: 'x' })), policy(statement({ Action: ['x', 'y'] }))],
  [
    'kinds of principals',
    policy(statement({ Principal: { AWS: 'x' } })),
    policy(statement({ Principal: { Federated: 'x' } })),
  ],
  [
    'operators of conditions',
    policy(statement({ Condition: { StringEquals: { a: 'b' } } })),
    policy(statement({ Condition: { StringLike: { a: 'b' } } })),
  ],
  ['an exception', policy(statement({ Action: 'x' })), policy({ Effect: 'Allow', NotAction: 'x' })],
  ['versions', { Statement: [] }, policy()],
]

for (const [name, one, other] of DIFFERENT) {
  test(`${name} make a difference`, () => assert.not(samePolicy(one as never, other as never)))
}

test('a policy as IAM gives it back is read, and what is none differs from all', () => {
  const given = policy(statement({ Resource: 'arn:aws:s3:::%/x y' }))
  assert.equal(decodePolicy(encodeURIComponent(JSON.stringify(given))), given)
  assert.not(samePolicy(decodePolicy('%'), policy()))
  assert.not(samePolicy(decodePolicy('[]'), policy()))
})

test('a policy may be given as data or as text', () => {
  assert.equal(readPolicy('{"Statement": []}', 'p'), { Statement: [] })
  assert.equal(readPolicy({ Statement: [] }, 'p'), { Statement: [] })
  assert.throws(() => readPolicy('nonsense', 'p'), /p is not JSON/)
  assert.throws(() => readPolicy('[]', 'p'), /p must be a policy document/)
})

test('the text starts as policies do', () => {
  const text = formatPolicy(policy({ Condition: {}, Action: 'x', Principal: '*', Effect: 'Allow', Sid: 's' }))
  assert.equal(
    [...text.matchAll(/"(\w+)":/g)].map(([, key]) => key),
    ['Version', 'Statement', 'Sid', 'Effect', 'Principal', 'AWS', 'Action', 'Condition'],
  )
})

test.run()
