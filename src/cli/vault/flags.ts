/** The flags that say which vault passwords there are, named as Ansible's commands name them. */
export const VAULT_FLAGS = {
  'vault-id': {
    type: 'string',
    multiple: true,
    value: 'LABEL@SOURCE',
    help: 'a vault password: label@file, label@program or label@prompt; repeatable',
  },
  'vault-password-file': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'a file that holds the vault password, or a program that prints it; repeatable',
  },
  'vault-pass-file': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'the same as --vault-password-file',
  },
  'ask-vault-pass': { type: 'boolean', short: 'J', help: 'ask for the vault password' },
  'ask-vault-password': { type: 'boolean', help: 'the same as --ask-vault-pass' },
} as const

/** Those flags as given. */
export interface VaultFlags {
  readonly 'vault-id'?: readonly string[] | undefined
  readonly 'vault-password-file'?: readonly string[] | undefined
  readonly 'vault-pass-file'?: readonly string[] | undefined
  readonly 'ask-vault-pass'?: boolean | undefined
  readonly 'ask-vault-password'?: boolean | undefined
}
