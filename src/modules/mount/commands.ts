import { operands, type Script, safePath, sh } from '../../core/quote.ts'

/** The file of mounts, unless a task names another. */
export const FSTAB = '/etc/fstab'

/** What of a task says how to mount. */
export interface MountWish {
  readonly path: string
  readonly state: string
  readonly src?: string | undefined
  readonly fstype?: string | undefined
  readonly opts?: string | undefined
  readonly fstab?: string | undefined
}

/** A path without slashes at its end. */
export const trimmed = (path: string) => path.replace(/(?<=.)\/+$/, '')

/** The mount point as commands take it. */
export const point = ({ path }: Pick<MountWish, 'path'>) => safePath(trimmed(path))

// Only util-linux and some builds of busybox can read another file than /etc/fstab.
function tableOf({ fstab, state }: MountWish): readonly string[] {
  return fstab === undefined || fstab === FSTAB || state === 'ephemeral' ? [] : ['-T', fstab]
}

function ephemeral(args: MountWish): readonly string[] {
  const { fstype = '', src = '', opts } = args
  return ['-t', fstype, ...(opts === undefined ? [] : ['-o', opts]), ...operands(src)]
}

/** Mounts it, as the file says, or ephemeral as the task says. */
export function mountScript(args: MountWish): Script {
  return args.state === 'ephemeral'
    ? sh`mount ${ephemeral(args)} ${point(args)}`
    : sh`mount ${tableOf(args)} ${point(args)}`
}

/** Mounts it anew. What cannot be remounted is taken off and put on again, unless single options were to be changed. */
export function remount(args: MountWish): Script {
  const { state, opts } = args
  // util-linux would find the options in the file, too; busybox does not.
  const options = opts === undefined || state === 'ephemeral' ? 'remount' : `remount,${opts}`
  const words = state === 'ephemeral' ? ephemeral(args) : tableOf(args)
  const first = sh`mount -o ${options} ${words} ${point(args)}`
  if (state === 'remounted' && opts !== undefined) return first
  return sh`${first} || { umount ${point(args)} && ${mountScript(args)}; }`
}
