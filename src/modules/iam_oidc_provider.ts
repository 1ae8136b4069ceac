import { defineModule, type Finish } from '../core/module.ts'
import { CONNECTION_RULES } from './aws/parameters.ts'
import { PROVIDER_PARAMETERS } from './aws/provider/parameters.ts'

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
  // The code comes with the state: playbooks that name the module and leave it out, by tags or conditions, go without.
  async read(args, controller) {
    const [{ readProvider }, { planProvider }] = await Promise.all([
      import('./aws/provider/state.ts'),
      import('./aws/provider/plan.ts'),
    ])
    return { planProvider, state: await readProvider(args, controller) }
  },
  plan: (args, { planProvider, state }) => planProvider(args, state),
  finish: ({ provider }) => (provider?.value ?? {}) as Finish,
})
