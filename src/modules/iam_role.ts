import { defineModule } from '../core/module.ts'
import { CONNECTION_RULES } from './aws/parameters.ts'
import { ROLE_PARAMETERS } from './aws/role/parameters.ts'
import { planRole, roleFields } from './aws/role/plan.ts'
import { type Role, readRole } from './aws/role/state.ts'

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
  read: (args, controller) => readRole(args, controller),
  plan: (args, state) => planRole(args, state),
  finish: ({ role }, { name }) => (role === undefined ? {} : roleFields(name, role.value as Role)),
})
