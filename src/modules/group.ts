import { type Change, defineModule, nothing, run, type Step } from '../core/module.ts'
import { type Script, sh } from '../core/quote.ts'

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
    local: { type: 'bool', default: false, doc: 'Look at /etc/group only, not at LDAP and the like' },
    gid_min: { type: 'int', doc: 'The least gid to choose for a new group' },
    gid_max: { type: 'int', doc: 'The greatest gid to choose for a new group' },
  },
  probe: (args) => probeGroup(args),
  parse: ({ text }) => parseGroup(text),
  plan(args, found) {
    const { name, state, gid, system, non_unique, force, gid_min, gid_max } = args
    const number = gid ?? found?.gid
    const result = { name, state, system, ...(number === undefined ? {} : { gid: number }) }
    if (state === 'absent') {
      if (found === undefined) return nothing(result)
      return {
        changes: [{ what: 'state', before: 'present', after: 'absent' }],
        steps: [run(['groupdel', ...(force ? ['-f'] : []), '--', name])],
        result,
      }
    }
    const numbered = gid === undefined ? [] : ['-g', String(gid), ...(non_unique ? ['-o'] : [])]
    if (found === undefined) {
      const changes: Change[] = [{ what: 'state', before: 'absent', after: 'present' }]
      const range = [
        ...(gid_min === undefined ? [] : ['-K', `GID_MIN=${gid_min}`]),
        ...(gid_max === undefined ? [] : ['-K', `GID_MAX=${gid_max}`]),
      ]
      const argv = ['groupadd', ...(system ? ['-r'] : []), ...numbered, ...range, '--', name]
      // Which number it got is known only afterwards.
      const read: Step = { kind: 'script', label: `look at ${name}`, as: 'after', script: probeGroup(args) }
      return { changes, steps: [run(argv), read], result }
    }
    if (gid === undefined || gid === found.gid) return nothing(result)
    return {
      changes: [{ what: 'gid', before: found.gid, after: gid }],
      steps: [run(['groupmod', ...numbered, '--', name])],
      result,
    }
  },
  finish({ after }) {
    const made = after && parseGroup(after.stdout)
    return made === undefined ? {} : { gid: made.gid }
  },
})

function probeGroup({ name, local }: { readonly name: string; readonly local: boolean }): Script {
  const pattern = `^${name.replace(/[.[\]*^$\\]/g, '\\$&')}:`
  return local ? sh`grep ${pattern} /etc/group || [ $? -eq 1 ]` : sh`getent group ${name} || [ $? -eq 2 ]`
}

/** Reads a line of group(5): `name:password:gid:members`; undefined where there is no such group. */
export function parseGroup(text: string): { readonly gid: number } | undefined {
  const [, , gid] = text.trim().split(':')
  return gid === undefined ? undefined : { gid: Number(gid) }
}
