import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensureLab, labUnavailable } from '../lab/index.ts'
import { labFlags, runPlaybook } from './playbook.ts'

const test = suite('the k8s role on a real host')
const HOST = 'k3s-cluster'
const reason = labUnavailable()

// The tests build on one another, as days with a host do: first run, second run, repairs, renewal.
if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  const flags = labFlags(lab)
  const domain = lab.host(HOST).domain ?? ''
  const fetch = (path: string) =>
    lab.exec(['curl', '-fsS', '--cacert', lab.paths.acmeRoot, `https://${domain}${path}`])
  const certificate = async () => {
    const script = `openssl s_client -connect ${domain}:443 -servername ${domain} </dev/null 2>/dev/null | openssl x509 -noout -serial`
    return (await lab.exec(['sh', '-c', script])).stdout.trim()
  }
  const must = async (script: string) => {
    const { code, stderr } = await lab.sh(HOST, script)
    assert.is(code, 0, stderr)
  }
  let predicted: readonly string[] = []

  test('--check --diff on a fresh host shows every change and makes none', async () => {
    await lab.reset(HOST)
    const folders = ['/etc', '/usr/local', '/var/www', '/var/lib', '/var/tmp', '/root', '/home']
    await must('touch /run/before')
    const before = await lab.treeHash(HOST, folders)
    const run = await runPlaybook([...flags, '--check', '--diff'])
    assert.is(run.exitCode, 0, run.output)
    const after = await lab.treeHash(HOST, folders)
    // The system itself may be what wrote: say what.
    const { stdout } = await lab.sh(
      HOST,
      `find ${folders.join(' ')} -newer /run/before -o -cnewer /run/before`,
    )
    assert.is(after, before, `changed since: ${stdout}`)
    assert.match(run.output, /\+ExecStart=\/usr\/local\/bin\/static-web-server/)
    predicted = run.changed
  })

  test('the first run makes those changes, and no others', async () => {
    const run = await runPlaybook(flags)
    assert.is(run.exitCode, 0, run.output)
    assert.equal(run.changed, predicted)
    assert.ok(run.changed.includes('Obtain the certificate'))
  })

  test('both documents are published over HTTPS, the CA verified', async () => {
    const configuration = await fetch('/.well-known/openid-configuration')
    assert.is(configuration.code, 0, configuration.stderr)
    assert.is(JSON.parse(configuration.stdout).issuer, `https://${domain}`)
    const keys = JSON.parse((await fetch('/openid/v1/jwks')).stdout).keys
    assert.ok(keys.length > 0 && keys[0].kid)
  })

  test('the second run changes nothing', async () => {
    const run = await runPlaybook(flags)
    assert.is(run.exitCode, 0, run.output)
    assert.equal(run.changed, [])
    assert.is(run.recap(HOST).changed, 0)
  })

  const repairs: readonly [string, string, readonly string[]][] = [
    [
      'a deleted unit file',
      'rm /etc/systemd/system/static-web-server.service',
      ['Install static-web-server.service', 'HANDLER Restart static-web-server'],
    ],
    ['a stopped service', 'systemctl stop wellknown-server', ['Start wellknown-server']],
    [
      'a disabled timer',
      'systemctl disable --now static-web-server-prepare.timer',
      ['Start static-web-server-prepare.timer'],
    ],
    [
      'a file that somebody edited',
      'echo "# edited" >>/usr/local/bin/static-web-server-prepare',
      ['Install static-web-server-prepare', 'HANDLER Restart static-web-server-prepare'],
    ],
    [
      'a mode that somebody opened',
      'chmod 0777 /var/www/static-web-server',
      ['Create static-web-server home'],
    ],
    [
      'a deleted program',
      'rm /usr/local/bin/static-web-server',
      ['Install static-web-server', 'HANDLER Restart static-web-server'],
    ],
  ]
  for (const [name, damage, expected] of repairs) {
    test(`${name} is repaired, and nothing else`, async () => {
      await must(damage)
      const check = await runPlaybook([...flags, '--check'])
      assert.equal(check.changed, expected, check.output)
      const run = await runPlaybook(flags)
      assert.equal(run.changed, expected, run.output)
      assert.equal((await runPlaybook(flags)).changed, [])
    })
  }

  test('a changed variable changes what depends on it', async () => {
    const run = await runPlaybook([
      ...flags,
      '-e',
      'kubeconfig=/root/k3s.yaml',
      '--check',
      '--tags',
      'static-web-server',
    ])
    assert.equal(run.changed, [
      'Install static-web-server-prepare.service',
      'HANDLER Restart static-web-server-prepare',
    ])
  })

  test('--tags runs one part alone, --role the whole role', async () => {
    const names = (run: { results: readonly string[] }) =>
      run.results.map((result) => result.replace(/^\w+ /, ''))
    const certbot = await runPlaybook([...flags, '--tags', 'certbot'])
    assert.equal(names(certbot), [
      'Gathering Facts',
      'Create acme group',
      'Create acme user',
      'Create acme home',
      'Install wellknown-server.service',
      'Start wellknown-server',
      'Obtain the certificate',
    ])
    const server = await runPlaybook([...flags, '--tags', 'static-web-server'])
    assert.is(server.results.length, 12, server.output)
    assert.not.match(server.output, /acme|Cilium/)
    const role = await runPlaybook([...flags, '--role', 'k8s'])
    assert.is(role.recap(HOST).ok, (await runPlaybook(flags)).recap(HOST).ok)
  })

  test('a rotated key is public within 90 seconds', async () => {
    const key = await lab.rotateKey(HOST)
    const kid = async () => JSON.parse((await fetch('/openid/v1/jwks')).stdout).keys[0].kid
    const until = Date.now() + 90_000
    while ((await kid()) !== key && Date.now() < until) await sleep(2000)
    assert.is(await kid(), key)
  })

  test('a renewed certificate is served within 90 seconds', async () => {
    const old = await certificate()
    assert.match(old, /^serial=/)
    await must('certbot renew --no-random-sleep-on-renew --force-renewal')
    const until = Date.now() + 90_000
    while ((await certificate()) === old && Date.now() < until) await sleep(2000)
    assert.is.not(await certificate(), old)
    assert.is((await fetch('/openid/v1/jwks')).code, 0)
    assert.equal((await runPlaybook(flags)).changed, [])
  })
}

test.run()
