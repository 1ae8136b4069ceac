import { MissingError, TaskError } from '../../core/errors.ts'
import { type AptState, type DebFile, sectionsOf } from './apt-state.ts'
import type { KnownPackage } from './plan-packages.ts'

/**
 * Reads what `probeApt` printed.
 * @param deb the .deb file asked for, for messages
 * @throws {MissingError} the .deb file is not there  @throws {TaskError} it is no package
 */
export function parseApt(text: string, deb: string | undefined): AptState {
  const sections = sectionsOf(text)
  const [cacheTime, now, checkTime] = (sections.get('time') ?? []).map(Number)
  const simulated = sections.get('simulated') ?? []
  const refused = sections.get('refused')
  const file = deb === undefined ? undefined : parseDeb(sections.get('deb') ?? [], deb)
  return {
    now: now ?? 0,
    cacheTime: cacheTime ?? 0,
    checkTime: Math.max(checkTime ?? 0, cacheTime ?? 0),
    known: parseKnown(sections),
    matching: sections.get('matching') ?? [],
    ...(file && { deb: file }),
    automatic: sections.get('automatic') ?? [],
    simulated,
    ...(refused && { refused: errorsOf(refused) }),
    archives: sections.get('archives')?.[0] === 'yes',
  }
}

// Of all that apt says, what is wrong: the packages that stand in the way, and its errors.
function errorsOf(said: readonly string[]): string {
  const wrong = said.filter((line) => /^(E:| .*: )/.test(line)).map((line) => line.trim())
  return (wrong.length > 0 ? wrong : said).join('; ')
}

function parseDeb(fields: readonly string[], deb: string): DebFile {
  const field = (name: string) => fields.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
  const [name, version] = [field('Package'), field('Version')]
  if (fields.length === 0) throw new MissingError(`there is no package file ${deb}`)
  if (name === undefined || version === undefined)
    throw new TaskError(`${deb} is no package: ${fields.join(' ')}`)
  return { name, version }
}

function parseKnown(sections: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, KnownPackage> {
  const provided = new Set(
    (sections.get('provides') ?? []).flatMap((line) =>
      line.split(',').map((entry) => entry.trim().replace(/[ :(].*$/, '')),
    ),
  )
  const known = new Map<string, KnownPackage>()
  for (const one of parsePolicy(sections.get('policy') ?? [], provided)) known.set(one.name, one)
  for (const line of sections.get('installed') ?? []) {
    const [name = '', architecture = '', status, version = ''] = line.split('\t')
    if (status === 'not-installed') continue
    const here =
      status === 'installed'
        ? { installed: version }
        : status === 'config-files'
          ? { configuration: true }
          : { partial: version }
    for (const key of [name, `${name}:${architecture}`]) {
      const before = known.get(key) ?? { name: key, available: [] }
      if (before.installed === undefined || status === 'installed') known.set(key, { ...before, ...here })
    }
  }
  return known
}

/** Reads what `apt-cache policy` prints of each package. */
function parsePolicy(printed: readonly string[], provided: ReadonlySet<string>): readonly KnownPackage[] {
  const packages: { name: string; candidate?: string; installed?: string; available: string[] }[] = []
  for (const line of printed) {
    const last = packages.at(-1)
    const [, name] = /^(\S+):$/.exec(line) ?? []
    const [, word, value] = /^ {2}(Installed|Candidate): (\S.*)$/.exec(line) ?? []
    // A version stands two or four columns in; where it comes from stands further to the right.
    const [, version] = /^(?: {5}| \*\*\* )(\S+) -?\d+$/.exec(line) ?? []
    if (name !== undefined) packages.push({ name, available: [] })
    else if (last === undefined) continue
    else if (word === 'Candidate' && value !== undefined && value !== '(none)') last.candidate = value
    else if (version !== undefined) last.available.push(version)
  }
  return packages.map((one) => ({
    ...one,
    provided: provided.has(one.name),
    // apt knows its name, has no version of it, and so only others that provide it.
    virtual: one.available.length === 0,
  }))
}
