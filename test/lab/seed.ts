import { chmodSync, chownSync, lstatSync, mkdirSync, type Stats, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Numeric user and group, as the base image has them. */
export type Owner = readonly [uid: number, gid: number]

export const owners = { root: [0, 0], k8s: [1000, 1000], operator: [1001, 37] } as const satisfies Record<
  string,
  Owner
>

export interface FileOptions {
  readonly mode?: number
  readonly owner?: Owner
}

/** Writes files of one host into the layer between the base image and its disk. */
export interface Seed {
  readonly file: (path: string, content: string | Uint8Array, options?: FileOptions) => void
  readonly link: (path: string, target: string) => void
  /** A unit file, started at boot. */
  readonly unit: (name: string, content: string) => void
}

const statOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })

/** A writer for the layer in folder `layer` above `image`. */
export function seedLayer(image: string, layer: string): Seed {
  // In an overlay the topmost folder's mode and owner win, so each one repeats those of the base.
  const folder = (path: string, owner: Owner): void => {
    const target = join(layer, path)
    if (statOf(target) !== undefined) return
    if (path !== '/') folder(dirname(path), owner)
    const base = statOf(join(image, path))
    if (base !== undefined && !base.isDirectory())
      throw new Error(`lab: seed: ${path} is no folder in the base image`)
    mkdirSync(target)
    chmodSync(target, base ? base.mode & 0o7777 : 0o755)
    chownSync(target, base?.uid ?? owner[0], base?.gid ?? owner[1])
  }
  const file: Seed['file'] = (path, content, { mode = 0o644, owner = owners.root } = {}) => {
    folder(dirname(path), owner)
    const target = join(layer, path)
    writeFileSync(target, content, { mode })
    chmodSync(target, mode)
    chownSync(target, owner[0], owner[1])
  }
  const link: Seed['link'] = (path, target) => {
    folder(dirname(path), owners.root)
    symlinkSync(target, join(layer, path))
  }
  return {
    file,
    link,
    unit: (name, content) => {
      file(`/etc/systemd/system/${name}`, content)
      link(`/etc/systemd/system/multi-user.target.wants/${name}`, `/etc/systemd/system/${name}`)
    },
  }
}
