import { ArgumentError } from '../../core/errors.ts'
import type { Change } from '../../core/module.ts'
import { fnmatch } from './fnmatch.ts'

/** A package that is wanted: a name, and perhaps what its version must be. */
export interface WantedPackage {
  readonly name: string
  readonly operator?: '=' | '>='
  /** With `=` it may be a pattern. */
  readonly version?: string
}

/** What the target knows of a package. */
export interface KnownPackage {
  readonly name: string
  /** The version that is installed. */
  readonly installed?: string
  /** The version that would be installed. */
  readonly candidate?: string
  /** All versions to be had, the best first. */
  readonly available: readonly string[]
  /** The version whose installation was begun and not finished. */
  readonly partial?: string
  /** It is gone, but for its configuration. */
  readonly configuration?: boolean
  /** Another package that is installed provides it. */
  readonly provided?: boolean
  /** Other packages can provide it. */
  readonly virtual?: boolean
}

export interface PackageQuestion {
  readonly state: 'present' | 'latest' | 'absent'
  readonly wanted: readonly WantedPackage[]
  readonly known: (name: string) => KnownPackage | undefined
  /** Compares versions: negative, zero or positive. */
  readonly compare: (left: string, right: string) => number
  readonly only_upgrade: boolean
  /** Removing takes away configuration as well. */
  readonly purge: boolean
  /** What is known may be out of date: a package nobody knows yet may be known once the commands run. */
  readonly outdated: boolean
}

export interface PackagePlan {
  readonly install: readonly WantedPackage[]
  readonly remove: readonly string[]
  readonly changes: readonly Change[]
  /** Sentences on packages that cannot be had. */
  readonly problems: readonly string[]
}

/**
 * Reads `name`, `name=version` or `name>=version`.
 * @throws {ArgumentError} when there is no name
 */
export function readPackage(text: string): WantedPackage {
  const [, name = '', operator, version] = /^([^\s=<>]+)\s*(?:(=|>=)\s*(\S+))?$/.exec(text.trim()) ?? []
  if (name === '')
    throw new ArgumentError(`'${text}' is no package: give a name, name=version or name>=version`)
  if (operator === undefined || version === undefined) return { name }
  return { name, operator: operator === '=' ? '=' : '>=', version }
}

/** Decides what to install and what to remove. It knows no package manager: they all call this. */
export function planPackages(question: PackageQuestion): PackagePlan {
  const parts = question.wanted.map((wanted) =>
    question.state === 'absent' ? planRemoval(wanted, question) : planInstallation(wanted, question),
  )
  return {
    install: parts.flatMap(({ install = [] }) => install),
    remove: parts.flatMap(({ remove = [] }) => remove),
    changes: parts.flatMap(({ changes = [] }) => changes),
    problems: parts.flatMap(({ problems = [] }) => problems),
  }
}

function planRemoval(
  { name, version }: WantedPackage,
  { known, purge }: PackageQuestion,
): Partial<PackagePlan> {
  const found = known(name)
  const installed = found?.installed ?? found?.partial
  const matches = version === undefined || (installed !== undefined && fnmatch(installed, version))
  if (installed !== undefined && matches) {
    return { remove: [name], changes: [{ what: `package ${name}`, before: installed, after: 'absent' }] }
  }
  if (!purge || !found?.configuration) return {}
  return { remove: [name], changes: [{ what: `package ${name}`, before: 'configuration', after: 'absent' }] }
}

function planInstallation(wanted: WantedPackage, question: PackageQuestion): Partial<PackagePlan> {
  const { known, only_upgrade, state, outdated } = question
  const { name } = wanted
  const found = known(name)
  const installed = found?.installed
  if (installed === undefined && only_upgrade) return {}
  const change = (after: string) => [
    { what: `package ${name}`, before: installed ?? (found?.partial ? 'half installed' : 'absent'), after },
  ]
  if (found === undefined || (found.available.length === 0 && !found.virtual && installed === undefined)) {
    if (outdated) return { install: [wanted], changes: change(wanted.version ?? 'present') }
    return { problems: [`No package matching '${name}' is available`] }
  }
  if (found.virtual && installed === undefined) {
    return found.provided ? {} : { install: [wanted], changes: change('present') }
  }
  if (wanted.version !== undefined) return planVersion(wanted, found, question)
  if (installed === undefined) return { install: [wanted], changes: change(found.candidate ?? 'present') }
  if (state === 'present' || found.candidate === undefined || found.candidate === installed) return {}
  return { install: [wanted], changes: change(found.candidate) }
}

function planVersion(
  wanted: WantedPackage,
  found: KnownPackage,
  question: PackageQuestion,
): Partial<PackagePlan> {
  const { name, operator, version = '' } = wanted
  const { installed, available } = found
  const fits = (one: string) =>
    operator === '>=' ? question.compare(one, version) >= 0 : fnmatch(one, version)
  const best = available.find(fits)
  const enough = installed !== undefined && fits(installed)
  if (enough && (question.state === 'present' || best === undefined || best === installed)) return {}
  if (best === undefined) {
    if (question.outdated) {
      return {
        install: [wanted],
        changes: [{ what: `package ${name}`, before: installed ?? 'absent', after: version }],
      }
    }
    const offered = available.length === 0 ? 'none' : available.join(', ')
    return {
      problems: [
        `no available installation candidate for ${name}${operator}${version} (there is: ${offered})`,
      ],
    }
  }
  return {
    install: [{ name, operator: '=', version: best }],
    changes: [{ what: `package ${name}`, before: installed ?? 'absent', after: best }],
  }
}
