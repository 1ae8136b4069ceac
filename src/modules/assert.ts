import { defineModule, nothing } from '../core/module.ts'
import { str } from '../core/values/text.ts'

/**
 * Fail unless conditions hold.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/assert_module.html
 *
 * @example
 * { assert: { that: ['ansible_memtotal_mb > 500', 'domain is defined'], fail_msg: 'too small, or no domain' } }
 */
export const assert = defineModule({
  name: 'assert',
  doc: 'Fail unless conditions hold',
  exact: true,
  args: {
    that: { type: 'raw', required: true, doc: 'A condition as in `when`, or a list of them' },
    fail_msg: { type: 'raw', aliases: ['msg'], doc: 'What to say when one does not hold' },
    success_msg: { type: 'raw', doc: 'What to say when all hold' },
    quiet: { type: 'bool', default: false, doc: 'Say nothing when all hold' },
  },
  expressions: ['that'],
  local: true,
  prepare({ that }, controller) {
    const conditions: readonly unknown[] = Array.isArray(that) ? that : [that]
    const broken = conditions.findIndex((condition) => !controller.condition(condition))
    return broken === -1 ? undefined : { assertion: conditions[broken] }
  },
  plan(args, _state: undefined, { local: broken }) {
    const silent = args.quiet ? { _ansible_verbose_always: false } : {}
    if (broken === undefined) return nothing({ msg: args.success_msg ?? 'All assertions passed', ...silent })
    const msg = args.fail_msg ?? 'Assertion failed'
    return {
      ...nothing({ evaluated_to: false, assertion: broken.assertion }),
      failed: Array.isArray(msg) ? msg.map(str).join('\n') : str(msg),
    }
  },
})
