import { randomBytes } from 'node:crypto'
import { chownWord } from '../core/chown.ts'
import { ArgumentError } from '../core/errors.ts'
import type { RunStep, ScriptStep, WriteStep } from '../core/module.ts'
import { quote, quoteAll, Script, safePath } from '../core/quote.ts'

/** A step that is shell: everything but act steps. */
export type ShellStep = RunStep | ScriptStep | WriteStep

/** A write step's content as the script finds it: in the script itself, or in a file uploaded before. */
export type Uploads = ReadonlyMap<WriteStep, string>

/** Steps compiled into one script; `mark` ends the output of each step, with its exit code. */
export interface Compiled {
  readonly script: Script
  readonly mark: string
}

/**
 * Compiles steps into one script, so that they cost one round trip. Each step runs in a subshell of its
 * own; the first whose exit code is not accepted ends the script.
 */
export function compileSteps(steps: readonly ShellStep[], uploads: Uploads = new Map()): Compiled {
  const mark = `@step-${randomBytes(12).toString('hex')}@`
  const text = steps.map((step) => {
    const accepted = step.ok === 'any' ? '*' : (step.ok ?? [0]).join('|')
    return [
      `( ${body(step, uploads)}\n)`,
      `r=$?; printf '%s %s\\n' ${mark} $r; printf '%s\\n' ${mark} >&2`,
      `case $r in ${accepted}) ;; *) exit 0;; esac`,
    ].join('\n')
  })
  return { script: new Script(text.join('\n')), mark }
}

function body(step: ShellStep, uploads: Uploads): string {
  if (step.kind === 'script') return step.script.text
  if (step.kind === 'write') return writeFile(step, uploads.get(step))
  const parts = [exportVariables(step.environment ?? {})]
  if (step.chdir !== undefined) parts.push(`cd ${quote(safePath(step.chdir))} || exit 1`)
  const command = quoteAll(step.argv)
  parts.push(step.stdin === undefined ? command : `printf %s ${quote(step.stdin)} | ${command}`)
  return parts.filter((part) => part !== '').join('\n')
}

/**
 * Shell text that exports variables.
 * @throws {ArgumentError} when a name is none that a shell can export (POSIX.1-2017, 3.235 Name)
 */
export function exportVariables(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new ArgumentError(`'${name}' cannot be the name of an environment variable`, {
          hint: 'Names are letters, digits and underscores, and do not begin with a digit.',
        })
      }
      return `export ${name}=${quote(value)}`
    })
    .join('\n')
}

// The new file is made beside the target, closed to others until its owner and mode are right, and takes
// the target's place by rename(2). Whatever ends the script, the trap removes what was not renamed.
function writeFile(step: WriteStep, uploaded: string | undefined): string {
  const owner = chownWord(step.owner, step.group)
  const parts = [
    `d=${quote(step.path)}`,
    step.follow ? `if [ -L "$d" ]; then d=$(readlink -f -- "$d") || exit 1; fi` : '',
    `case $d in */*) p=\${d%/*}/ ;; *) p=./ ;; esac`,
    `if [ -d "$d" ]; then echo "$d is a directory" >&2; exit 1; fi`,
    `t=$(mktemp "\${p}.playscript.XXXXXXXXXX") || exit 1`,
    `trap 'rm -f -- "$t"' EXIT; trap 'rm -f -- "$t"; exit 129' HUP INT PIPE TERM`,
    `${contentInto(step, uploaded)} || exit 1`,
    // What a replaced link led to lends the new file nothing.
    `if [ -e "$d" ] && [ ! -L "$d" ]; then o=$(stat -c %u:%g -- "$d"); m=$(stat -c %a -- "$d"); else o=; m==rw; fi`,
    // Who may write beside a file of somebody else's replaces it by one of his own: only root gives files away.
    `if [ -n "$o" ]; then chown "$o" -- "$t" 2>/dev/null || [ "$(id -u)" != 0 ] || chown "$o" -- "$t" || exit 1; fi`,
    // An octal mode stands for itself: with the old one in between the content could show to more than it may.
    isOctal(step.mode) ? '' : `chmod "$m" -- "$t" || exit 1`,
    owner === '' ? '' : `chown ${quote(owner)} -- "$t" || exit 1`,
    step.mode === undefined ? '' : `chmod ${quote(step.mode)} -- "$t" || exit 1`,
    step.validate === undefined ? '' : `${validation(step.validate)} || exit 1`,
    step.backup
      ? `if [ -e "$d" ]; then b="$d.$$.$(date +%Y-%m-%d@%H:%M:%S~)"; cp -p -- "$d" "$b" || exit 1; printf %s "$b"; fi`
      : '',
    `mv -f -- "$t" "$d" || exit 1`,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function isOctal(mode: string | undefined): boolean {
  return mode !== undefined && /^[0-7]+$/.test(mode)
}

function contentInto(step: WriteStep, uploaded: string | undefined): string {
  if (uploaded !== undefined) return `cat -- ${quote(uploaded)} >"$t" && rm -f -- ${quote(uploaded)}`
  const { content } = step
  if (typeof content === 'string' || Buffer.isBuffer(content)) return `${printBytes(content)} >"$t"`
  if ('script' in content) return `( ${content.script.text}\n) >"$t"`
  throw new Error(`${step.path}: the content of ${content.file} was not uploaded`)
}

/** A command that prints bytes: as quoted text where they are text, else in octal, which every printf reads. */
export function printBytes(content: string | Buffer): string {
  const text = typeof content === 'string' ? content : content.toString('utf8')
  const isText = typeof content === 'string' || Buffer.from(text, 'utf8').equals(content)
  if (isText && !text.includes('\0')) return `printf %s ${quote(text)}`
  const octal = [...Buffer.from(content)].map((byte) => `\\0${byte.toString(8)}`).join('')
  return `printf %b '${octal}'`
}

// `%s` is where the new file's name goes, as in Ansible's `validate`; the rest is an ordinary command line.
function validation(command: string): string {
  const file = '"$t"'
  return command.includes('%s') ? command.replaceAll('%s', file) : `${command} ${file}`
}
