/** One entry of an archive, under the name it gets at its destination. */
export interface Member {
  readonly name: string
  readonly type: 'file' | 'directory' | 'link' | 'hard' | 'fifo' | 'device'
  /** Where a link leads to, as the archive has it; undefined where the listing does not tell, as that of zip. */
  readonly target?: string
  /** Seconds since the epoch; NaN where the listing does not tell. */
  readonly mtime: number
  /** Bytes; absent where there are none. */
  readonly size?: number
  /** It is a file that would run as its owner or group. */
  readonly setid?: true
}

/**
 * Why an archive must not be unpacked: a member that would lie outside the destination, by its own name or through a
 * link of the archive, a link to a file outside, or a device.
 * @returns one sentence naming the member; undefined when all are well
 */
export function dangerIn(members: readonly Member[]): string | undefined {
  const links = new Map(
    // One that nobody knows the end of is taken to leave the destination.
    members.filter(({ type }) => type === 'link').map(({ name, target = '/' }) => [name, target]),
  )
  for (const member of members) {
    const { name, type, target = '' } = member
    const shown = JSON.stringify(name)
    // What strip-components leaves of the top folder is no member.
    if (plainName(name) === '') continue
    if (name.startsWith('/')) return `the member ${shown} has an absolute name`
    if (climbs(name)) return `the member ${shown} would lie above the destination`
    if (type === 'device') return `the member ${shown} is a device`
    if (type === 'hard' && (target.startsWith('/') || climbs(target))) {
      return `the member ${shown} is a hard link to ${JSON.stringify(target)}, which lies outside the destination`
    }
    const through = parentsOf(name).find((parent) => leavesBy(parent, links))
    if (through !== undefined) {
      return `the member ${shown} would be written through the link ${JSON.stringify(through)} of the archive, which leaves the destination`
    }
  }
  return undefined
}

/** How many bytes members have together. */
export function sizeOf(members: readonly Member[]): number {
  return members.reduce((sum, { size = 0 }) => sum + size, 0)
}

/** What a listing's line says of a member besides its name and times. @param bits such as `rwsr-xr-x` */
export function extentOf(
  type: Member['type'],
  bits: string,
  size: string | undefined,
): Pick<Member, 'size' | 'setid'> {
  const bytes = type === 'file' ? Number(size) : 0
  const setid = type === 'file' && /^(?:..[sS]|.....[sS])/.test(bits)
  return { ...(bytes > 0 && { size: bytes }), ...(setid && { setid }) }
}

function climbs(path: string): boolean {
  return path.split('/').includes('..')
}

function parentsOf(name: string): readonly string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function leavesBy(path: string, links: ReadonlyMap<string, string>): boolean {
  const target = links.get(path) ?? links.get(`./${path}`)
  if (target === undefined) return false
  if (target.startsWith('/')) return true
  let depth = path.split('/').length - 1
  return target.split('/').some((part) => {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    return depth < 0
  })
}

/** The name as a path below the destination: without slashes at the end and `./` before it; empty for the top itself. */
export function plainName(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}
