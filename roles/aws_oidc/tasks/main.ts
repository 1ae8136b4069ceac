import { tasks } from 'playscript'
import { account } from '../account.ts'
import type { AwsOidcVars } from '../defaults/main.ts'

// Step 6 of the tutorial: AWS trusts the cluster. All of it runs on the controller, with the reader's own credentials.
// The issuer is looked at first, as AWS will look at it: an account that trusts a broken issuer only fails much later.
type Vars = AwsOidcVars & {
  readonly provider: { readonly open_id_connect_provider_arn: string }
}

export default tasks<Vars>([
  {
    name: 'Look at the issuer as AWS will',
    oidc_issuer_info: { url: '{{ oidc_issuer }}', ca_file: '{{ oidc_ca_file | default(omit, true) }}' },
    register: 'issuer',
  },
  {
    name: 'Make the issuer an identity provider',
    iam_oidc_provider: {
      ...account,
      url: '{{ oidc_issuer }}',
      client_id_list: ['{{ oidc_audience }}'],
      fetch_thumbprint: '{{ oidc_pin_ca }}',
    },
    register: 'provider',
  },
  {
    name: 'Make the role that pods assume',
    iam_role: {
      ...account,
      name: '{{ iam_role_name }}',
      assume_role_policy_document: (vars) => trustPolicy(vars),
      managed_policies: '{{ iam_role_policies }}',
      create_instance_profile: false,
    },
    register: 'role',
  },
  { name: 'Remember its ARN', set_fact: { role_arn: '{{ role.iam_role.arn }}' } },
])

/** One service account, of one namespace, with a token for one audience: both claims must be equal. */
function trustPolicy({
  oidc_issuer,
  oidc_audience,
  service_account_namespace,
  service_account_name,
  provider,
}: Vars) {
  const host = oidc_issuer.replace('https://', '')
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider.open_id_connect_provider_arn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${host}:aud`]: oidc_audience,
            [`${host}:sub`]: `system:serviceaccount:${service_account_namespace}:${service_account_name}`,
          },
        },
      },
    ],
  }
}
