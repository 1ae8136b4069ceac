import { randomBytes } from 'node:crypto'
import { ArgumentError } from '../core/errors.ts'
import type { RunStep, ScriptStep, WriteStep } from '../core/module.ts'
import { lines, quote, quoteAll, Script, safePath } from '../core/quote.ts'
import { guard } from './guard.ts'
import { type Uploaded, writeFile } from './write-file.ts'

/** A step that is shell: everything but act steps. */
export type ShellStep = RunStep | ScriptStep | WriteStep

/** Where the script finds the content of write steps that were too large for it. */
export type Uploads = ReadonlyMap<WriteStep, Uploaded>

/** Steps compiled into one script; `mark` ends the output of each step, with its exit code. */
export interface Compiled {
  readonly script: Script
  readonly mark: string
}

/**
 * Compiles steps into one script, so that they cost one round trip. Each step runs in a subshell of its
 * own; the first whose exit code is not accepted ends the script.
 * @param locked a directory that is locked already
 */
export function compileSteps(
  steps: readonly ShellStep[],
  uploads: Uploads = new Map(),
  locked?: string,
): Compiled {
  const mark = `@step-${randomBytes(12).toString('hex')}@`
  const scripts = steps.map((step) => {
    const accepted = step.ok === 'any' ? '*' : (step.ok ?? [0]).join('|')
    const { body, libraries } = stepScript(step, uploads, locked)
    const text = [
      `( ${body}\n)`,
      `r=$?; printf '%s %s\\n' ${mark} $r; printf '%s\\n' ${mark} >&2`,
      `case $r in ${accepted}) ;; *) exit 0;; esac`,
    ]
    return new Script(text.join('\n'), libraries)
  })
  return { script: lines(...scripts), mark }
}

function stepScript(step: ShellStep, uploads: Uploads, locked: string | undefined): Script {
  if (step.kind === 'write') return writeFile(step, uploads.get(step), locked)
  const guarded = step.expects === undefined ? undefined : guard(step.expects, { locked })
  if (step.kind === 'script') return lines(guarded, step.script)
  const parts = [guarded?.text ?? '', exportVariables(step.environment ?? {})]
  if (step.chdir !== undefined) parts.push(`cd ${quote(safePath(step.chdir))} || exit 1`)
  const command = quoteAll(step.argv)
  parts.push(step.stdin === undefined ? command : `printf %s ${quote(step.stdin)} | ${command}`)
  return new Script(parts.filter((part) => part !== '').join('\n'))
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
