import type { ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { CONNECTION_PARAMETERS, CONNECTION_RULES } from './aws/parameters.ts'

const PARAMETERS = {
  name: { type: 'str', aliases: ['role_name'], doc: 'The one role to describe' },
  path_prefix: { type: 'str', aliases: ['path', 'prefix'], doc: 'Describe the roles below that path' },
  ...CONNECTION_PARAMETERS,
} as const satisfies ArgumentSpecs

/**
 * Describe roles of an AWS account. It runs on the controller and changes nothing.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/amazon/aws/iam_role_info_module.html
 *
 * @example
 * { iam_role_info: { name: 'app' }, register: 'found' }
 */
export const iam_role_info = defineModule({
  name: 'iam_role_info',
  doc: 'Describe roles of an AWS account',
  args: PARAMETERS,
  rules: {
    ...CONNECTION_RULES,
    mutually_exclusive: [...CONNECTION_RULES.mutually_exclusive, ['name', 'path_prefix']],
  },
  local: true,
  read: async (args, controller) => (await import('./aws/role/describe.ts')).readRoles(args, controller),
  plan: (_args, iam_roles) => nothing({ iam_roles }),
})
