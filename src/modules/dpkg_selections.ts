import { MissingError } from '../core/errors.ts'
import { defineModule, nothing, run } from '../core/module.ts'
import { operands, sh } from '../core/quote.ts'

/**
 * Keep what dpkg means to do with a package: hold it, for one. It installs and removes nothing.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/dpkg_selections_module.html
 *
 * @example
 * { dpkg_selections: { name: 'linux-image-amd64', selection: 'hold' } }
 */
export const dpkg_selections = defineModule({
  name: 'dpkg_selections',
  doc: 'Keep what dpkg means to do with a package: hold it, for one',
  args: {
    name: { type: 'str', required: true, doc: 'Name of the package' },
    selection: {
      type: 'str',
      required: true,
      choices: ['install', 'hold', 'deinstall', 'purge'],
      doc: 'What dpkg is to do with it',
    },
  },
  probe: ({ name }) => sh`dpkg --get-selections ${operands(name)}`,
  parse: ({ text }) => ({ selection: text.split(/\s+/)[1] }),
  plan({ name, selection }, state) {
    const before = state.selection
    const result = { before: before ?? 'not present', after: selection }
    if (before === undefined) {
      throw new MissingError(`Failed to find package '${name}' to perform selection '${selection}'.`, {
        result,
      })
    }
    if (before === selection) return nothing(result)
    return {
      changes: [{ what: 'selection', before, after: selection }],
      steps: [
        run(['dpkg', '--set-selections'], { stdin: `${name} ${selection}\n`, label: `${selection} ${name}` }),
      ],
      result,
    }
  },
})
