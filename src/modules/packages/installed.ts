import { Script } from '../../core/quote.ts'

/** One installed package, as `package_facts` tells it. */
export type InstalledPackage = Readonly<Record<string, unknown>> & { readonly name: string }

/** How to ask a package manager what is installed, and how to read its answer. */
export interface PackageLister {
  readonly source: string
  /** Shell that prints what `parse` reads; it ends with an exit code of its own where the manager is not there. */
  readonly script: Script
  readonly parse: (text: string) => readonly InstalledPackage[]
}

const dpkg: PackageLister = {
  source: 'apt',
  // The lines of all index files tell where each version could come from; only their origin is of interest.
  script: new Script(`command -v dpkg-query >/dev/null 2>&1 || exit 3
dpkg-query -W -f '\${db:Status-Status}|\${Package}|\${Version}|\${Architecture}|\${Section}\\n' || exit 1
dpkg --print-architecture | sed 's/^/native|/'
command -v apt-cache >/dev/null 2>&1 || exit 0
apt-cache policy 2>/dev/null | sed 's/^/source|/'
dpkg-query -W -f '\${db:Status-Status} \${binary:Package}\\n' | sed -n 's/^installed //p' | xargs apt-cache policy 2>/dev/null | sed 's/^/policy|/'`),
  parse: parseDpkg,
}

/** Reads what dpkg-query, and apt-cache after it, say. */
export function parseDpkg(text: string): readonly InstalledPackage[] {
  const lines = text.split('\n')
  const native = lines.find((line) => line.startsWith('native|'))?.slice('native|'.length)
  const begun = (word: string) =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length))
  const origins = parseOrigins(begun('source|'), begun('policy|'))
  return begun('installed|').map((line) => {
    const [plain = '', version = '', arch = '', ...category] = line.split('|')
    const name = arch === native || arch === 'all' ? plain : `${plain}:${arch}`
    return { name, version, arch, category: category.join('|'), origin: origins.get(name) ?? '' }
  })
}

// `apt-cache policy` names the origin (o=…) of each index; with a package, the indexes that have each version, of
// which the installed one is marked with ***.
function parseOrigins(sources: readonly string[], policies: readonly string[]): ReadonlyMap<string, string> {
  const origin = new Map<string, string>()
  let index = ''
  for (const line of sources) {
    const [, found] = /^\s*-?\d+ (.*)$/.exec(line) ?? []
    const [, release] = /^\s+release (?:.*,)?o=([^,]*)/.exec(line) ?? []
    if (found !== undefined) index = found
    else if (release !== undefined) origin.set(index, release)
  }
  const origins = new Map<string, string>()
  let name = ''
  let installed = false
  for (const line of policies) {
    const [, header] = /^(\S+):$/.exec(line) ?? []
    if (header !== undefined) {
      name = header
      installed = false
    } else if (/^ \*\*\* /.test(line)) installed = true
    else if (/^ {5}\S/.test(line)) installed = false
    else if (installed && !origins.has(name)) {
      const [, place = ''] = /^\s+-?\d+ (.*)$/.exec(line) ?? []
      origins.set(name, origin.get(place) ?? '')
    }
  }
  return origins
}

const rpm: PackageLister = {
  source: 'rpm',
  script: new Script(
    "command -v rpm >/dev/null 2>&1 || exit 3; rpm -qa --qf '%{NAME}|%{VERSION}|%{RELEASE}|%{EPOCH}|%{ARCH}\\n'",
  ),
  parse: (text) =>
    rows(text).map((line) => {
      const [name = '', version, release, epoch, arch] = line.split('|')
      const missing = (field: string | undefined) =>
        field === undefined || field === '(none)' ? null : field
      return { name, version, release, epoch: missing(epoch) && Number(epoch), arch: missing(arch) }
    }),
}

const pacman: PackageLister = {
  source: 'pacman',
  script: new Script('command -v pacman >/dev/null 2>&1 || exit 3; LC_ALL=C pacman -Qi'),
  parse: parsePacman,
}

/** Reads `pacman -Qi`: fields, whose values may go on in lines that are indented. */
export function parsePacman(text: string): readonly InstalledPackage[] {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const joined = block.replace(/\n\s+/g, '  ')
      const value = (field: string) => new RegExp(`^${field}\\s+: (.*)$`, 'm').exec(joined)?.[1]?.trim() ?? ''
      const provides = value('Provides')
      return {
        name: value('Name'),
        version: value('Version'),
        arch: value('Architecture'),
        provides: provides === 'None' ? null : provides.split(/\s+/).map((word) => word.replace(/=.*$/, '')),
      }
    })
}

const apk: PackageLister = {
  source: 'apk',
  script: new Script('command -v apk >/dev/null 2>&1 || exit 3; apk info -v 2>/dev/null'),
  parse: (text) =>
    rows(text).map((line) => {
      const [, name = line, version = '', release = ''] = /^(.+)-([^-]+)-([^-]+)$/.exec(line) ?? []
      return { name, version, release }
    }),
}

const portage: PackageLister = {
  source: 'portage',
  script: new Script('command -v qlist >/dev/null 2>&1 || exit 3; qlist -Iv | xargs -n 1024 qatom'),
  parse: (text) =>
    rows(text).map((line) => {
      const [category, name = '', version, ebuild_revision, slots, prefixes, sufixes] = line
        .trim()
        .split(/\s+/)
      const found = { category, version, ebuild_revision, slots, prefixes, sufixes }
      return { name, ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) }
    }),
}

/** The package managers of Linux, in the order in which they are asked. */
export const LISTERS: readonly PackageLister[] = [dpkg, rpm, pacman, apk, portage]

function rows(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}
