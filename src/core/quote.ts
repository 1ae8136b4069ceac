import { ArgumentError } from './errors.ts'

/**
 * POSIX sh text, as data: it is not run where it is made. Made with the `sh` tag, so that every value
 * in it is quoted.
 */
export class Script {
  /** The script without its libraries. */
  readonly body: string
  /** Functions that the body calls, each text made by `library`. A shell keeps them, so that they travel once. */
  readonly libraries: readonly string[]
  constructor(body: string, libraries: readonly string[] = []) {
    this.body = body
    this.libraries = libraries
  }
  /** All of it, as any shell can run it. */
  get text(): string {
    return this.libraries.length === 0 ? this.body : [...this.libraries, this.body].join('\n')
  }
  toString(): string {
    return this.text
  }
}

/** A library of shell functions: whatever script it becomes part of can call them, wherever in it that is. */
export function library(functions: string): Script {
  return new Script('', [functions])
}

/** What may stand inside an `sh` template: words are quoted, lists become several words, scripts go in as they are. */
export type Word = string | number | Script | readonly (string | number)[]

/**
 * Quotes one word for a POSIX shell (POSIX.1-2017, 2.2.2 Single-Quotes). dash, busybox ash, ksh and bash
 * all read it back byte for byte.
 * @throws {ArgumentError} when the word holds a NUL byte, which no argument can
 */
export function quote(word: string): string {
  if (word.includes('\0')) {
    throw new ArgumentError(`a NUL byte cannot be part of a command: ${JSON.stringify(word.slice(0, 60))}`)
  }
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Quotes an argument list into one command line. */
export function quoteAll(argv: readonly (string | number)[]): string {
  return argv.map((word) => quote(String(word))).join(' ')
}

function embed(value: Word): string {
  if (value instanceof Script) return value.body
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return String(value)
  return quoteAll(value)
}

/**
 * Writes a shell script whose interpolated values are always quoted:
 * `` sh`getent group ${name} || true` ``. The text itself is taken raw, so `\n` reaches the shell as written.
 */
export function sh(text: TemplateStringsArray, ...values: Word[]): Script {
  return new Script(String.raw({ raw: text.raw }, ...values.map(embed)), librariesOf(values))
}

function librariesOf(values: readonly (Word | undefined)[]): readonly string[] {
  const scripts = values.filter((value) => value instanceof Script)
  return [...new Set(scripts.flatMap((script) => script.libraries))]
}

/** Joins scripts line by line; undefined ones are left out. */
export function lines(...scripts: (Script | undefined)[]): Script {
  const bodies = scripts.flatMap((script) =>
    script === undefined || script.body === '' ? [] : [script.body],
  )
  return new Script(bodies.join('\n'), librariesOf(scripts))
}

/** A path that a command cannot take for an option: `-x` becomes `./-x`. */
export function safePath(path: string): string {
  return path.startsWith('-') ? `./${path}` : path
}

/**
 * Words that a command is given as they are: with `--` before them if one could pass for an option, and only then, since
 * some small systems' commands do not know `--`.
 */
export function operands(...words: readonly string[]): readonly string[] {
  return words.some((word) => word.startsWith('-')) ? ['--', ...words] : words
}
