import { defineModule, type Finish } from '../core/module.ts'
import { CONNECTION_RULES } from './aws/parameters.ts'
import { ROLE_PARAMETERS } from './aws/role/parameters.ts'

/**
 * Keep a role of an AWS account in the wanted state. It runs on the controller.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/amazon/aws/iam_role_module.html
 *
 * @example
 * { iam_role: { name: 'app', assume_role_policy_document: '{{ trust }}', create_instance_profile: false } }
 */
export const iam_role = defineModule({
  name: 'iam_role',
  doc: 'Keep a role of an AWS account in the wanted state',
  args: ROLE_PARAMETERS,
  rules: { ...CONNECTION_RULES, required_if: [['state', 'present', ['assume_role_policy_document']]] },
  local: true,
  // The code comes with the state: playbooks that name the module and leave it out, by tags or conditions, go without.
  async read(args, controller) {
    const [{ readRole }, { planRole }] = await Promise.all([
      import('./aws/role/state.ts'),
      import('./aws/role/plan.ts'),
    ])
    return { planRole, state: await readRole(args, controller) }
  },
  plan: (args, { planRole, state }) => planRole(args, state),
  finish: ({ role }) => (role?.value ?? {}) as Finish,
})
