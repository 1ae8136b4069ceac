import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Lab, labUnavailable, readerEnvironment, startLab } from '../lab/index.ts'

// What the tutorial does to a rented server, here to a host of the lab, step by step: inventory from the outputs of
// the stack, the playbook over SSH, both documents over verified HTTPS, AWS's side, and a Job that proves it all.

const tsx = join('node_modules', '.bin', 'tsx')
const started = performance.now()
const clock = () => `${((performance.now() - started) / 1000).toFixed(0)} s`
const say = (text: string) => console.log(`\n=== [${clock()}] ${text}`)

async function main(): Promise<number> {
  const reason = labUnavailable()
  if (reason !== undefined) {
    console.error(`The demo needs its lab, and there can be none here: ${reason}`)
    console.error('Without it these still run: npm test (unit tests), and tsx playbook.ts --list-tasks.')
    return 1
  }
  say('Steps 1 and 2, a domain name and a cluster: booting the lab (the first time, its image is built)')
  const lab = await startLab({
    hosts: [{ name: 'k3s-cluster', profile: 'k8s' }],
    log: (line) => console.log(`lab: ${line}`),
  })
  const work = mkdtempSync('/tmp/playscript-demo-')
  try {
    return await demonstrate(lab, work)
  } finally {
    say('Removing the lab')
    await lab.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

async function demonstrate(lab: Lab, work: string): Promise<number> {
  const inventory = join(work, 'inventory')
  const playbook = [tsx, 'playbook.ts', '-i', inventory, '-e', `@${lab.paths.vars}`]
  const { domain = '' } = lab.host('k3s-cluster')

  say('The inventory from the outputs of the stack: npm run inventory')
  const generate = [tsx, 'src/bin.ts', 'inventory', 'generate', '--from', lab.paths.tofuOutputs]
  await show(lab, [...generate, '-i', inventory, '--private-key-file', join(work, 'k3s-cluster')])

  say('Steps 3 to 5, network, certificate, documents: tsx playbook.ts')
  await show(lab, playbook)

  for (const path of ['/.well-known/openid-configuration', '/openid/v1/jwks']) {
    say(`What the host now publishes, the CA verified: https://${domain}${path}`)
    await show(lab, ['curl', '-fsS', '--cacert', lab.paths.acmeRoot, `https://${domain}${path}`])
    console.log()
  }

  say('The same again')
  const second = await show(lab, playbook)
  if (!/changed=0 /.test(second)) throw new Error('the second run changed something')

  say('Step 6, AWS trusts the cluster: tsx playbook.ts --tags aws')
  await show(lab, [...playbook, '--tags', 'aws'])

  say('Step 7, a Job asks AWS who it is: tsx playbook.ts --tags test')
  const proof = await show(lab, [...playbook, '--tags', 'test'])
  const [, identity] = /AWS takes the pod for (arn:\S+assumed-role[^"\s]+)/.exec(proof) ?? []
  if (identity === undefined) throw new Error('the Job proved nothing')

  const refusals = [
    ['Another service account', 'app_service_account=intruder'],
    ["Without the pod's token for AWS", 'app_projected_token=false'],
  ] as const
  const reasons: string[] = []
  for (const [name, variable] of refusals) {
    say(`${name}: tsx playbook.ts --tags test -e ${variable}`)
    const refused = await refusal(lab, [...playbook, '--tags', 'test', '-e', 'app_tries=1', '-e', variable])
    console.log(refused)
    reasons.push(`${name}: ${refused}`)
  }

  say('Done: the second run changed nothing, and the proof is')
  console.log([`    AWS takes the pod for ${identity}`, ...reasons.map((line) => `    ${line}`)].join('\n'))
  return 0
}

// What AWS says to a pod that it must refuse.
async function refusal(lab: Lab, argv: readonly string[]): Promise<string> {
  const [file = '', ...args] = lab.command(argv)
  const { exitCode, stdout } = await execa(file, args, { reject: false, env: readerEnvironment(lab) })
  const [said] = /An error occurred \((AccessDenied|InvalidIdentityToken)\)[^"\\]*/.exec(stdout) ?? []
  if (exitCode === 2 && said !== undefined) return said
  throw new Error(`AWS was to refuse that, and did not:\n${stdout}`)
}

// Shows what a command prints as it comes, and gives it back.
async function show(lab: Lab, argv: readonly string[]): Promise<string> {
  const [file = '', ...args] = lab.command(argv)
  const { exitCode, stdout } = await execa(file, args, {
    stdout: ['inherit', 'pipe'],
    stderr: 'inherit',
    reject: false,
    env: readerEnvironment(lab),
  })
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with exit code ${exitCode}`)
  return stdout
}

process.exitCode = await main()
