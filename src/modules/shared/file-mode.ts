import { ArgumentError } from '../../core/errors.ts'

/** What a symbolic mode is worked out against. */
export interface ModeBase {
  /** The permission bits the file has, or would have when newly made. */
  readonly mode: number
  readonly directory: boolean
  readonly umask: number
}

const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 }
const SHIFT: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 }

/**
 * The permission bits that a mode (octal or symbolic, as chmod takes it) means for a file: POSIX.1-2017, chmod.
 * Without a `who`, bits in the umask are left alone. An octal mode and `=` also clear a directory's set-id bits, as
 * in Ansible, though GNU chmod would keep them.
 * @throws {ArgumentError} for `preserve`, which only modules that copy understand
 */
export function resolveMode(wanted: string | number, base: ModeBase): number {
  const text = String(wanted)
  if (/^[0-7]+$/.test(text)) return Number.parseInt(text, 8) & 0o7777
  if (text === 'preserve') {
    throw new ArgumentError("mode 'preserve' needs a source file to take the mode from", {
      hint: 'Only copy and template know it; write the mode itself.',
    })
  }
  return text.split(',').reduce((mode, clause) => applyClause(mode, clause, base), base.mode)
}

function applyClause(mode: number, clause: string, base: ModeBase): number {
  const [, who = '', actions = ''] = /^([ugoa]*)(.*)$/.exec(clause) ?? []
  const masked = who === '' ? ~base.umask & 0o7777 : 0o7777
  const scope = [...(who === '' ? 'a' : who)].reduce((bits, letter) => bits | (WHO[letter] ?? 0), 0)
  let result = mode
  for (const [, operator, letters = ''] of actions.matchAll(/([-+=])([rwxXst]*|[ugo])(?=[-+=]|$)/g)) {
    const bits = [...letters].reduce((all, letter) => all | bitsOf(letter, result, base), 0) & scope & masked
    if (operator === '+') result |= bits
    else if (operator === '-') result &= ~bits
    else result = (result & ~scope) | bits
  }
  return result
}

function bitsOf(letter: string, mode: number, { directory }: ModeBase): number {
  const shift = SHIFT[letter]
  if (shift !== undefined) return ((mode >> shift) & 7) * 0o111
  const fixed: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000 }
  if (letter === 'X') return directory || (mode & 0o111) !== 0 ? 0o111 : 0
  return fixed[letter] ?? 0
}

/** A mode as the results of Ansible's file modules show it: `0644`, `01777`. */
export function formatMode(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`
}

/** A mode for chmod: with five digits GNU chmod clears a directory's set-id bits as well. */
export function chmodMode(mode: number): string {
  return mode.toString(8).padStart(5, '0')
}
