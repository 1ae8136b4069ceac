import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../../helpers/playbook-harness.ts'
import { withDouble } from './with-double.ts'

const test = suite('modules for AWS in playbooks as Ansible has them')

const TRUST =
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'

const playbook = (url: string) => `
- hosts: all
  gather_facts: false
  connection: local
  module_defaults:
    group/aws:
      endpoint_url: ${url}
      aws_access_key_id: AKIADOUBLE
      aws_secret_access_key: the secret of a test
  tasks:
    - name: role
      amazon.aws.iam_role:
        role_name: app
        assume_role_policy_document: "{{ lookup('file', 'policy.json') }}"
        managed_policy: PowerUserAccess
        tags: {team: "{{ team }}"}
      register: role
    - name: show
      debug: { msg: "{{ role.iam_role.arn }} {{ role.arn }} {{ role.iam_role.attached_policies[0].policy_name }}" }
    - name: describe
      community.aws.iam_role_info: { name: app }
    - name: other account
      amazon.aws.iam_role_info: { name: app, access_key: AKIAWRONG, secret_key: another secret }
      ignore_errors: true
`

test('unmodified YAML with the collections’ names, aliases and action group runs', async () => {
  await withDouble(async (session) => {
    const files = {
      'site.yml': playbook(session.url),
      'files/policy.json': TRUST,
      'group_vars/all.yml': 'team: blue',
    }
    const run = () => runPlaybook([], { files, playbook: 'site.yml', verbosity: 3 })
    const ran = await run()
    assert.equal(ran.lines, [
      'changed one role',
      'ok one show',
      'ok one describe',
      'failed one other account ignored',
    ])
    const arn = 'arn:aws:iam::123456789012:role/app'
    assert.is(ran.fields('show').msg, `${arn} ${arn} PowerUserAccess`)
    assert.equal((ran.fields('describe').iam_roles as { tags: object }[])[0]?.tags, { team: 'blue' })
    assert.not.match(JSON.stringify(ran.events), /secret of a test|another secret/)
    assert.is((await run()).hosts.get('one')?.changed, 0)
  })
})

test('a task that may take so long ends there, and says which call it was', async () => {
  await withDouble(async (session) => {
    session.fail('GetRole', { slow: 60_000 })
    const ran = await runPlaybook([
      {
        environment: session.environment,
        tasks: [{ name: 'slow', iam_role_info: { name: 'app' }, timeout: 1 }],
      },
    ])
    assert.is(ran.exitCode, 2)
    assert.match(String(ran.fields('slow').msg), "iam:GetRole was not done when the task's timeout was over")
  })
})

test('a playbook that names these modules and leaves them out reads nothing of the SDK', () => {
  for (const name of ['iam_oidc_provider', 'iam_role', 'iam_role_info']) {
    const text = readFileSync(new URL(`../../../src/modules/${name}.ts`, import.meta.url), 'utf8')
    const read = [...text.matchAll(/^import .*'(.*)'$/gm)].map(([, path]) => path)
    assert.equal(
      read.filter((path) => !/^\.\.\/core\/|\/parameters\.ts$/.test(path ?? '')),
      [],
      name,
    )
  }
})

test.run()
