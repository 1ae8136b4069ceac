import { randomBytes } from 'node:crypto'
import { BecomeError, type PlayscriptError, UnreachableError } from '../core/errors.ts'
import { quote, quoteAll } from '../core/quote.ts'
import type { Become } from '../core/remote.ts'
import { shellWords } from '../core/shell-words.ts'
import type { Channel, Ending } from './channel.ts'
import { withDeadline } from './deadline.ts'

/** One way to become another user. */
interface Method {
  readonly argv: (
    become: Become,
    words: { flags: readonly string[]; prompt: string; command: string[] },
  ) => string[]
  /** What asks for the password; `prompt` is one that nobody can guess, for methods that let us choose. */
  readonly asks: (prompt: string) => RegExp
}

const METHODS: Record<Become['method'], Method> = {
  sudo: {
    argv: ({ user, password }, { flags, prompt, command }) => [
      ...(password === undefined ? ['-n', ...flags] : ['-S', '-p', prompt, ...withoutLetter(flags, 'n')]),
      ...['-u', user, '--', ...command],
    ],
    asks: (prompt) => new RegExp(prompt),
  },
  su: {
    argv: ({ user }, { flags, command }) => [...flags, user, '-c', command.map(plainWord).join(' ')],
    asks: () => /assword: ?$/,
  },
  doas: {
    argv: ({ user, password }, { flags, command }) => [
      ...(password === undefined ? ['-n', ...flags] : withoutLetter(flags, 'n')),
      ...['-u', user, ...command],
    ],
    asks: () => /assword: ?$/,
  },
}

/** Flags that a method gets when none are set, as Ansible's become plugins have them. */
const DEFAULT_FLAGS: Record<Become['method'], string> = { sudo: '-H', su: '', doas: '' }

const HINTS: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /password is required|no password was provided|Authorization required/i,
    hint: 'Give the password: ansible_become_password, or --ask-become-pass.',
  },
  {
    pattern: /try again|incorrect password|authentication failure|Authentication failed/i,
    hint: 'The become password is wrong. It was tried once, and will not be tried again in this run.',
  },
  {
    pattern: /tty/,
    hint: 'Requests run without a terminal: remove requiretty for this user, or allow it without a password.',
  },
  {
    pattern: /not in the sudoers|not allowed|not permitted/,
    hint: 'Give the login user the right to do so.',
  },
  { pattern: /not found|No such file/, hint: 'Install it on the host, or set ansible_become_method.' },
]

/**
 * User names as useradd, directory services and `sudo -u '#1000'` write them.
 * @throws {BecomeError} for any other text
 */
export function checkBecomeUser(user: string, where: string): void {
  if (/^(#\d+|[A-Za-z0-9_][A-Za-z0-9_.@\\+-]*\$?)$/.test(user)) return
  throw new BecomeError(`${where}: become_user is ${JSON.stringify(user)}, which is no user name`, {
    hint: 'Letters, digits, and _ . @ + - are allowed; a number is written #1000.',
  })
}

/** What becoming a user takes, for one channel: its marks are fresh and random, so that nobody can forge them. */
export interface Becoming {
  readonly become: Become
  readonly where: string
  readonly marks: { readonly start: string; readonly success: string; readonly prompt: string }
  /** For the shell to run as it starts; it leaves stdin alone. Nothing happens when the login user is that user. */
  readonly script: string
  /** Nobody but the new shell will read stdin: requests may be sent before the user is known to have changed. */
  readonly unasked: boolean
}

/** Prepares to become a user. @throws {BecomeError} for what no program could be given */
export function prepareBecome(become: Become, where: string, shellExecutable: string): Becoming {
  checkBecomeUser(become.user, where)
  if (become.password?.includes('\n')) {
    throw new BecomeError(
      `${where}: the become password has a line break in it, so ${become.method} cannot read it`,
    )
  }
  const nonce = randomBytes(16).toString('hex')
  const marks = {
    ...{ start: `@start-${nonce}@`, success: `@became-${nonce}@`, prompt: `@password-${nonce}@` },
  }
  const script = becomeText(become, { ...marks, shellExecutable })
  // su has no flag that keeps it from asking.
  return { become, where, marks, script, unasked: become.password === undefined && become.method !== 'su' }
}

/**
 * Answers what the become program asks, and waits until the channel's shell is the other user's. The password answers
 * the first prompt alone, on stdin, while nothing but the become program reads it.
 * @param seconds how long the program may take
 * @throws {BecomeError} when it is refused
 */
export async function becomeUser(channel: Channel, becoming: Becoming, seconds: number): Promise<void> {
  const { become, marks } = becoming
  const { start, success, prompt } = marks
  const asks = METHODS[become.method].asks(prompt)
  const heard = { stdout: '', stderr: '' }
  let answered = false

  const became = new Promise<'became' | 'refused'>((resolve) => {
    channel.listen((stream, chunk) => {
      heard[stream] = (heard[stream] + chunk.toString('utf8')).slice(-20_000)
      const said = after(heard[stream], start)
      if (stream === 'stdout' && said.includes(success)) return resolve('became')
      if (!asks.test(said)) return
      if (answered || become.password === undefined) return resolve('refused')
      answered = true
      heard[stream] = `${start}${said.replace(asks, '')}`
      void channel.write(`${become.password}\n`)
    })
  })
  const outcome = await withDeadline<'became' | 'refused' | 'late' | Ending>(
    Promise.race([became, channel.ended]),
    seconds,
    () => 'late',
  )
  if (outcome === 'became') return
  channel.destroy()
  if (outcome === 'late' || outcome === 'refused') {
    const said = spoken(becoming, `${heard.stdout}\n${heard.stderr}`)
    const why =
      outcome === 'late' ? `no answer within ${seconds} s. ${said}` : refusal(said, answered, outcome)
    throw refused(become, becoming.where, why)
  }
  throw notBecome(becoming, outcome, `${heard.stdout}\n${heard.stderr}`)
}

/** The error of a channel that ended before its shell was the other user's; `heard` is what it printed. */
export function notBecome(becoming: Becoming, ending: Ending, heard: string): PlayscriptError {
  const { become, where, marks } = becoming
  if (ending.kind === 'lost') return new UnreachableError(`${where}: ${ending.reason}`)
  if (!heard.includes(marks.start)) {
    return new UnreachableError(`${where}: the login shell ended: ${cleaned(heard, [])}`)
  }
  return refused(become, where, refusal(spoken(becoming, heard), false, ending))
}

// What the program said on both streams: each has the mark, after which it begins.
function spoken({ marks }: Becoming, heard: string): string {
  return cleaned(after(heard, marks.start), Object.values(marks))
}

function becomeText(
  become: Become,
  words: { start: string; success: string; prompt: string; shellExecutable: string },
): string {
  const { start, success, prompt, shellExecutable } = words
  const exe = shellWords(become.exe || become.method)
  const flags = shellWords(become.flags ?? DEFAULT_FLAGS[become.method])
  const command = [shellExecutable, '-c', `echo ${success}; exec ${shellExecutable}`]
  const argv = [...exe, ...METHODS[become.method].argv(become, { flags, prompt, command })]
  return [
    `printf '%s\\n' ${start}; printf '%s\\n' ${start} >&2`,
    `if [ "$(id -un)" = ${quote(become.user)} ]; then echo ${success}; exec ${quote(shellExecutable)}; fi`,
    `LC_ALL=C LANGUAGE=; export LC_ALL LANGUAGE; exec ${quoteAll(argv)}`,
  ].join('\n')
}

// su hands the command to the user's login shell, which may be fish or csh: their single quotes agree with
// POSIX as long as the word has no quote, backslash or exclamation mark in it.
function plainWord(word: string): string {
  if (/['\\!]/.test(word)) throw new BecomeError(`su cannot pass on ${word}`)
  return `'${word}'`
}

// Takes `-n` out of flags, also of a bundle such as `-Hn`.
function withoutLetter(flags: readonly string[], letter: string): string[] {
  return flags
    .map((flag) => (/^-[A-Za-z]+$/.test(flag) ? flag.replaceAll(letter, '') : flag))
    .filter((flag) => flag !== '-')
}

function after(text: string, mark: string): string {
  const at = text.indexOf(mark)
  return at === -1 ? '' : text.slice(at + mark.length)
}

function cleaned(text: string, tokens: readonly string[]): string {
  let plain = text
  for (const token of tokens) plain = plain.replaceAll(token, '')
  return plain
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-5)
    .join('; ')
}

function refusal(said: string, answered: boolean, outcome: 'refused' | Ending): string {
  if (outcome === 'refused')
    return answered ? `incorrect password. ${said}` : `a password is required. ${said}`
  return said || (outcome.kind === 'exit' ? `it ended with exit code ${outcome.code ?? outcome.signal}` : '')
}

function refused({ method, user }: Become, where: string, why: string): BecomeError {
  const hint = HINTS.find(({ pattern }) => pattern.test(why))?.hint
  return new BecomeError(
    `${where}: ${method} could not become ${user}: ${why.trim()}`,
    hint === undefined ? {} : { hint },
  )
}
