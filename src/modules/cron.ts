import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError, TaskError } from '../core/errors.ts'
import { type Expectation, expectFile, expectOutput } from '../core/expectation.ts'
import { defineModule, nothing, type Plan, run, type Step } from '../core/module.ts'
import { refuseLineBreaks } from '../core/one-line.ts'
import { type Script, safePath, sh } from '../core/quote.ts'
import {
  jobNames,
  type Lines,
  putJob,
  putVariable,
  readCrontab,
  removeJob,
  removeVariable,
  variableNames,
  writeCrontab,
} from './cron/crontab.ts'
import { contentChange } from './shared/content.ts'

const ARGS = {
  name: { type: 'str', required: true, doc: 'What the job is known by; with env the name of the variable' },
  user: {
    type: 'str',
    doc: 'Whose crontab; default: the user who runs the task. In a cron_file: who runs the job',
  },
  job: { type: 'str', aliases: ['value'], doc: 'The command line; with env the value of the variable' },
  state: { type: 'str', choices: ['absent', 'present'], default: 'present', doc: 'Whether it is there' },
  cron_file: { type: 'path', doc: 'A file of jobs instead of a user’s crontab; relative to /etc/cron.d' },
  backup: { type: 'bool', default: false, doc: 'Keep the old crontab in a file' },
  minute: { type: 'str', default: '*', doc: 'Minutes at which it runs' },
  hour: { type: 'str', default: '*', doc: 'Hours at which it runs' },
  day: { type: 'str', default: '*', aliases: ['dom'], doc: 'Days of the month on which it runs' },
  month: { type: 'str', default: '*', doc: 'Months in which it runs' },
  weekday: { type: 'str', default: '*', aliases: ['dow'], doc: 'Days of the week on which it runs' },
  special_time: {
    type: 'str',
    choices: ['annually', 'daily', 'hourly', 'monthly', 'reboot', 'weekly', 'yearly'],
    doc: 'A name for the time at which it runs',
  },
  disabled: { type: 'bool', default: false, doc: 'Keep the job as a comment' },
  env: { type: 'bool', default: false, doc: 'It is a variable of the environment of all jobs' },
  insertafter: { type: 'str', doc: 'The variable behind which a new one is put' },
  insertbefore: { type: 'str', doc: 'The variable before which a new one is put' },
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

const NO_CRONTAB = 'cron: the target has no crontab (package cron on Debian, cronie on Fedora and Arch)'

/**
 * Keep a job, or a variable, in a crontab.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/cron_module.html
 *
 * @example
 * { cron: { name: 'rotate the keys', hour: '3', minute: '15', job: '/usr/local/sbin/rotate' } }
 */
export const cron = defineModule({
  name: 'cron',
  doc: 'Keep a job, or a variable, in a crontab',
  args: ARGS,
  rules: { mutually_exclusive: [['insertafter', 'insertbefore']] },
  probe: (args) => probeCrontab(args),
  parse: ({ bytes }, args) => parseFound(bytes, args),
  plan: (args, found, { diff }) => planCrontab(args, found, diff),
  finish({ backup }) {
    return backup === undefined ? {} : { backup_file: backup.stdout.trim() }
  },
})

/** A crontab as it is: its text, and that text's lines. */
interface Found {
  readonly exists: boolean
  /** Its bytes: of a file as they are, else as `listing` prints them. */
  readonly printed: Buffer
  readonly text: string
  readonly lines: Lines
}

function fileOf({ cron_file }: Wanted): string | undefined {
  if (cron_file === undefined || cron_file === '') return undefined
  return cron_file.startsWith('/') ? cron_file : `/etc/cron.d/${cron_file}`
}

// Only root may name another user, and anyone's own crontab is asked for without a name.
function crontab({ user }: Wanted, ...words: readonly string[]): Script {
  if (user === undefined) return sh`crontab ${words}`
  return sh`if [ "$(id -un)" = ${user} ]; then crontab ${words}; else crontab -u ${user} ${words}; fi`
}

function probeCrontab(args: Wanted): Script {
  checkWanted(args)
  const file = fileOf(args)
  if (file !== undefined)
    return sh`if [ -e ${file} ]; then echo yes; cat -- ${safePath(file)}; else echo no; fi`
  return sh`command -v crontab >/dev/null 2>&1 || { echo none; exit 0; }
${listing(args)}`
}

function listing(args: Wanted): Script {
  return sh`{ ${crontab(args, '-l')}; printf '\n%s.' "$?"; } 2>&1`
}

function parseFound(printed: Buffer, args: Wanted): Found {
  const text = printed.toString('utf8')
  if (text === 'none\n') throw new TaskError(NO_CRONTAB)
  if (fileOf(args) !== undefined) {
    const exists = text.startsWith('yes\n')
    const content = exists ? printed.subarray('yes\n'.length) : Buffer.alloc(0)
    return { exists, printed: content, ...readCrontab(content.toString('utf8'), false) }
  }
  const [, shown = '', code = ''] = /^([\s\S]*)\n(\d+)\.$/.exec(text) ?? []
  if (code === '0') return { exists: true, printed, ...readCrontab(shown, true) }
  // Exit code 1 is also that of a user without a crontab; what else went wrong says so in other words.
  if (code === '1' && /no crontab for|can't open|No such file/i.test(shown)) {
    return { exists: false, printed, text: '', lines: [] }
  }
  throw new TaskError(`cron: the crontab cannot be read: ${shown.trim()}`)
}

function checkWanted(args: Wanted): void {
  const { state, job, env, name, insertafter, insertbefore, special_time, user } = args
  const problem = (text: string) => new ArgumentError(`cron: ${text}`)
  const file = fileOf(args)
  const { minute, hour, day, month, weekday } = args
  refuseLineBreaks('cron', { name, user, minute, hour, day, month, weekday, ...(env && { job }) })
  if (file === '/etc/crontab') throw problem('/etc/crontab is no file for cron_file: other jobs are in it')
  const times = [args.minute, args.hour, args.day, args.month, args.weekday]
  if (special_time !== undefined && times.some((time) => time !== '*')) {
    throw problem('special_time and fields of a time exclude one another')
  }
  if (env && /\s/.test(name)) throw problem(`'${name}' cannot be the name of a variable: it has a blank`)
  if (state === 'absent') return
  if (file !== undefined && user === undefined) throw problem('cron_file needs a user')
  if (job === undefined) throw problem('state present needs a job')
  if (!env && (insertafter ?? insertbefore) !== undefined) {
    throw problem('insertafter and insertbefore are for variables: they need env')
  }
}

function planCrontab(args: Wanted, found: Found, diff: boolean): Plan {
  const file = fileOf(args)
  const lines = edit(args, found.lines)
  if (lines === undefined) {
    return { ...nothing(), failed: `Variable named '${args.insertafter ?? args.insertbefore}' not found.` }
  }
  const place = file ?? (args.user === undefined ? 'crontab' : `crontab for user "${args.user}"`)
  const emptied = file !== undefined && args.state === 'absent' && !args.env && lines !== found.lines
  if (emptied && lines.every((line) => line.trim() === '')) return planRemoval(args, file, found, diff)
  const warnings = warningsFor(args)
  const result = {
    jobs: jobNames(lines),
    envs: variableNames(lines),
    ...(warnings.length > 0 && { warnings }),
    ...(args.cron_file && { cron_file: args.cron_file }),
  }
  // A last line that was not ended would swallow the next one.
  if (lines === found.lines && (found.text === '' || found.text.endsWith('\n'))) return nothing(result)
  const text = writeCrontab(lines)
  const known = (content: string) => ({ bytes: Buffer.from(content) })
  return {
    changes: [contentChange(place, found.exists ? known(found.text) : undefined, known(text), { diff })],
    steps: [...(args.backup ? [backupStep(args, found)] : []), writeStep(args, text, found)],
    result,
  }
}

function edit(args: Wanted, lines: Lines): Lines | undefined {
  const { name, state, env, job = '' } = args
  if (env) {
    return state === 'absent'
      ? removeVariable(lines, name)
      : putVariable(lines, name, `${name}="${job}"`, args)
  }
  return state === 'absent' ? removeJob(lines, name) : putJob(lines, name, jobLine(args))
}

function jobLine(args: Wanted): string {
  const { special_time, minute, hour, day, month, weekday, user, job = '', disabled } = args
  const time = special_time === undefined ? [minute, hour, day, month, weekday] : [`@${special_time}`]
  const who = fileOf(args) === undefined || user === undefined ? [] : [user]
  return `${disabled ? '#' : ''}${[...time, ...who, job.replace(/^[\r\n]+|[\r\n]+$/g, '')].join(' ')}`
}

function planRemoval(args: Wanted, file: string, found: Found, diff: boolean): Plan {
  const before = { bytes: Buffer.from(found.text) }
  return {
    changes: [
      { what: 'state', before: 'file', after: 'absent' },
      ...(diff ? [contentChange(file, before, { bytes: Buffer.alloc(0) }, { diff })] : []),
    ],
    steps: [
      ...(args.backup ? [backupStep(args, found)] : []),
      run(['rm', '-f', '--', safePath(file)], { expects: expectationOf(args, found) }),
    ],
    result: { cron_file: args.cron_file, state: args.state },
  }
}

// A directory that every user can lock, so that root and the crontab's user wait for each other.
const SPOOL = '/var/spool'

function expectationOf(args: Wanted, { printed }: Found): Expectation {
  const file = fileOf(args)
  return file === undefined ? expectOutput(listing(args), printed, SPOOL) : expectFile(file, printed)
}

function writeStep(args: Wanted, text: string, found: Found): Step {
  const path = fileOf(args)
  const expects = expectationOf(args, found)
  if (path !== undefined) {
    const mode = found.exists ? undefined : '0644'
    return { kind: 'write', label: `write ${path}`, path, content: text, mode, expects }
  }
  const script = sh`printf %s ${text} | { ${crontab(args, '-')}; }`
  return { kind: 'script', label: 'write the crontab', script, expects }
}

function backupStep(args: Wanted, found: Found): Step {
  const { text } = found
  const expects = expectationOf(args, found)
  const script = sh`umask 077; b=$(mktemp /tmp/crontabXXXXXXXX) && printf %s ${text} >"$b" && printf %s "$b"`
  return { kind: 'script', label: 'keep the old crontab', as: 'backup', script, expects }
}

function warningsFor(args: Wanted): readonly string[] {
  const name = fileOf(args)?.split('/').at(-1) ?? ''
  const lineBreaks = /[\r\n]/.test((args.job ?? '').replace(/^[\r\n]+|[\r\n]+$/g, ''))
  return [
    ...(/^[A-Za-z0-9_-]*$/.test(name)
      ? []
      : [`cron reads no file named '${name}' everywhere: use letters, digits, _ and - alone`]),
    ...(lineBreaks && args.state === 'present' ? ['a job is one line, and this one has line breaks'] : []),
  ]
}
