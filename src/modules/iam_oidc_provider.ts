import { defineModule } from '../core/module.ts'
import { CONNECTION_RULES } from './aws/parameters.ts'
import { PROVIDER_PARAMETERS } from './aws/provider/parameters.ts'
import { planProvider, providerFields } from './aws/provider/plan.ts'
import { type Provider, readProvider } from './aws/provider/state.ts'

/**
 * Keep an OpenID Connect identity provider of an AWS account in the wanted state. It runs on the controller.
 * Parameters: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 *
 * @example
 * { iam_oidc_provider: { url: 'https://id.example.com', client_id_list: ['sts.amazonaws.com'] } }
 */
export const iam_oidc_provider = defineModule({
  name: 'iam_oidc_provider',
  doc: 'Keep an OpenID Connect identity provider of an AWS account in the wanted state',
  args: PROVIDER_PARAMETERS,
  rules: CONNECTION_RULES,
  local: true,
  read: (args, controller) => readProvider(args, controller),
  plan: (args, state) => planProvider(args, state),
  finish: ({ provider }, { url }) =>
    provider === undefined ? {} : providerFields(url, provider.value as Provider),
})
