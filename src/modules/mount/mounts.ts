/** A mounted file system: a line of /proc/self/mountinfo, proc_pid_mountinfo(5). */
export interface Mounted {
  /** `major:minor` of the file system. */
  readonly device: string
  /** The folder of the file system that shows, which is not its uppermost one for a bind mount. */
  readonly root: string
  readonly path: string
  readonly fstype: string
  readonly src: string
}

/** Reads /proc/self/mountinfo. */
export function parseMountinfo(text: string): readonly Mounted[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , device = '', root = '', path] = before.split(' ').map(plain)
    const [fstype = '', src = ''] = after.split(' ').map(plain)
    return path === undefined ? [] : [{ device, root, path, fstype, src }]
  })
}

function plain(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** What is mounted on a path, the uppermost where there are several. */
export function mountedOn(path: string, mounts: readonly Mounted[]): Mounted | undefined {
  return mounts.findLast((one) => one.path === path)
}

/** Whether a mounted file system came from that source: a device, or for a bind mount a folder. */
export function isFrom(src: string, one: Mounted, mounts: readonly Mounted[]): boolean {
  if (one.src === src) return true
  return mounts.some((other) => {
    if (other === one || other.device !== one.device) return false
    const base = other.root === '/' ? '' : other.root
    if (one.root !== base && !one.root.startsWith(`${base}/`)) return false
    const folder = `${other.path === '/' ? '' : other.path}${one.root.slice(base.length)}`
    return (folder.replace(/(?<=.)\/$/, '') || '/') === src
  })
}
