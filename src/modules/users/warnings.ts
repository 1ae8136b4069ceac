import type { Account } from './account.ts'
import type { WantedUser } from './wanted.ts'

/** Passwords that nobody can log in with, given on purpose. */
const CLOSED = new Set(['*', '!', '*************'])
/** How long the last part of a hash is, by the name of the method that made it. */
const LENGTHS: Readonly<Record<string, number>> = { 1: 22, 5: 43, 6: 86, y: 43 }

/** What is likely not meant. */
export function warningsFor(args: WantedUser, { passwd }: Account): readonly string[] {
  const { name, local, append, groups, password } = args
  return [
    ...(append && groups === undefined
      ? ["'append' is set, but no 'groups' are specified. Use 'groups' to say which are added."]
      : []),
    ...(local && passwd === undefined
      ? [
          `/etc/passwd has no ${name}. The local user account may already exist in another database than /etc/passwd, where 'local' does not look.`,
        ]
      : []),
    ...(password === undefined || password === '' || CLOSED.has(password) || isHash(password)
      ? []
      : ['The password does not look like a hash, which is what this parameter takes, as crypt(5) has it.']),
  ]
}

function isHash(password: string): boolean {
  const [, method = '', ...rest] = password.split('$')
  const hash = rest.at(-1)
  if (hash === undefined || /[^./0-9A-Za-z]/.test(hash) || /[:*!]/.test(password)) return false
  return LENGTHS[method] === undefined || LENGTHS[method] === hash.length
}
