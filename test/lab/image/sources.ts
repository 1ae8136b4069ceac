import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../run.ts'

interface Source {
  readonly uri: string
  readonly suite: string
}

/** Suites that hold a whole Debian release, whose archive therefore also has trixie. */
const releases = new Set(['bullseye', 'bookworm', 'trixie', 'forky', 'sid', 'stable', 'testing', 'unstable'])

/** One-line style of sources.list(5): `deb [options] uri suite component…`. */
function parseOneLine(text: string): Source[] {
  return [...text.matchAll(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/gm)].map(
    ([, uri = '', suite = '']) => ({
      uri,
      suite,
    }),
  )
}

/** Deb822 style of sources.list(5): paragraphs of fields, several URIs and suites each. */
function parseDeb822(text: string): Source[] {
  const paragraphs = text.replaceAll(/^#.*\n?/gm, '').split(/\n\s*\n/)
  return paragraphs.flatMap((paragraph) => {
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(paragraph)?.[1]?.trim() ?? ''
    if (!/\bdeb\b/.test(field('Types')) || /^no$/i.test(field('Enabled'))) return []
    const suites = field('Suites').split(/\s+/)
    return field('URIs')
      .split(/\s+/)
      .flatMap((uri) => suites.map((suite) => ({ uri, suite })))
  })
}

/** The archive to build the base from: the first of `text`s (sources files by name) that serves a Debian release. */
export function archiveIn(files: Readonly<Record<string, string>>): string | undefined {
  const sources = Object.entries(files).flatMap(([name, text]) =>
    name.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text),
  )
  return sources.find(({ uri, suite }) => releases.has(suite) && /debian/i.test(uri))?.uri
}

function readSources(): Record<string, string> {
  const folder = '/etc/apt/sources.list.d'
  const names = (() => {
    try {
      return readdirSync(folder).map((name) => join(folder, name))
    } catch {
      return []
    }
  })()
  const files: Record<string, string> = {}
  for (const name of ['/etc/apt/sources.list', ...names]) {
    try {
      files[name] = readFileSync(name, 'utf8')
    } catch {
      // A machine has one style or the other; unreadable ones cannot be used by apt either.
    }
  }
  return files
}

/** The URI of the Debian archive that this machine's apt uses. */
export function debianArchive(): string {
  const uri = process.env.PLAYSCRIPT_LAB_DEBIAN_URI ?? archiveIn(readSources())
  if (uri !== undefined) return uri
  throw new Error(
    "lab: this machine's apt sources name no Debian archive to build the base from; set PLAYSCRIPT_LAB_DEBIAN_URI",
  )
}

const networkOption =
  /^Acquire::(?:https?|ftp)::|^Acquire::(?:Check-Valid-Until|Check-Date|Retries|ForceIPv[46])\b/

/** Proxy, certificate and date settings of this machine's apt, as apt.conf lines. */
export async function aptNetworkOptions(): Promise<string[]> {
  const dump = await must(['apt-config', 'dump'])
  return dump.split('\n').filter((line) => networkOption.test(line) && !line.endsWith('"";'))
}
