import { ArgumentError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'

/**
 * Keep values for the end of the run, which are shown below the recap with `show_custom_stats`.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/set_stats_module.html
 *
 * @example
 * { set_stats: { data: { release: '{{ release }}' } } }
 */
export const set_stats = defineModule({
  name: 'set_stats',
  doc: 'Keep values for the end of the run',
  exact: true,
  args: {
    data: { type: 'dict', required: true, doc: 'The values, by name' },
    per_host: { type: 'bool', default: false, doc: 'Keep them for each host by itself' },
    aggregate: {
      type: 'bool',
      default: true,
      doc: 'Add to a value that is there: numbers, texts and lists are joined, dictionaries merged',
    },
  },
  local: true,
  plan({ data, per_host, aggregate }) {
    const wrong = Object.keys(data).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    if (wrong !== undefined) {
      throw new ArgumentError(`'${wrong}' cannot be the name of a value`, {
        hint: 'Names are letters, digits and underscores, and do not begin with a digit.',
      })
    }
    return nothing({ ansible_stats: { data, per_host, aggregate } })
  },
})
