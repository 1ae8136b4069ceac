import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pamd } from '../../src/modules/pamd.ts'
import { sha1 } from '../../src/modules/shared/content.ts'
import { tryCase } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { PROBE_SHELLS } from '../helpers/programs.ts'
import { IDENTITY, pathState } from './states.ts'

const test = suite('modules/pamd')

const FILE = [
  '# PAM for a service',
  '@include common-auth',
  'session    optional     pam_motd.so  motd=/run/motd.dynamic',
  'session    optional     pam_motd.so noupdate',
  'account [success=1 default=ignore] pam_unix.so',
  '-session optional pam_motd.so',
  '',
].join('\n')

const MOTD = { name: 'sshd', type: 'session', control: 'optional', module_path: 'pam_motd.so' }
const UNIX = {
  name: 'sshd',
  type: 'account',
  control: '[success=1 default=ignore]',
  module_path: 'pam_unix.so',
}

function edit(args: Readonly<Record<string, unknown>>): string {
  const before = Buffer.from(FILE)
  const view = {
    ...{ identity: IDENTITY, path: '/f', found: pathState({ checksum: sha1(before), size: before.length }) },
    ...{ behind: undefined, realPath: '/f', hasParent: true, missing: [], before },
  }
  const plan = planOf(pamd, args, view)
  assert.is(plan.changes.length > 0, plan.steps.length > 0)
  const [step] = plan.steps
  return step?.kind === 'write' && Buffer.isBuffer(step.content) ? step.content.toString() : FILE
}

const line = (number: number, ...fresh: readonly string[]) =>
  FILE.split('\n')
    .toSpliced(number, 1, ...fresh)
    .join('\n')
const FIRST = FILE.split('\n')[4] ?? ''

// Arguments, and the text after them: the same text where nothing may change.
for (const [name, args, after] of [
  ['rules go, and only those', { ...MOTD, state: 'absent' }, FILE.replace(/^session.*\n/gm, '')],
  ['rules that are not there', { ...MOTD, control: 'required', state: 'absent' }, FILE],
  ['a rule is changed', { ...UNIX, new_control: 'required' }, line(4, 'account\trequired\tpam_unix.so')],
  ['a rule that is right already', { ...UNIX, new_module_path: 'pam_unix.so' }, FILE],
  [
    'arguments are set',
    { ...UNIX, module_arguments: 'nullok,try_first_pass' },
    line(4, 'account\t[success=1 default=ignore]\tpam_unix.so\tnullok\ttry_first_pass'),
  ],
  [
    'an argument is added, or has its value changed',
    { ...MOTD, state: 'args_present', module_arguments: ['motd=/etc/motd'] },
    FILE.replace(/^session.*motd=\S+/m, 'session\toptional\tpam_motd.so\tmotd=/etc/motd').replace(
      /^session.*noupdate/m,
      'session\toptional\tpam_motd.so\tnoupdate\tmotd=/etc/motd',
    ),
  ],
  [
    'an argument goes',
    { ...MOTD, state: 'args_absent', module_arguments: ['noupdate'] },
    line(3, 'session\toptional\tpam_motd.so'),
  ],
  [
    'a rule is put before another',
    {
      ...UNIX,
      state: 'before',
      new_type: 'account',
      new_control: 'required',
      new_module_path: 'pam_deny.so',
    },
    line(4, 'account\trequired\tpam_deny.so', FIRST),
  ],
  [
    'a rule that stands behind it already',
    {
      ...UNIX,
      state: 'after',
      new_type: '-session',
      new_control: 'optional',
      new_module_path: 'pam_motd.so',
    },
    FILE,
  ],
] as const) {
  test(name, () => {
    assert.is(edit(args), after)
  })
}

test('what the states need is asked for', () => {
  assert.throws(() => checkedArguments(pamd, { ...MOTD, state: 'args_present' }), /module_arguments/)
  assert.throws(() => checkedArguments(pamd, { ...MOTD, state: 'before' }), /new_control/)
})

for (const argv of PROBE_SHELLS) {
  test(`${argv[0]}: check mode, a run with a backup, and a second run`, () =>
    tryCase(
      pamd,
      {
        name: 'absent',
        before: "printf 'session optional pam_motd.so\\nauth required pam_x.so\\n' >sshd; chmod 640 sshd",
        args: (path) => ({ ...MOTD, path, state: 'absent', backup: true }),
        after: 'test "$(cat sshd)" = "auth required pam_x.so"\nls sshd.*~\nls -l sshd | grep "^-rw-r-----"',
        changed: true,
        result: () => ({ change_count: 1 }),
      },
      { shell: plainShell({ temp: '/tmp', argv }) },
    ))
  test(`${argv[0]}: a missing service is told`, () =>
    tryCase(
      pamd,
      {
        name: 'missing',
        args: (path) => ({ ...MOTD, path, state: 'absent' }),
        fails: /no PAM service sshd/,
        fails_late: true,
      },
      { shell: plainShell({ temp: '/tmp', argv }) },
    ))
}

test.run()
