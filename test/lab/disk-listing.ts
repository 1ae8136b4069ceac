import { createHash } from 'node:crypto'
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { diskLayer, type Machine } from './machine.ts'

// What a running system changes by itself, and folders of no disk, as seen from the root.
const VOLATILE = new Set([
  ...['/proc', '/sys', '/dev', '/run', '/tmp'],
  ...['/var/log', '/var/lib/systemd/timers', '/var/lib/systemd/random-seed'],
])

// To have made a file here and removed it leaves no more than the folder's times.
const TEMPORARY = '/var/tmp'

/**
 * A running machine's whole disk, a line for each file: name, type, mode, owner, times of the content and of the last
 * change, inode, what a link points at, SHA-1. It reads the disk's upper layer from outside: the layers below cannot
 * change, so what is not in it is as the image made it, and nothing runs on the host.
 */
export function diskListing(machine: Machine): readonly string[] {
  const layer = diskLayer(machine)
  if (layer === undefined) throw new Error(`lab: ${machine.name} is not running`)
  return listing(Buffer.from(layer), Buffer.from('/'))
}

// Names are bytes: not every one is text.
function listing(layer: Buffer, folder: Buffer): string[] {
  const names = readdirSync(Buffer.concat([layer, folder]), { encoding: 'buffer' })
  return names.sort(Buffer.compare).flatMap((name) => {
    const path = Buffer.concat([folder, name])
    const shown = path.toString('latin1')
    if (VOLATILE.has(shown)) return []
    const stats = lstatSync(Buffer.concat([layer, path]), { bigint: true })
    const line = `${JSON.stringify(shown)} ${describe(Buffer.concat([layer, path]), stats, shown === TEMPORARY)}`
    return stats.isDirectory() ? [line, ...listing(layer, Buffer.concat([path, Buffer.from('/')]))] : [line]
  })
}

function describe(path: Buffer, stats: BigIntStats, timeless: boolean): string {
  const { mode, uid, gid, rdev, ino, mtimeNs, ctimeNs } = stats
  const status = `${mode.toString(8)} ${uid}:${gid} ${rdev}`
  const times = timeless ? '' : ` ${mtimeNs} ${ctimeNs}`
  if (stats.isDirectory()) return `${status}${times}`
  const content = stats.isSymbolicLink()
    ? JSON.stringify(readlinkSync(path, { encoding: 'latin1' }))
    : stats.isFile()
      ? createHash('sha1').update(readFileSync(path)).digest('hex')
      : ''
  return `${status}${times} ${ino} ${content}`
}
