import type { ArgumentSpecs } from '../core/arguments.ts'
import { MissingError } from '../core/errors.ts'
import { expectFile } from '../core/expectation.ts'
import { defineModule, nothing } from '../core/module.ts'
import { refuseLineBreaks } from '../core/one-line.ts'
import { editRules } from './pamd/edit-rules.ts'
import { readPam, writePam } from './pamd/rules.ts'
import { sha1 } from './shared/content.ts'
import { destProbe, readDest } from './shared/dest.ts'
import { editRequest } from './shared/edit-file.ts'
import { throughLink } from './shared/follow.ts'
import { planFile, readWritten } from './shared/plan-file.ts'

const TYPES = [
  'account',
  '-account',
  'auth',
  '-auth',
  'password',
  '-password',
  'session',
  '-session',
] as const

const ARGS = {
  name: { type: 'str', required: true, doc: 'The service: a file in the folder' },
  type: { type: 'str', required: true, choices: TYPES, doc: 'The type of the rules to look for' },
  control: { type: 'str', required: true, doc: 'Their control, in brackets where it has some' },
  module_path: { type: 'str', required: true, doc: 'Their module' },
  new_type: { type: 'str', choices: TYPES, doc: 'The type that they, or a new rule, are to have' },
  new_control: { type: 'str', doc: 'Likewise the control' },
  new_module_path: { type: 'str', doc: 'Likewise the module' },
  module_arguments: { type: 'list', elements: 'str', doc: 'Arguments to set, add or remove' },
  state: {
    type: 'str',
    choices: ['absent', 'before', 'after', 'args_absent', 'args_present', 'updated'],
    default: 'updated',
    doc: 'Change the rules, remove them, or put a new one before or after them',
  },
  path: { type: 'path', default: '/etc/pam.d', doc: 'The folder' },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
} as const satisfies ArgumentSpecs

/**
 * Keep the rules of a PAM service as they are wanted.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/community/general/pamd_module.html
 *
 * @example
 * { pamd: { name: 'sshd', type: 'session', control: 'optional', module_path: 'pam_motd.so', state: 'absent' } }
 */
export const pamd = defineModule({
  name: 'pamd',
  doc: 'Keep the rules of a PAM service as they are wanted',
  args: ARGS,
  rules: {
    required_if: [
      ['state', 'args_present', ['module_arguments']],
      ['state', 'args_absent', ['module_arguments']],
      ['state', 'before', ['new_control', 'new_type', 'new_module_path']],
      ['state', 'after', ['new_control', 'new_type', 'new_module_path']],
    ],
  },
  probe: ({ path, name }, { target }) => destProbe(editRequest(`${path}/${name}`, target.userland)),
  parse: ({ bytes }, { path, name }, { target }) =>
    readDest(bytes, editRequest(`${path}/${name}`, target.userland)),
  plan(args, view, { diff, target }) {
    const { new_control, new_module_path, module_arguments } = args
    refuseLineBreaks('pamd', { new_control, new_module_path, module_arguments })
    const file = `${args.path}/${args.name}`
    const { path, found } = throughLink(view, file, target)
    if (found === undefined)
      throw new MissingError(`there is no PAM service ${args.name}: ${file} is missing`)
    const { lines, count } = editRules(readPam(view.before.toString('latin1')), args)
    const result = { change_count: count, backupdest: '' }
    if (count === 0) return nothing(result)
    const bytes = Buffer.from(writePam(lines), 'latin1')
    const plan = planFile(
      { path, diff, backup: args.backup, report: true, owner: undefined, group: undefined, mode: undefined },
      { content: bytes, bytes, checksum: sha1(bytes), size: bytes.length },
      found,
      { identity: view.identity, before: view.before, expects: expectFile(path, view.before) },
    )
    return { changes: plan.changes, steps: plan.steps, result }
  },
  finish: (outputs) => ({ backupdest: readWritten(outputs).backup_file ?? '' }),
})
