import type { Args, ArgumentSpecs } from '../../core/arguments.ts'
import { ArgumentError } from '../../core/errors.ts'

/** The parameters of the user module. */
export const USER_PARAMETERS = {
  name: { type: 'str', required: true, aliases: ['user'], doc: 'Name of the user' },
  state: { type: 'str', choices: ['absent', 'present'], default: 'present', doc: 'Whether the user exists' },
  uid: { type: 'int', doc: 'The number the user has' },
  non_unique: { type: 'bool', default: false, doc: 'Allow a uid that another user has already' },
  uid_min: { type: 'int', doc: 'The least uid to choose for a new user' },
  uid_max: { type: 'int', doc: 'The greatest uid to choose for a new user' },
  group: { type: 'str', doc: 'The primary group, by name or number' },
  groups: { type: 'list', elements: 'str', doc: 'Groups to be a member of; empty for none' },
  append: { type: 'bool', default: false, doc: 'Leave the memberships in other groups as they are' },
  comment: { type: 'str', doc: 'Description, also called GECOS' },
  shell: { type: 'path', doc: 'Login shell' },
  home: { type: 'path', doc: 'Home folder' },
  create_home: {
    type: 'bool',
    default: true,
    aliases: ['createhome'],
    doc: 'Make the home folder if it is missing',
  },
  move_home: { type: 'bool', default: false, doc: 'Move the content of the old home folder to the new one' },
  skeleton: { type: 'str', doc: 'Folder whose files a new home folder gets' },
  umask: { type: 'str', doc: 'umask for a new home folder' },
  system: { type: 'bool', default: false, doc: 'Make a system user; an existing user stays what it is' },
  local: {
    type: 'bool',
    default: false,
    doc: 'Look at the target’s own files only, not at LDAP and the like',
  },
  password: { type: 'str', no_log: true, doc: 'Hash of the password, as crypt(5) has it' },
  update_password: {
    type: 'str',
    choices: ['always', 'on_create'],
    default: 'always',
    doc: 'Whether an existing user’s password is changed',
  },
  password_lock: { type: 'bool', doc: 'Whether the password is locked' },
  password_expire_min: { type: 'int', doc: 'Least number of days between changes of the password' },
  password_expire_max: { type: 'int', doc: 'Number of days after which the password must be changed' },
  password_expire_warn: { type: 'int', doc: 'Number of days before that on which to warn' },
  password_expire_account_disable: {
    type: 'int',
    doc: 'Number of days after that on which the account is disabled',
  },
  expires: { type: 'float', doc: 'When the account expires, in seconds since 1970; negative for never' },
  force: { type: 'bool', default: false, doc: 'Remove a user who is logged in; replace an existing SSH key' },
  remove: { type: 'bool', default: false, doc: 'Remove the home folder and mail of a removed user' },
  generate_ssh_key: { type: 'bool', default: false, doc: 'Make an SSH key pair if there is none' },
  ssh_key_bits: { type: 'int', doc: 'Size of the key; the default is ssh-keygen’s' },
  ssh_key_type: { type: 'str', default: 'rsa', doc: 'Kind of the key' },
  ssh_key_file: { type: 'path', doc: 'File of the key, from the home folder on; default .ssh/id_<type>' },
  ssh_key_comment: { type: 'str', doc: 'Comment in the key; default: ansible-generated on <host>' },
  seuser: { type: 'str', doc: 'SELinux user of a new user’s logins; the target needs SELinux' },
  hidden: { type: 'bool', doc: 'For macOS alone: an error' },
  login_class: { type: 'str', doc: 'For the BSDs alone: an error' },
  authorization: { type: 'str', doc: 'For illumos alone: an error' },
  profile: { type: 'str', doc: 'For illumos alone: an error' },
  role: { type: 'str', doc: 'For illumos alone: an error' },
  ssh_key_passphrase: { type: 'str', no_log: true, doc: 'Passphrase of the key' },
} as const satisfies ArgumentSpecs

export type WantedUser = Args<typeof USER_PARAMETERS>

/** The key file that is meant, absolute or from the home folder on. */
export function keyFile({ ssh_key_file, ssh_key_type }: WantedUser): string {
  return ssh_key_file ?? `.ssh/id_${ssh_key_type}`
}

/** Parameters for systems other than Linux. */
const ELSEWHERE = ['hidden', 'login_class', 'authorization', 'profile', 'role'] as const

/** Parameters that cannot stand beside `local`: its databases know nothing of them. */
const NOT_LOCAL = ['umask', 'uid_min', 'uid_max'] as const

/** @throws {ArgumentError} for a parameter that means nothing on Linux, or not beside another */
export function checkSystem(wanted: WantedUser): void {
  const [unfit] = wanted.local ? NOT_LOCAL.filter((name) => wanted[name] !== undefined) : []
  if (unfit !== undefined) throw new ArgumentError(`user: '${unfit}' can not be used with 'local'`)
  const given = ELSEWHERE.filter((name) => wanted[name] !== undefined)
  if (given.length === 0) return
  throw new ArgumentError(`user: ${given.join(', ')}: no user of a Linux system has that`, {
    hint: 'Leave it out, or write it only for hosts of that system: "{{ … | default(omit) }}".',
  })
}
