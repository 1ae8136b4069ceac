import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isModule } from '../../src/modules/index.ts'
import { shortModuleName } from '../../src/modules/module-name.ts'

const test = suite('names of modules')

const CASES = [
  ['copy', 'copy'],
  ['ansible.builtin.copy', 'copy'],
  ['ansible.legacy.copy', 'copy'],
  ['ansible.posix.sysctl', 'sysctl'],
  ['community.general.timezone', 'timezone'],
  ['amazon.aws.iam_role', 'iam_role'],
  ['community.aws.iam_role_info', 'iam_role_info'],
  ['linuxhq.aws.iam_oidc_provider', 'iam_oidc_provider'],
  ['cloud.terraform.terraform_output', 'terraform_output'],
  ['ansible.posix.copy', 'ansible.posix.copy'],
  ['someone.else.copy', 'someone.else.copy'],
  ['ansible.builtin.sub.copy', 'ansible.builtin.sub.copy'],
] as const
for (const [name, short] of CASES) {
  test(`${name} is ${short}`, () => assert.is(shortModuleName(name), short))
}

test('a name stands for a module only in its own collection', () => {
  assert.ok(isModule('ansible.builtin.copy'))
  assert.not.ok(isModule('ansible.posix.copy'))
  assert.not.ok(isModule('community.general.copy'))
})

test.run()
