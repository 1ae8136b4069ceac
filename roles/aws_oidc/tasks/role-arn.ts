import { tasks } from 'playscript'
import { account } from '../account.ts'
import type { AwsOidcVars } from '../defaults/main.ts'

// For plays that only need the ARN of the role that `main` made, and change nothing:
// { import_role: { name: 'aws_oidc', tasks_from: 'role-arn' } }
type Vars = AwsOidcVars & { readonly found: { readonly iam_roles: readonly unknown[] } }

export default tasks<Vars>([
  {
    name: 'Ask for the role',
    iam_role_info: { ...account, name: '{{ iam_role_name }}' },
    register: 'found',
  },
  {
    name: 'There must be one',
    assert: {
      that: 'found.iam_roles | length == 1',
      fail_msg:
        "there is no role {{ iam_role_name }} in this account: run the playbook with '--tags aws' first",
    },
  },
  { name: 'Remember its ARN', set_fact: { role_arn: '{{ found.iam_roles[0].arn }}' } },
])
