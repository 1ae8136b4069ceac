import { defineModule, nothing } from '../core/module.ts'

/**
 * Fail with a message.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/fail_module.html
 *
 * @example
 * { fail: { msg: 'no domain was given' }, when: 'domain is not defined' }
 */
export const fail = defineModule({
  name: 'fail',
  doc: 'Fail with a message',
  args: { msg: { type: 'str', default: 'Failed as requested from task', doc: 'What to say' } },
  local: true,
  plan: ({ msg }) => ({ ...nothing(), failed: msg }),
})
