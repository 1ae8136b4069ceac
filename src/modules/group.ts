import { type Change, defineModule, nothing, type Step } from '../core/module.ts'
import { operands, type Script, sh } from '../core/quote.ts'

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
  rules: { required_if: [['non_unique', true, ['gid']]] },
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
        steps: [orBusybox(['groupdel', ...(force ? ['-f'] : []), '--', name], ['delgroup', name])],
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
      const small =
        range.length > 0 || non_unique
          ? undefined
          : ['addgroup', ...(system ? ['-S'] : []), ...numbered, name]
      return { changes, steps: [orBusybox(argv, small), read], result }
    }
    if (gid === undefined || gid === found.gid) return nothing(result)
    return {
      changes: [{ what: 'gid', before: found.gid, after: gid }],
      steps: [orBusybox(['groupmod', ...numbered, '--', name], undefined)],
      result,
    }
  },
  finish({ after }) {
    const made = after && parseGroup(after.stdout)
    return made === undefined ? {} : { gid: made.gid }
  },
})

// Where there is no groupadd, there is busybox, which can do less.
function orBusybox(argv: readonly string[], small: readonly string[] | undefined): Step {
  const [command = ''] = argv
  const missing = (why: string) =>
    sh`echo ${`the target has no ${command} (package shadow), and ${why}`} >&2; exit 1`
  const [busybox = ''] = small ?? []
  const other =
    small === undefined
      ? missing('busybox has nothing that does this')
      : sh`if command -v ${busybox} >/dev/null 2>&1; then ${small}; else ${missing(`no ${busybox} of busybox`)}; fi`
  const script = sh`if command -v ${command} >/dev/null 2>&1; then ${argv}; else ${other}; fi`
  return { kind: 'script', label: argv.join(' '), script }
}

function probeGroup({ name, local }: { readonly name: string; readonly local: boolean }): Script {
  const pattern = `^${name.replace(/[.[\]*^$\\]/g, '\\$&')}:`
  const file = sh`grep ${pattern} /etc/group || [ $? -eq 1 ]`
  return local
    ? file
    : sh`if command -v getent >/dev/null 2>&1; then getent ${operands('group', name)} || [ $? -eq 2 ]; else ${file}; fi`
}

/** Reads a line of group(5): `name:password:gid:members`; undefined where there is no such group. */
export function parseGroup(text: string): { readonly gid: number } | undefined {
  const [, , gid] = text.trim().split(':')
  return gid === undefined ? undefined : { gid: Number(gid) }
}
