import { ArgumentError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'
import { byName } from '../core/values/dictionary.ts'
import { str } from '../core/values/text.ts'

/** Anything but Ansible's words for true is false here. */
const isTrue = (value: unknown): boolean =>
  value === true || ['yes', 'on', '1', 'true', 'y', 't'].includes(str(value).toLowerCase())

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
    data: { type: 'raw', required: true, doc: 'The values, by name' },
    per_host: { type: 'raw', default: false, doc: 'Keep the values of each host apart' },
    aggregate: {
      type: 'raw',
      default: true,
      doc: 'Add to an existing value: numbers, strings and lists are added, dictionaries merged',
    },
  },
  local: true,
  plan({ data, per_host, aggregate }) {
    const values = byName(data)
    if (values === undefined) throw new ArgumentError("The 'data' option needs to be a dictionary/hash")
    const wrong = Object.keys(values).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    if (wrong !== undefined)
      throw new ArgumentError(
        `The variable name '${wrong}' is not valid. Variables must start with a letter or underscore character, and contain only letters, numbers and underscores.`,
      )
    return nothing({
      ansible_stats: { data: values, per_host: isTrue(per_host), aggregate: isTrue(aggregate) },
    })
  },
})
