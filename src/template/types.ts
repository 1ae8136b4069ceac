import type { Location } from '../core/location.ts'
import type { Scope } from '../core/scope.ts'
import type { Syntax } from './jinja/syntax.ts'
import type { UserFunction } from './library.ts'
import type { UserLookup } from './lookups/define.ts'

export interface TemplarOptions {
  /** Folders for include, import and extends, and for the lookups that read files; also their `templates` and `files`. */
  readonly searchPath?: readonly string[]
  /** More filters; a name that exists is replaced. */
  readonly filters?: Readonly<Record<string, UserFunction>>
  readonly tests?: Readonly<Record<string, UserFunction>>
  readonly lookups?: Readonly<Record<string, UserLookup>>
  /** Where relative paths begin that name no file of a role: the playbook's folder. */
  readonly baseDirectory?: string
  /** Gives a file's content, decrypted when it is encrypted as a whole. */
  readonly decrypted?: (content: Buffer, file: string) => Buffer
  /** Whether lookups may run programs, write files and use the network; they may unless told otherwise. */
  readonly outside?: boolean
  /** Whether errors name the word that was probably meant; they do unless told otherwise: looking for it takes a while. */
  readonly suggest?: boolean
  /** Told about what works but deserves a look, such as a condition that is no boolean. */
  readonly warn?: (message: string, at: Location | undefined) => void
}

export interface FileOptions extends Partial<Syntax> {
  /** Folders to look in for this file only, before those of the templar. */
  readonly searchPath?: readonly string[]
  /** Where the result goes, for `template_destpath`. */
  readonly destination?: string
  /** The path as the task names it, for `template_path` and `ansible_managed`. */
  readonly source?: string
}

/** Names of variables that a template reads from outside. */
export interface VariableNames {
  /** Every free name. */
  readonly names: readonly string[]
  /** Those that each rendering reads, and whose absence nothing asks about: undefined ones are errors for sure. */
  readonly certain: readonly string[]
}

export interface Templar {
  /** Whether a value is text with template markup. Nothing is compiled, and nunjucks is not loaded. */
  isTemplate(value: unknown): value is string
  /**
   * Renders all text inside a value, keys of dicts apart. A whole-string `{{ … }}` gives the value itself.
   * @throws TemplateError, UndefinedVariableError
   */
  render(value: unknown, scope: Scope, at?: Location): unknown
  /** Renders a file as Ansible's template module does. */
  renderFile(path: string, scope: Scope, options?: FileOptions): string
  /** The value of a bare expression, as in `when` or `until`. */
  evaluate(expression: string, scope: Scope, at?: Location): unknown
  /** Whether a condition holds; values that are no booleans count as Ansible counts them, with a warning. */
  condition(expression: unknown, scope: Scope, at?: Location): boolean
  /** Checks syntax, and that filters and tests exist. */
  check(source: string, kind: 'template' | 'expression', at?: Location): void
  /** Checks the syntax of a template file. */
  checkFile(path: string, options?: FileOptions): void
  variables(source: string, kind?: 'template' | 'expression'): VariableNames
  /** A sentence that says so when there is no lookup of a name. */
  missingLookup(name: string): string | undefined
  /** Runs a lookup by name, as `with_<name>` does: always a list. */
  lookup(name: string, terms: readonly unknown[], scope: Scope, at?: Location): unknown[]
  /** The same templar with another search path; compiled templates are shared. */
  within(searchPath: readonly string[]): Templar
}
