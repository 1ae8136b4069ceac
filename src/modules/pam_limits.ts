import type { ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { refuseLineBreaks } from '../core/one-line.ts'
import { putLimit } from './pam-limits/limits.ts'
import { destProbe, readDest } from './shared/dest.ts'
import { editRequest, planEdit, textOf } from './shared/edit-file.ts'
import { throughLink } from './shared/follow.ts'
import { readWritten } from './shared/plan-file.ts'

const ITEMS = [
  ...[
    'as',
    'chroot',
    'core',
    'cpu',
    'data',
    'fsize',
    'locks',
    'maxlogins',
    'maxsyslogins',
    'memlock',
    'msgqueue',
  ],
  ...['nice', 'nofile', 'nproc', 'priority', 'rss', 'rtprio', 'sigpending', 'stack'],
] as const

const ARGS = {
  domain: { type: 'str', required: true, doc: 'Whom it limits: a user, @group, * or %group' },
  limit_type: {
    type: 'str',
    required: true,
    choices: ['hard', 'soft', '-'],
    doc: 'Which limit it is; - for both',
  },
  limit_item: { type: 'str', required: true, choices: ITEMS, doc: 'What is limited' },
  value: { type: 'str', required: true, doc: 'A number; unlimited, infinity and -1 are no limit' },
  use_max: { type: 'bool', default: false, doc: 'Keep the value that is there when it is higher' },
  use_min: { type: 'bool', default: false, doc: 'Keep the value that is there when it is lower' },
  comment: { type: 'str', default: '', doc: 'A comment behind the limit' },
  dest: { type: 'path', default: '/etc/security/limits.conf', doc: 'The file; a missing one is made' },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
} as const satisfies ArgumentSpecs

/**
 * Keep a limit of what users may use, in limits.conf(5).
 * Parameters: https://docs.ansible.com/ansible/latest/collections/community/general/pam_limits_module.html
 *
 * @example
 * { pam_limits: { domain: '*', limit_type: 'hard', limit_item: 'core', value: 0 } }
 */
export const pam_limits = defineModule({
  name: 'pam_limits',
  doc: 'Keep a limit of what users may use',
  args: ARGS,
  rules: { mutually_exclusive: [['use_max', 'use_min']] },
  probe: ({ dest }, { target }) => destProbe(editRequest(dest, target.userland)),
  parse: ({ bytes }, { dest }, { target }) => readDest(bytes, editRequest(dest, target.userland)),
  plan(args, view, { diff, target }) {
    const { domain, value, comment } = args
    refuseLineBreaks('pam_limits', { domain, value, comment })
    const place = throughLink(view, args.dest, target)
    const before = textOf(view)
    const after = putLimit(before, args)
    if (after === before) return nothing({ msg: '' })
    const msg = [args.domain, args.limit_type, args.limit_item, args.value].join('\t')
    return { ...planEdit(view, place, after, { diff, backup: args.backup }), result: { msg } }
  },
  finish(outputs) {
    const { backup_file } = readWritten(outputs)
    return backup_file === undefined ? {} : { backup: backup_file }
  },
})
