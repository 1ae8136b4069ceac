import { type Change, defineModule, nothing, run } from '../core/module.ts'
import { sh } from '../core/quote.ts'

/**
 * Keep a group of the operating system in the wanted state.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/group_module.html
 *
 * @example
 * { group: { name: 'acme', system: true } }
 */
export const group = defineModule({
  name: 'group',
  doc: 'Keep a group of the operating system in the wanted state',
  args: {
    name: { type: 'str', required: true, doc: 'Name of the group' },
    state: {
      type: 'str',
      choices: ['present', 'absent'],
      default: 'present',
      doc: 'Whether the group exists',
    },
    gid: { type: 'int', doc: 'The number the group has' },
    system: { type: 'bool', default: false, doc: 'Make it with a number from the range of system groups' },
    non_unique: { type: 'bool', default: false, doc: 'Allow a gid that another group has already' },
    force: { type: 'bool', default: false, doc: 'Remove the group even when it is a user’s primary group' },
  },
  probe: ({ name }) => sh`getent group ${name} || [ $? -eq 2 ]`,
  parse: ({ text }) => parseGroup(text),
  plan(args, found) {
    const { name, state, gid, system, non_unique, force } = args
    const result = { name, state, system, gid: gid ?? found?.gid }
    if (state === 'absent') {
      if (found === undefined) return nothing(result)
      return {
        changes: [{ what: 'state', before: 'present', after: 'absent' }],
        steps: [run(['groupdel', ...(force ? ['-f'] : []), '--', name])],
        result,
      }
    }
    const number = gid === undefined ? [] : ['-g', String(gid), ...(non_unique ? ['-o'] : [])]
    if (found === undefined) {
      const changes: Change[] = [{ what: 'state', before: 'absent', after: 'present' }]
      return { changes, steps: [run(['groupadd', ...(system ? ['-r'] : []), ...number, '--', name])], result }
    }
    if (gid === undefined || gid === found.gid) return nothing(result)
    return {
      changes: [{ what: 'gid', before: found.gid, after: gid }],
      steps: [run(['groupmod', ...number, '--', name])],
      result,
    }
  },
})

/** Reads a line of group(5): `name:password:gid:members`; undefined where there is no such group. */
export function parseGroup(text: string): { readonly gid: number } | undefined {
  const [, , gid] = text.trim().split(':')
  return gid === undefined ? undefined : { gid: Number(gid) }
}
