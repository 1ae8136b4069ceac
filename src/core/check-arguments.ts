import type { ArgumentRules, ArgumentSpec, ArgumentSpecs } from './arguments.ts'
import { COERCIONS, Mismatch } from './coerce.ts'
import { didYouMean } from './suggest.ts'
import { toJavaScript } from './values/javascript.ts'
import { compactJson } from './values/json.ts'

export interface CheckOptions {
  /** The module's name, for messages. */
  readonly module: string
  readonly specs: ArgumentSpecs
  readonly rules?: ArgumentRules | undefined
  /** Parameters beside the declared ones are kept. */
  readonly open?: boolean | undefined
  /** Parameters of Ansible's that do nothing here: left out. */
  readonly ignored?: Readonly<Record<string, string>>
  /** Values stay as the engine has them; else they are turned into what code in TypeScript expects. */
  readonly exact?: boolean | undefined
  /** Values that are not known yet (templates, functions): taken as given and correct. */
  readonly deferred?: (value: unknown) => boolean
  /** The home directory that `~` stands for in paths. */
  readonly home?: string
}

export interface Checked {
  readonly args: Record<string, unknown>
  /** One sentence for each thing that is wrong; empty when all is well. */
  readonly problems: readonly string[]
}

/**
 * Checks and converts a module's arguments as Ansible's argument spec does: aliases, unknown and missing
 * parameters, types, choices, nested options, defaults and the rules between parameters. It never throws:
 * all that is wrong is listed.
 */
export function checkArguments(raw: Readonly<Record<string, unknown>>, options: CheckOptions): Checked {
  const problems: string[] = []
  const { incomplete } = options.rules?.words ?? {}
  const args = checkOptions(raw, options.specs, '', options, problems, incomplete)
  const own = (name: string) =>
    [name, ...(options.specs[name]?.aliases ?? [])].some(
      (word) => raw[word] !== undefined && raw[word] !== null,
    )
  checkRules(options.rules ?? {}, args, { own, deferred: options.deferred, problems })
  return { args, problems }
}

function checkOptions(
  raw: Readonly<Record<string, unknown>>,
  specs: ArgumentSpecs,
  path: string,
  options: CheckOptions,
  problems: string[],
  incomplete?: string,
): Record<string, unknown> {
  const names = namesOf(specs)
  const given: Record<string, unknown> = {}
  const args: Record<string, unknown> = {}
  for (const [word, value] of Object.entries(raw)) {
    if (value === undefined) continue
    const name = names.get(word)
    if (name !== undefined) given[name] = value
    else if (options.open) args[word] = options.exact ? value : toJavaScript(value)
    else if (path === '' && options.ignored?.[word] !== undefined) continue
    else {
      const known = Object.keys(specs).sort().join(', ')
      problems.push(
        `${options.module} has no parameter '${path}${word}'${didYouMean(word, names.keys())} (it has: ${known})`,
      )
    }
  }
  const missing = Object.keys(specs).filter((name) => specs[name]?.required && (given[name] ?? null) === null)
  if (missing.length > 0) problems.push(incomplete ?? missingWords(missing, path))
  for (const [name, spec] of Object.entries(specs)) {
    const value = given[name] ?? spec.default
    if (value === undefined || value === null) args[name] = undefined
    else {
      const checked = checkValue(value, spec, `${path}${name}`, options, problems)
      args[name] = options.exact ? checked : toJavaScript(checked)
    }
  }
  return args
}

// Made once: a module's arguments are checked for each task and host.
const namesBySpecs = new WeakMap<ArgumentSpecs, ReadonlyMap<string, string>>()

/** The parameters by all of their names. */
function namesOf(specs: ArgumentSpecs): ReadonlyMap<string, string> {
  const known = namesBySpecs.get(specs)
  if (known !== undefined) return known
  const names = new Map<string, string>()
  for (const [name, spec] of Object.entries(specs)) {
    names.set(name, name)
    for (const alias of spec.aliases ?? []) names.set(alias, name)
  }
  namesBySpecs.set(specs, names)
  return names
}

// Playbooks look for these words: they are Ansible's.
function missingWords(names: readonly string[], path: string): string {
  const inside = path.split('.').slice(0, -1).join(' -> ')
  return `missing required arguments: ${[...names].sort().join(', ')}${inside && ` found in ${inside}`}`
}

function checkValue(
  value: unknown,
  spec: ArgumentSpec,
  path: string,
  options: CheckOptions,
  problems: string[],
): unknown {
  if (options.deferred?.(value)) return value
  if (spec.only_text !== undefined && typeof value !== 'string') {
    problems.push(spec.only_text)
    return String(value)
  }
  const expected = (what: string) => {
    problems.push(`${options.module}: ${path} is ${compactJson(value)}; it must be ${what}`)
    return value
  }
  let converted: unknown
  try {
    converted = COERCIONS[spec.type](value)
  } catch (error) {
    if (error instanceof Mismatch) return expected(error.message)
    throw error
  }
  if (spec.type === 'list') {
    const { elements = 'raw', ...rest } = spec
    const element: ArgumentSpec = { ...rest, type: elements }
    return (converted as unknown[]).map((item, index) =>
      checkValue(item ?? (elements === 'str' ? '' : item), element, `${path}[${index}]`, options, problems),
    )
  }
  if (spec.type === 'dict' && spec.options) {
    return checkOptions(
      converted as Record<string, unknown>,
      spec.options,
      `${path}.`,
      { ...options, open: false },
      problems,
    )
  }
  if (spec.choices) {
    const choice = spec.choices.find(
      (one) => one === converted || String(one) === booleanWord(converted, spec.choices),
    )
    if (choice === undefined) {
      const words = spec.choices.map(String)
      return expected(`one of: ${words.join(', ')}${didYouMean(String(value), words)}`)
    }
    return choice
  }
  return spec.type === 'path' ? expandHome(converted as string, options.home) : converted
}

// YAML 1.1 reads `state: no` as false; where the choices hold the word, that is what was meant.
function booleanWord(value: unknown, choices: ArgumentSpec['choices'] = []): string {
  const word = String(value)
  const spellings = { True: ['yes', 'on', 'true'], False: ['no', 'off', 'false'] }[word]
  return spellings?.find((spelling) => choices.includes(spelling)) ?? word
}

/** A path with the home directory in place of a `~` at its start and of `$HOME`. */
export function expandHome(path: string, home: string | undefined): string {
  if (home === undefined) return path
  return path.replace(/^~(?=\/|$)|\$HOME\b|\$\{HOME\}/g, () => home)
}

// A default excludes nothing: only what the author gave does.
function checkRules(
  rules: ArgumentRules,
  args: Readonly<Record<string, unknown>>,
  {
    own,
    deferred,
    problems,
  }: {
    readonly own: (name: string) => boolean
    readonly deferred: CheckOptions['deferred'] | undefined
    readonly problems: string[]
  },
): void {
  const given = (name: string) => args[name] !== undefined
  // A template may render to `omit`.
  const certain = (name: string) => own(name) && deferred?.(args[name]) !== true
  const list = (names: readonly string[]) => names.join(', ')
  for (const names of rules.mutually_exclusive ?? []) {
    if (names.filter(certain).length > 1)
      problems.push(rules.words?.several_given ?? `parameters are mutually exclusive: ${list(names)}`)
  }
  for (const names of rules.required_together ?? []) {
    if (names.some(given) && !names.every(given))
      problems.push(`parameters are required together: ${list(names)}`)
  }
  for (const names of rules.required_one_of ?? []) {
    if (!names.some(given))
      problems.push(rules.words?.none_given ?? `one of the following is required: ${list(names)}`)
  }
  for (const [name, value, needed] of rules.required_if ?? []) {
    const missing = needed.filter((one) => !given(one))
    if (args[name] === value && missing.length > 0)
      problems.push(`${name} is ${String(value)}, so these are required: ${list(missing)}`)
  }
  for (const [name, needed] of Object.entries(rules.required_by ?? {})) {
    const missing = needed.filter((one) => !given(one))
    if (given(name) && missing.length > 0) problems.push(`parameter ${name} needs: ${list(missing)}`)
  }
}
