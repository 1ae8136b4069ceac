import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ArgumentSpecs } from '../../../src/core/arguments.ts'
import type { Module } from '../../../src/core/module.ts'
import type { Outcome } from '../../../src/engine/execute.ts'
import { iam_oidc_provider } from '../../../src/modules/iam_oidc_provider.ts'
import { iam_role } from '../../../src/modules/iam_role.ts'
import { type FaultProxy, startFaultProxy } from '../../helpers/iam-double/fault-proxy.ts'
import { Refusal } from '../../helpers/iam-double/protocol.ts'
import { failureOf, fakeController, runModule } from '../../helpers/module-harness.ts'
import { emptyAccount, ensureLab, labUnavailable } from '../../lab/index.ts'
import { hideMachine } from '../aws/with-double.ts'

// moto is somebody else's idea of IAM: the wire format and the types of errors are proven against it, the rules that
// it does not enforce against our own strict double.
const test = suite('modules for AWS, against moto')
test.after(hideMachine())
const HOST = 'id.example.com'
const PROVIDER = {
  url: `https://${HOST}`,
  client_id_list: ['sts.amazonaws.com'],
  thumbprint_list: ['ab'.repeat(20)],
}
const ARN = `arn:aws:iam::123456789012:oidc-provider/${HOST}`
const SSM = 'arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess'
const trust = (sub: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: ARN },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: sub } },
    },
  ],
})
const ROLE = {
  name: 'k3s-demo-app',
  assume_role_policy_document: trust('system:serviceaccount:default:demo-service-account'),
  managed_policies: [SSM],
  inline_policies: {
    s3: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] },
  },
  description: 'what pods may do',
  tags: { cluster: 'k3s' },
  path: '/demo/',
}

const reason = labUnavailable()

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const { awsEndpoint } = await ensureLab()

  const withMoto = async (work: (proxy: FaultProxy, run: Run) => Promise<void>): Promise<void> => {
    await emptyAccount({ awsEndpoint })
    const proxy = await startFaultProxy(awsEndpoint)
    try {
      await work(proxy, (module, args, check = false) =>
        runModule(module, args, {
          shell: undefined,
          check,
          diff: true,
          controller: fakeController({ environment: proxy.environment }),
        }),
      )
    } finally {
      await proxy.close()
    }
  }

  test('an empty account: the plan shows all and writes nothing; then it is made; then nothing is left to do', async () => {
    await withMoto(async (proxy, run) => {
      const foreseen = await run(iam_oidc_provider, PROVIDER, true)
      assert.is(foreseen.fields.open_id_connect_provider_arn, ARN)
      assert.is((await run(iam_role, ROLE, true)).fields.changed, true)
      assert.equal(proxy.writes(), [])
      const provider = await run(iam_oidc_provider, PROVIDER)
      assert.is(provider.fields.open_id_connect_provider_arn, ARN)
      const { fields } = await run(iam_role, ROLE)
      assert.is((fields.iam_role as { arn: string }).arn, 'arn:aws:iam::123456789012:role/demo/k3s-demo-app')
      assert.equal(proxy.writes(), [
        'CreateOpenIDConnectProvider',
        'CreateRole',
        'AttachRolePolicy',
        'PutRolePolicy',
        'CreateInstanceProfile',
        'AddRoleToInstanceProfile',
      ])
      assert.is((await run(iam_oidc_provider, PROVIDER)).fields.changed, false)
      assert.is((await run(iam_role, ROLE)).fields.changed, false)
      assert.equal(proxy.writes(), [])
    })
  })

  test('drift is repaired, and only that', async () => {
    await withMoto(async (proxy, run) => {
      await run(iam_oidc_provider, PROVIDER)
      await run(iam_role, ROLE)
      const other = {
        ...ROLE,
        assume_role_policy_document: trust('system:serviceaccount:*:*'),
        managed_policies: [],
      }
      await run(iam_role, other)
      await run(iam_oidc_provider, { ...PROVIDER, thumbprint_list: ['cd'.repeat(20)] })
      proxy.writes()
      assert.is((await run(iam_role, ROLE)).changes.length, 2)
      assert.equal(proxy.writes(), ['UpdateAssumeRolePolicy', 'AttachRolePolicy'])
      await run(iam_oidc_provider, PROVIDER)
      assert.equal(proxy.writes(), ['UpdateOpenIDConnectProviderThumbprint'])
      assert.is((await run(iam_role, ROLE)).fields.changed, false)
    })
  })

  test('all is taken away again, once', async () => {
    await withMoto(async (_proxy, run) => {
      await run(iam_oidc_provider, PROVIDER)
      await run(iam_role, ROLE)
      const role = { name: ROLE.name, state: 'absent', delete_instance_profile: true }
      assert.is((await run(iam_role, role)).fields.changed, true)
      assert.is((await run(iam_role, role)).fields.changed, false)
      const provider = { url: PROVIDER.url, state: 'absent' }
      assert.is((await run(iam_oidc_provider, provider)).fields.changed, true)
      assert.is((await run(iam_oidc_provider, provider)).fields.changed, false)
    })
  })

  const throttled = { refuse: new Refusal('Throttling', 'Rate exceeded', 400) }
  const broken = { raw: { status: 503, body: '<html>Service Unavailable</html>' } }

  test('throttling, server errors, slow answers and lost answers all end in the right state', async () => {
    await withMoto(async (proxy, run) => {
      proxy.fail('ListOpenIDConnectProviders', throttled, { drop: true })
      proxy.fail('CreateOpenIDConnectProvider', broken, { slow: 1500 })
      await run(iam_oidc_provider, PROVIDER)
      proxy.fail('CreateRole', throttled, throttled, { drop: true })
      proxy.fail('AttachRolePolicy', broken, { drop: true })
      proxy.fail('CreateInstanceProfile', { drop: true })
      proxy.fail('AddRoleToInstanceProfile', { drop: true })
      await run(iam_role, ROLE)
      proxy.writes()
      assert.is((await run(iam_oidc_provider, PROVIDER)).fields.changed, false)
      assert.is((await run(iam_role, ROLE)).fields.changed, false)
      assert.equal(proxy.writes(), [])
    })
  })

  test('a run that loses AWS right after a create fails clearly, and the next one adopts what is there', async () => {
    await withMoto(async (proxy, run) => {
      await run(iam_oidc_provider, PROVIDER)
      const gone = Array.from({ length: 40 }, () => ({ drop: true as const }))
      proxy.fail('CreateRole', ...gone)
      const failure = await failureOf(run(iam_role, ROLE))
      assert.match(failure.describe(), /AWS cannot be reached for iam:CreateRole.*\n.*network/)
      proxy.heal()
      proxy.writes()
      assert.is((await run(iam_role, ROLE)).fields.changed, true)
      assert.not(proxy.writes().includes('CreateRole'))
      assert.is((await run(iam_role, ROLE)).fields.changed, false)
    })
  })

  test('what moto cannot do is told as it is, after a bounded number of tries', async () => {
    await withMoto(async (proxy, run) => {
      await run(iam_oidc_provider, PROVIDER)
      const failure = await failureOf(
        run(iam_oidc_provider, { ...PROVIDER, client_id_list: ['other', 'sts.amazonaws.com'] }),
      )
      assert.match(failure.message, /^iam:AddClientIDToOpenIDConnectProvider failed \(HTTP 500\)/)
      assert.not.match(failure.message, /</)
      const tries = proxy.calls.filter(({ action }) => action === 'AddClientIDToOpenIDConnectProvider')
      assert.is(tries.length, 5)
    })
  })
}

type Run = <S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  module: Module<S, State, Local, F, O>,
  args: Readonly<Record<string, unknown>>,
  check?: boolean,
) => Promise<Outcome>

test.run()
