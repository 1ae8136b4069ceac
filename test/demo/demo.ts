import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Lab, labUnavailable, startLab } from '../lab/index.ts'

// What the tutorial does to a rented server, here to a host of the lab: inventory from the outputs of the stack, the
// playbook over SSH, both documents over verified HTTPS, and the playbook again, which then has nothing to do.

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
  say('Booting a bare Debian host, an ACME CA and their DNS (the first time, their image is built)')
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
  const domain = lab.host('k3s-cluster').domain ?? ''

  say('Writing the inventory from the outputs of the stack (npm run inventory)')
  const generate = [tsx, 'src/bin.ts', 'inventory', 'generate', '--from', lab.paths.tofuOutputs]
  await show(lab, [...generate, '-i', inventory, '--private-key-file', join(work, 'k3s-cluster')])

  say('Running the playbook: tsx playbook.ts')
  await show(lab, playbook)

  for (const path of ['/.well-known/openid-configuration', '/openid/v1/jwks']) {
    say(`Fetching https://${domain}${path}, the CA verified`)
    await show(lab, [
      'curl',
      '--fail',
      '--silent',
      '--show-error',
      '--cacert',
      lab.paths.acmeRoot,
      `https://${domain}${path}`,
    ])
    console.log()
  }

  say('Running the playbook again')
  const second = await show(lab, playbook)
  if (!/changed=0 /.test(second)) throw new Error('the second run changed something')
  say('Done: the second run changed nothing.')
  return 0
}

// Shows what a command prints as it comes, and gives it back.
async function show(lab: Lab, argv: readonly string[]): Promise<string> {
  const [file = '', ...args] = lab.command(argv)
  const { exitCode, stdout } = await execa(file, args, {
    stdout: ['inherit', 'pipe'],
    stderr: 'inherit',
    reject: false,
  })
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with exit code ${exitCode}`)
  return stdout
}

process.exitCode = await main()
