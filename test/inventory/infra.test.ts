import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseYaml } from '../../src/core/yaml/parse.ts'
import { OUTPUTS } from '../../src/inventory/tofu.ts'

const test = suite('OpenTofu stacks')

const INFRA = new URL('../../infra/', import.meta.url).pathname
const STACKS = ['provision-k8s', 'configure-oidc']

/** A stack's files with their comments taken out. */
function stack(name: string): string {
  const files = readdirSync(`${INFRA}${name}`).filter((file) => /\.(?:tf|tftpl)$/.test(file))
  return files
    .map((file) => readFileSync(`${INFRA}${name}/${file}`, 'utf8').replace(/^\s*#.*$/gm, ''))
    .join('\n')
}

test('the stack has the outputs that the inventory is made of', () => {
  const names = [...stack('provision-k8s').matchAll(/^output "(\w+)"/gm)].map(([, name]) => name)
  for (const name of Object.values(OUTPUTS)) assert.ok(names.includes(name), `output ${name}`)
  for (const name of ['public_ip', 'public_ipv6', 'oidc_provider_url'])
    assert.ok(names.includes(name), `output ${name}`)
})

test('configure-oidc and the role aws_oidc make the same things', async () => {
  const text = stack('configure-oidc')
  const byName = Object.fromEntries(
    [...text.matchAll(/^variable "(\w+)" \{\n(?:.*\n)*?\s+default\s+= (.*)\n/gm)].map(
      ([, name = '', value = '']) => [name, JSON.parse(value)],
    ),
  )
  const role = (await import('../../roles/aws_oidc/defaults/main.ts')).default
  assert.equal(
    [
      byName.role_name,
      byName.audience,
      byName.service_account_namespace,
      byName.service_account_name,
      byName.pin_ca,
    ],
    [
      role.iam_role_name,
      role.oidc_audience,
      role.service_account_namespace,
      role.service_account_name,
      role.oidc_pin_ca,
    ],
  )
  const policies = [...text.matchAll(/policy_arn\s+= "(.*)"/g)].map(([, arn]) => arn)
  assert.equal(policies, role.iam_role_policies)
  assert.match(text, /actions = \["sts:AssumeRoleWithWebIdentity"\]/)
  assert.is([...text.matchAll(/test\s+= "StringEquals"/g)].length, 2)
  for (const name of ['iam_role_arn', 'service_account_namespace', 'service_account_name'])
    assert.match(text, `output "${name}"`)
})

test('no stack turns host key checking off', () => {
  for (const name of STACKS)
    assert.not.match(stack(name), /StrictHostKeyChecking|UserKnownHostsFile=\/dev\/null/i)
})

test('SSH is open to one address, and the firewall is there before the server', () => {
  const text = stack('provision-k8s')
  assert.match(text, /port\s+= "22"\n\s+source_ips\s+= local\.ssh_sources/)
  assert.match(text, /firewall_ids\s+= \[hcloud_firewall\.this\.id\]/)
})

test('secret variables and outputs are marked as sensitive', () => {
  const text = stack('provision-k8s')
  for (const name of [
    'variable "hetzner_api_token"',
    'variable "cloudflare_api_token"',
    'output "ssh_private_key"',
  ]) {
    assert.match(text.slice(text.indexOf(name)).split('\n}')[0] ?? '', /sensitive\s+= true/)
  }
})

test('every file is formatted', async () => {
  const program = await installed()
  if (program === undefined) {
    for (const name of STACKS) assert.not.match(stack(name), /\t| +$/m)
    return
  }
  const { stdout } = await execa(program, ['fmt', '-check', '-recursive', INFRA], {
    reject: false,
    stderr: 'ignore',
  })
  assert.is(stdout, '')
})

test('cloud-init gets what the template says, quotes and all', async () => {
  const values = {
    domain_name: 'id.example.com',
    host_private_key: 'line 1\nline "2"\n',
    host_public_key: 'ssh-ed25519 AAAA',
    login_public_key: 'ecdsa-sha2-nistp384 AAAA',
    username: 'k8s',
  }
  const data = parseYaml(await rendered(values), 'user-data').data as {
    ssh_keys: unknown
    users: unknown[]
    packages: unknown
    write_files: { path: string; content: string }[]
  }
  assert.equal(data.ssh_keys, {
    ed25519_private: values.host_private_key,
    ed25519_public: values.host_public_key,
  })
  assert.equal(data.packages, ['certbot'])
  assert.is((data.users[0] as { name: string }).name, 'k8s')
  const [sshd, config, script] = data.write_files
  assert.match(
    sshd?.content ?? '',
    /^PermitRootLogin no$\n^PasswordAuthentication no$[\s\S]*^AllowUsers k8s$/m,
  )
  assert.equal(parseYaml(config?.content ?? '', 'k3s').data, {
    disable: ['traefik'],
    'disable-network-policy': true,
    'flannel-backend': 'none',
    'secrets-encryption': true,
    'write-kubeconfig-mode': '0600',
    'kube-apiserver-arg': [
      'service-account-issuer=https://id.example.com',
      'service-account-jwks-uri=https://id.example.com/openid/v1/jwks',
    ],
  })
  const check = await execa('sh', ['-n'], { input: script?.content ?? 'exit 1 (', reject: false })
  assert.is(check.exitCode, 0)
})

/** The template with its values, by the program where there is one; the two forms it uses are easily filled in. */
async function rendered(values: Readonly<Record<string, string>>): Promise<string> {
  const file = `${INFRA}provision-k8s/cloud-init.yml.tftpl`
  const program = await installed()
  if (program !== undefined) {
    const expression = `jsonencode(templatefile(${JSON.stringify(file)}, ${JSON.stringify(values)}))`
    const { stdout } = await execa(program, ['console'], {
      input: expression,
      cwd: tmpdir(),
      stderr: 'ignore',
    })
    return JSON.parse(JSON.parse(stdout))
  }
  return readFileSync(file, 'utf8').replace(/\$\{(?:jsonencode\((\w+)\)|(\w+))\}/g, (_, json, plain) =>
    json === undefined ? (values[plain] ?? '') : JSON.stringify(values[json]),
  )
}

async function installed(): Promise<string | undefined> {
  for (const program of ['tofu', 'terraform']) {
    const { failed } = await execa(program, ['version'], { reject: false, env: { CHECKPOINT_DISABLE: '1' } })
    if (!failed) return program
  }
  return undefined
}

test.run()
