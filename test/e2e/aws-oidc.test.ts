// Alone in its process: what it runs gets this process's environment, which it changes.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startFaultProxy } from '../helpers/iam-double/fault-proxy.ts'
import { emptyAccount, ensureLab, labUnavailable } from '../lab/index.ts'
import { labFlags, runPlaybook } from './playbook.ts'

const test = suite('step 6: AWS trusts the cluster of a real host')
const HOST = 'k3s-cluster'
const reason = labUnavailable()

// The issuer is what step 5 publishes, with a certificate of the lab's CA; AWS is moto, behind a proxy that keeps a log.
if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  const flags = labFlags(lab)
  const aws = [...flags, '--tags', 'aws']
  const proxy = await startFaultProxy(lab.awsEndpoint)
  const through = [...aws, '-e', `aws_endpoint_url=${proxy.url}`]
  Object.assign(process.env, proxy.environment)
  delete process.env.AWS_ENDPOINT_URL

  test('before step 5 there is no issuer, and AWS is not asked', async () => {
    await Promise.all([lab.reset(HOST), emptyAccount(lab)])
    const run = await runPlaybook(through)
    assert.is(run.exitCode, 2, run.output)
    assert.match(run.output, /the discovery document cannot be fetched from https:.*ECONNREFUSED/)
    assert.equal(proxy.calls, [])
  })

  test('a plain run leaves step 6 out', async () => {
    const run = await runPlaybook(flags)
    assert.is(run.exitCode, 0, run.output)
    assert.not.match(run.output, /identity provider/)
    assert.equal(proxy.calls, [])
  })

  test('--check --diff shows the provider, the trust policy and the role, and writes nothing', async () => {
    const run = await runPlaybook([...through, '--check', '--diff'])
    assert.is(run.exitCode, 0, run.output)
    const { domain } = lab.host(HOST)
    assert.match(run.output, `+url: https://${domain}`)
    assert.match(run.output, `+          "${domain}:aud": "sts.amazonaws.com",`)
    assert.match(run.output, '+managed_policies: ["arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"]')
    assert.is(run.recap(HOST).changed, 2)
    assert.ok(proxy.calls.length > 0)
    assert.equal(proxy.writes(), [])
  })

  test('the first run makes both, the second changes nothing', async () => {
    const run = await runPlaybook(through)
    assert.is(run.exitCode, 0, run.output)
    assert.is(run.recap(HOST).changed, 2, run.output)
    assert.equal(proxy.writes(), ['CreateOpenIDConnectProvider', 'CreateRole', 'AttachRolePolicy'])
    assert.is((await runPlaybook(through)).recap(HOST).changed, 0)
    assert.equal(proxy.writes(), [])
  })

  test('without the CA of the lab the chain is not trusted, as AWS would not, and nobody is asked', async () => {
    const before = proxy.calls.length
    const run = await runPlaybook([...through, '-e', 'oidc_ca_file='])
    assert.is(run.exitCode, 2)
    assert.match(run.output, /cannot be fetched from https:.*certificate/)
    assert.is(proxy.calls.length, before)
  })

  test.after(() => proxy.close())
}

test.run()
