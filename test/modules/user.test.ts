import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MissingError } from '../../src/core/errors.ts'
import { sh } from '../../src/core/quote.ts'
import { user } from '../../src/modules/user.ts'
import { type Account, parseAccount, probeAccount } from '../../src/modules/users/account.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { PROBE_SHELLS } from '../helpers/programs.ts'

const test = suite('user')

const GROUPS = [
  { name: 'acme', gid: 1000, members: [] },
  { name: 'adm', gid: 4, members: ['acme'] },
  { name: 'docker', gid: 999, members: [] },
]
const NOBODY_YET: Account = {
  tools: 'shadow',
  groups: GROUPS.slice(1).map((group) => ({ ...group, members: [] })),
  homeExists: false,
}
const ACME: Account = {
  tools: 'shadow',
  passwd: { uid: 1000, gid: 1000, comment: 'Acme', home: '/home/acme', shell: '/bin/sh' },
  shadow: { hash: '$6$x$y', min: 0, max: 99999, warn: 7 },
  groups: GROUPS,
  homeExists: true,
}
const LOCKED: Account = { ...ACME, shadow: { hash: '!$6$x$y' } }

interface Case {
  readonly name: string
  readonly args: Record<string, unknown>
  readonly account: Account
  readonly steps: readonly string[]
  /** What changes, when not the same as `what` of an absent user. */
  readonly changes?: readonly string[]
}

const CASES: readonly Case[] = [
  {
    name: 'a user who is as wanted needs nothing',
    args: {
      uid: 1000,
      group: 'acme',
      groups: ['adm'],
      comment: 'Acme',
      home: '/home/acme',
      shell: '/bin/sh',
      password: '$6$x$y',
      password_lock: false,
      password_expire_max: 99999,
      expires: -1,
    },
    account: ACME,
    steps: [],
  },
  { name: 'an absent user stays absent', args: { state: 'absent' }, account: NOBODY_YET, steps: [] },
  {
    name: 'a new user',
    args: {},
    account: NOBODY_YET,
    steps: ['useradd -m -- acme'],
    changes: ['state'],
  },
  {
    name: 'a new system user with everything',
    args: {
      uid: 200,
      non_unique: true,
      group: 'adm',
      groups: 'docker,adm',
      comment: 'A b',
      home: '/srv/a/acme',
      shell: '/bin/bash',
      system: true,
      skeleton: '/etc/skel2',
      umask: '077',
      expires: 86400,
      password: '$6$x$y',
      password_expire_min: 1,
      password_expire_max: 90,
    },
    account: NOBODY_YET,
    steps: [
      'mkdir -p -- /srv/a',
      'useradd -u 200 -o -g adm -G docker -c A b -d /srv/a/acme -s /bin/bash -e 1970-01-02 -m -k /etc/skel2 -K UMASK=077 -r -- acme',
      'set the password of acme',
      'chage -m 1 -M 90 -- acme',
    ],
    changes: ['state'],
  },
  {
    name: 'a group of the same name is left alone, and no home is made',
    args: { create_home: false, password_lock: true },
    account: { ...NOBODY_YET, groups: GROUPS },
    steps: ['useradd -N -M -- acme', 'usermod -L -- acme'],
    changes: ['state'],
  },
  {
    name: 'everything that differs is changed by one command',
    args: {
      uid: 1001,
      group: '4',
      comment: 'B',
      home: '/srv/acme',
      move_home: true,
      shell: '/bin/bash',
      expires: 0,
    },
    account: ACME,
    steps: ['usermod -u 1001 -g 4 -c B -d /srv/acme -m -s /bin/bash -e 1970-01-01 -- acme'],
    changes: ['uid', 'group', 'comment', 'home', 'shell', 'expires'],
  },
  {
    name: 'groups replace the memberships there are',
    args: { groups: ['docker'] },
    account: ACME,
    steps: ['usermod -G docker -- acme'],
    changes: ['groups'],
  },
  {
    name: 'append keeps them',
    args: { groups: ['docker'], append: true },
    account: ACME,
    steps: ['usermod -G adm,docker -- acme'],
    changes: ['groups'],
  },
  {
    name: 'append needs nothing when the user is in',
    args: { groups: 'adm', append: true },
    account: ACME,
    steps: [],
  },
  { name: 'the primary group is no other one', args: { groups: 'adm,acme' }, account: ACME, steps: [] },
  {
    name: 'no groups at all',
    args: { groups: '' },
    account: ACME,
    steps: ['usermod -G  -- acme'],
    changes: ['groups'],
  },
  {
    name: 'another password',
    args: { password: '$6$x$z' },
    account: ACME,
    steps: ['set the password of acme'],
    changes: ['password'],
  },
  {
    name: 'another password, but only for new users',
    args: { password: '$6$x$z', update_password: 'on_create' },
    account: ACME,
    steps: [],
  },
  {
    name: 'lock',
    args: { password_lock: true, password: '$6$x$y' },
    account: ACME,
    steps: ['usermod -L -- acme'],
    changes: ['password_lock'],
  },
  { name: 'locked already', args: { password_lock: true, password: '$6$x$y' }, account: LOCKED, steps: [] },
  {
    name: 'unlock',
    args: { password_lock: false },
    account: LOCKED,
    steps: ['usermod -U -- acme'],
    changes: ['password_lock'],
  },
  {
    name: 'a lock without a password behind it cannot be taken off',
    args: { password_lock: false },
    account: { ...ACME, shadow: { hash: '!' } },
    steps: [],
  },
  {
    name: 'a missing home folder is made',
    args: {},
    account: { ...ACME, homeExists: false },
    steps: ['make /home/acme'],
    changes: ['home folder'],
  },
  {
    name: 'a missing home folder is left alone when not wanted',
    args: { createhome: false },
    account: { ...ACME, homeExists: false },
    steps: [],
  },
  {
    name: 'a missing key is made',
    args: { generate_ssh_key: true },
    account: { ...ACME, key: { path: '/home/acme/.ssh/id_rsa', exists: false, fingerprint: '', public: '' } },
    steps: ['make an SSH key for acme'],
    changes: ['ssh_key_file'],
  },
  {
    name: 'an existing key is kept',
    args: { generate_ssh_key: true },
    account: {
      ...ACME,
      key: { path: '/home/acme/.ssh/id_rsa', exists: true, fingerprint: 'f', public: 'p' },
    },
    steps: [],
  },
  {
    name: 'a user is removed, with all that is theirs',
    args: { state: 'absent', remove: true, force: true },
    account: ACME,
    steps: ['userdel -f -r -- acme'],
    changes: ['state'],
  },
  {
    name: 'busybox makes users and members',
    args: { groups: ['docker'], shell: '/bin/ash' },
    account: { ...NOBODY_YET, tools: 'busybox' },
    steps: ['adduser -D -s /bin/ash acme', 'addgroup acme docker'],
    changes: ['state'],
  },
  {
    name: 'busybox changes memberships',
    args: { groups: ['docker'] },
    account: { ...ACME, tools: 'busybox' },
    steps: ['addgroup acme docker', 'delgroup acme adm'],
    changes: ['groups'],
  },
]

for (const { name, args, account, steps, changes = [] } of CASES) {
  test(name, () => {
    const plan = planOf(user, { name: 'acme', ...args }, account)
    const labels = plan.steps.map(({ label }) => label).filter((label) => label !== 'look at acme')
    assert.equal(labels, steps)
    assert.equal(
      plan.changes.map(({ what }) => what),
      changes,
    )
  })
}

test('no secret is in an argument list, in a change or in the result', () => {
  const args = {
    name: 'acme',
    password: '$6$salt$secret',
    generate_ssh_key: true,
    ssh_key_passphrase: 'secret',
  }
  for (const account of [
    NOBODY_YET,
    { ...ACME, key: { path: '/k', exists: false, fingerprint: '', public: '' } },
  ]) {
    const plan = planOf(user, args, account)
    const shown = JSON.stringify([
      plan.changes,
      plan.result,
      plan.steps.map((step) => (step.kind === 'run' ? step.argv : step.label)),
    ])
    assert.not.match(shown, /secret/)
  }
})

test('the result has Ansible’s fields, also before the user exists', () => {
  const plan = planOf(user, { name: 'acme', groups: ['adm'], password: '*' }, ACME)
  assert.equal(plan.result, {
    name: 'acme',
    state: 'present',
    append: false,
    move_home: false,
    uid: 1000,
    group: 1000,
    comment: 'Acme',
    home: '/home/acme',
    shell: '/bin/sh',
    groups: 'adm',
    password: 'NOT_LOGGING_PASSWORD',
  })
  const created = planOf(user, { name: 'acme', system: true }, NOBODY_YET)
  assert.is(created.result?.home, '/home/acme')
  assert.is(created.result?.system, true)
  assert.is(created.result?.uid, undefined)
})

test('a missing group is an error that check mode takes for a change to come', () => {
  for (const account of [NOBODY_YET, ACME]) {
    assert.throws(
      () => planOf(user, { name: 'acme', groups: ['nope'] }, account),
      (error: unknown) => error instanceof MissingError && error.message === 'Group nope does not exist',
    )
  }
})

test('what busybox has no command for is refused', () => {
  const account: Account = { ...ACME, tools: 'busybox' }
  assert.throws(
    () => planOf(user, { name: 'acme', shell: '/bin/ash' }, account),
    /busybox has no command .* shell/,
  )
})

const BAD: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [{}, /missing required arguments: name/],
  [{ name: 'a', sehost: 'x' }, /no parameter 'sehost'/],
  [{ name: 'a', update_password: 'never' }, /one of: always, on_create/],
  [{ name: 'a', uid: 'x' }, /must be a number/],
]
for (const [args, message] of BAD) {
  test(`${JSON.stringify(args)} is refused`, () => {
    assert.throws(() => checkedArguments(user, args), message)
  })
}

for (const argv of PROBE_SHELLS) {
  test(`${argv[0]}: root is found on this machine, and nobody else is made up`, async () => {
    const shell = plainShell({ temp: '/tmp', argv })
    const read = async (question: Parameters<typeof probeAccount>[0]) => {
      const reply = await shell.request(probeAccount(question))
      assert.is(reply.code, 0, reply.stderr.toString())
      return parseAccount(reply.stdout.toString())
    }
    for (const local of [false, true]) {
      const root = await read({ name: 'root', local, key: '.ssh/no such key' })
      assert.is(root.passwd?.uid, 0)
      assert.is(root.passwd?.home, '/root')
      assert.is(root.homeExists, true)
      assert.equal(root.key, { path: '/root/.ssh/no such key', exists: false, fingerprint: '', public: '' })
      assert.is(root.groups.find(({ gid }) => gid === 0)?.name, 'root')
      const none = await read({ name: 'no.such-user', local, home: '/no such home' })
      assert.equal([none.passwd, none.shadow, none.homeExists], [undefined, undefined, false])
    }
    assert.is((await shell.request(sh`id no.such-user`)).code, 1)
  })
}

test('what only other systems have is refused, and SELinux is asked for where it is to be had', () => {
  const refused = { name: 'acme', hidden: true, login_class: 'staff' }
  assert.throws(() => planOf(user, refused, NOBODY_YET), /hidden, login_class: no user of a Linux system/)
  const { steps } = planOf(user, { name: 'acme', seuser: 'staff_u' }, NOBODY_YET)
  assert.match(steps[0]?.label ?? '', '-Z staff_u')
  const small = { ...NOBODY_YET, tools: 'busybox' as const }
  assert.throws(
    () => planOf(user, { name: 'acme', seuser: 'staff_u' }, small),
    /no command that takes seuser/,
  )
  assert.throws(() => planOf(user, { name: 'acme', umask: '077' }, small), /no command that takes umask/)
})

test('the primary group among the others: no change for itself, and a member when others change', () => {
  const account = { ...ACME, groups: GROUPS }
  const steps = (groups: readonly string[]) =>
    planOf(user, { name: 'acme', groups }, account).steps.map(({ label }) => label)
  assert.equal(steps(['acme', 'adm']), [])
  assert.match(steps(['acme', 'docker'])[0] ?? '', '-G acme,docker')
})

test('what the local files alone know nothing of is refused', () => {
  for (const other of [{ umask: '077' }, { uid_min: 5 }, { uid_max: 5 }])
    assert.throws(() => planOf(user, { name: 'acme', local: true, ...other }, NOBODY_YET), "with 'local'")
})

test('what is likely not meant is a warning of the result', () => {
  const warnings = (args: object, account = ACME) =>
    planOf(user, { name: 'acme', ...args }, account).result?.warnings as readonly string[] | undefined
  const hash = `$6$rounds=9$salt$${'a'.repeat(86)}`
  for (const password of [hash, '*', '!', `$y$j9T$salt$${'b'.repeat(43)}`, `$1$salt$${'c'.repeat(22)}`])
    assert.is(warnings({ password }), undefined, password)
  for (const password of ['secret', `${hash}a`, `${hash.slice(0, -1)}+`, '!$6$a', '$6$a$b:c'])
    assert.match(String(warnings({ password })), /not look like a hash/, password)
  assert.match(String(warnings({ append: true })), /'append' is set, but no 'groups'/)
  assert.is(warnings({ append: true, groups: [] }), undefined)
  assert.is(warnings({ local: true }), undefined)
  assert.match(String(warnings({ local: true }, NOBODY_YET)), /local user account may already exist/)
})

test.run()
