import { randomInt } from 'node:crypto'
import type { WriteStep } from '../core/module.ts'
import { PLACE } from '../core/place.ts'
import { lines, quote, Script, sh } from '../core/quote.ts'
import { guard, lockDirectory } from './guard.ts'

/** Where a file to send was put beforehand: a name in a private directory of the shell's. */
export interface Uploaded {
  readonly folder: string
  readonly name: string
}

/** Backups carry this many random digits, so that nobody can take their name first. */
const DIGITS = 12

/**
 * The script of a write step. The new file gets its content, owner and mode in a private directory next to the old one,
 * and then takes its name by rename(2): see `PLACE`. Whatever ends the script, its trap removes what was not renamed.
 * @param locked a directory that is locked already
 * @throws {Error} when a file to send was not uploaded
 */
export function writeFile(
  step: WriteStep,
  uploaded: Uploaded | undefined,
  locked: string | undefined,
): Script {
  const { owner = '', group = '', mode } = step
  const content = contentOf(step, uploaded)
  const octal = mode !== undefined && /^[0-7]+$/.test(mode)
  return lines(
    PLACE,
    new Script('', content.libraries),
    sh`w_from=$PWD; place_beside ${step.path}; place_apart`,
    step.replaces === undefined ? undefined : sh`place_same ${step.replaces}`,
    // Exclusively: nothing that has the name already is written to.
    new Script('set -C; : >"./$w_n" || exit 1; set +C'),
    new Script(`${content.body} >"./$w_n" || place_unwritten`),
    sh`place_own "./$w_n" ${owner} ${group} || exit 1`,
    // An octal mode stands for itself: with the old one in between the content could show to more than it may.
    octal ? undefined : sh`chmod -- ${new Script('"${w_mode:-=rw}"')} "./$w_n" || exit 1`,
    mode === undefined ? undefined : sh`chmod -- ${mode} "./$w_n" || exit 1`,
    step.validate === undefined ? undefined : new Script(validation(step.validate)),
    undisturbed(step, locked),
    step.backup ? backup() : undefined,
    new Script('place_put "./$w_n" "../$w_n" || exit 1; w_there='),
  )
}

// From here on until it is renamed nobody else who takes the lock changes what it replaces.
function undisturbed({ expects, backup }: WriteStep, locked: string | undefined): Script | undefined {
  if (expects !== undefined) return guard(expects, { locked, at: { directory: '..', file: '"../$w_n"' } })
  return backup && locked === undefined ? lockDirectory('..') : undefined
}

// What the content comes from may be named relative to where the shell is.
const BACK = 'cd -- "$w_from" || exit 1'

function contentOf(step: WriteStep, uploaded: Uploaded | undefined): Script {
  const { content } = step
  if (uploaded !== undefined) {
    return sh`( place_keep ${uploaded.folder}; cat -- ${uploaded.name} && rm -f -- ${uploaded.name} )`
  }
  if (typeof content === 'string' || Buffer.isBuffer(content)) return new Script(printBytes(content))
  if ('script' in content) {
    const { body, libraries } = content.script
    return new Script(`( ${BACK}; ${body}\n)`, libraries)
  }
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

// `%s` is where the new file's name goes, as in Ansible's `validate`; the rest is an ordinary command line. Programs
// get the whole path, since some resolve a relative one against a directory of their own.
function validation(command: string): string {
  const file = '"$w_new"'
  const filled = command.includes('%s') ? command.replaceAll('%s', file) : `${command} ${file}`
  return `w_new=$PWD/$w_n; ( ${BACK}; ${filled}\n) || exit $?`
}

// Ansible's form, with random digits after the process id. The backup is the old file itself, by a second name.
function backup(): Script {
  const digits = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0')
  return sh`place_backup "$w_n.$$${digits}.$(date +%Y-%m-%d@%H:%M:%S~)" || exit 1`
}
