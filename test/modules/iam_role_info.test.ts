import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { iam_role } from '../../src/modules/iam_role.ts'
import { iam_role_info } from '../../src/modules/iam_role_info.ts'
import { withDouble } from './aws/with-double.ts'

const test = suite('iam_role_info')
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
}

test('roles are described by name and by path, on as many pages as there are, and nothing is changed', async () => {
  await withDouble(async (session) => {
    for (const [name, path] of Object.entries({ a: '/', b: '/x/', c: '/x/y/', d: '/x/' })) {
      const policies = {
        managed_policies: ['PowerUserAccess'],
        inline_policies: {
          i: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
        },
      }
      await session.run(iam_role, {
        name,
        path,
        assume_role_policy_document: TRUST,
        tags: { t: name },
        ...policies,
      })
    }
    session.writes()
    const ask = async (args: Record<string, unknown>) =>
      (await session.run(iam_role_info, args)).fields.iam_roles as Record<string, unknown>[]
    const [b, ...more] = await ask({ name: 'b' })
    assert.equal(more, [])
    assert.is(b?.arn, 'arn:aws:iam::123456789012:role/x/b')
    assert.equal(b?.tags, { t: 'b' })
    assert.equal(b?.assume_role_policy_document, TRUST)
    assert.equal(b?.inline_policies, ['i'])
    assert.equal(b?.managed_policies, [
      { policy_arn: 'arn:aws:iam::aws:policy/PowerUserAccess', policy_name: 'PowerUserAccess' },
    ])
    assert.match(JSON.stringify(b?.instance_profiles), '"instance_profile_name":"b"')
    assert.equal(
      (await ask({ path_prefix: 'x' })).map(({ role_name }) => role_name),
      ['b', 'c', 'd'],
    )
    assert.equal(
      (await ask({})).map(({ role_name }) => role_name),
      ['a', 'b', 'c', 'd'],
    )
    assert.equal(await ask({ name: 'nobody' }), [])
    assert.equal(session.writes(), [])
  })
})

test.run()
