// Alone in its process: it starts a lab with another API server and runs itself in there.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { labFlags, runPlaybook } from '../e2e/playbook.ts'
import { emptyAccount, ensureLab, labUnavailable } from '../lab/index.ts'
import { builtKubernetes } from '../lab/kubernetes/build.ts'
import { issuerOf, type Refused, verifyToken } from '../lab/sts/relying-party.ts'
import { clusterCases, clusterHost } from '../modules/cases/cluster.ts'

// Needs the real API server, which takes ten minutes to build: `npm run lab kubernetes`. Where that was done, this proves
// against it what the other tests prove against the stand-in; elsewhere `npm test` leaves it out.
const HOST = 'k3s-cluster'
const noLab = labUnavailable()
if (noLab !== undefined) skip(`needs the lab: ${noLab}`)
else if (builtKubernetes() === undefined) {
  skip('the real API server is not built here; npm run lab kubernetes builds it')
} else await prove()

function skip(why: string): void {
  console.log(why)
  const skipped = suite('the real API server')
  skipped.skip(why, () => {})
  skipped.run()
}

async function prove(): Promise<void> {
  const lab = await ensureLab({ hosts: [{ name: HOST, profile: 'k8s' }], kubernetes: true })
  const { sh } = clusterHost(lab, HOST)
  const domain = lab.host(HOST).domain ?? ''
  const flags = labFlags(lab)
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_REGION: 'eu-central-1',
  })

  const published = async (path: string) => {
    const url = `https://${domain}${path}`
    const { code, stdout, stderr } = await lab.exec(['curl', '-fsS', '--cacert', lab.paths.acmeRoot, url])
    assert.is(code, 0, stderr)
    return JSON.parse(stdout)
  }
  const token = async (words: string) => (await sh(`kubectl create token ${words}`)).trim()

  const modules = suite('k8s, k8s_info and k8s_log against the real API server')
  clusterCases(modules, async () => clusterHost(lab, HOST))
  modules.run()

  // These build on one another, as the tutorial does.
  const steps = suite('the tutorial with the real API server')

  steps('steps 3 to 5: the documents of the API server itself are published', async () => {
    assert.match(await sh('kubectl version -o json'), /"gitVersion": "v1\.20\./)
    const run = await runPlaybook(flags)
    assert.is(run.exitCode, 0, run.output)
    assert.equal((await runPlaybook(flags)).changed, [])
    for (const path of ['/.well-known/openid-configuration', '/openid/v1/jwks']) {
      assert.equal(await published(path), JSON.parse(await sh(`kubectl get --raw ${path}`)))
    }
    const { issuer, jwks_uri } = await published('/.well-known/openid-configuration')
    assert.equal([issuer, jwks_uri], [`https://${domain}`, `https://${domain}/openid/v1/jwks`])
  })

  steps('a token of the API server is verified by what is published', async () => {
    const ca = readFileSync(lab.paths.acmeRoot, 'utf8')
    const audiences = ['sts.amazonaws.com']
    const made = await token('default --audience sts.amazonaws.com')
    assert.is(issuerOf(made), `https://${domain}`)
    const claims = await verifyToken(made, `https://${domain}`, { ca, audiences })
    assert.is(claims.sub, 'system:serviceaccount:default:default')
    const other = await token('default --audience vault')
    const refused = await verifyToken(other, `https://${domain}`, { ca, audiences }).catch(
      (error: Refused) => error,
    )
    assert.is((refused as Refused).message, 'Incorrect token audience')
  })

  steps('a rotated key is public within a minute, and tokens of before stay valid', async () => {
    const ca = readFileSync(lab.paths.acmeRoot, 'utf8')
    const before = await token('default --audience sts.amazonaws.com')
    const key = await lab.rotateKey(HOST, { keepOld: true })
    const rotated = Date.now()
    const kids = async () => (await published('/openid/v1/jwks')).keys.map(({ kid }: { kid: string }) => kid)
    while (!(await kids()).includes(key) && Date.now() < rotated + 120_000) await sleep(1000)
    console.log(`the new key was public after ${Math.round((Date.now() - rotated) / 1000)} s`)
    assert.ok((await kids()).includes(key))
    const trust = { ca, audiences: ['sts.amazonaws.com'] }
    const after = await token('default --audience sts.amazonaws.com')
    for (const one of [before, after]) assert.ok(await verifyToken(one, `https://${domain}`, trust))
  })

  steps('step 6: AWS trusts the cluster', async () => {
    await emptyAccount(lab)
    const run = await runPlaybook([...flags, '--tags', 'aws'])
    assert.is(run.exitCode, 0, run.output)
  })

  steps('step 7: a Job proves it, and the second run finds it done', async () => {
    const run = await runPlaybook([...flags, '--tags', 'test'])
    assert.is(run.exitCode, 0, run.output)
    assert.match(run.output, /AWS takes the pod for arn:aws:sts::\d+:assumed-role\/k3s-demo-app\/k3s-cluster/)
    assert.equal((await runPlaybook([...flags, '--tags', 'test'])).changed, [])
  })

  const refusals: readonly [string, readonly string[], RegExp][] = [
    [
      'another service account',
      ['-e', 'app_service_account=intruder'],
      /\(AccessDenied\).*Not authorized to perform/,
    ],
    ['another namespace', ['-e', 'app_namespace=kube-public'], /\(AccessDenied\).*Not authorized to perform/],
  ]
  for (const [name, own, words] of refusals) {
    steps(`step 7: ${name} is refused`, async () => {
      const run = await runPlaybook([...flags, '--tags', 'test', '-e', 'app_tries=1', ...own])
      assert.is(run.exitCode, 2, run.output)
      assert.match(run.output, words)
    })
  }

  steps.run()
}
