import { Script } from '../../core/quote.ts'

/** How udev and the kernel name a disk or partition besides its own name. */
export interface DeviceLinks {
  readonly ids: readonly string[]
  readonly labels: readonly string[]
  readonly uuids: readonly string[]
  /** The devices that are made of it. */
  readonly masters: readonly string[]
}

/** All devices that have such names: for each kind, the names by device. */
export interface AllLinks
  extends Readonly<Record<keyof DeviceLinks, Readonly<Record<string, readonly string[]>>>> {
  /** The devices that hold each device open, by their readable names. */
  readonly holders: Readonly<Record<string, readonly string[]>>
}

/** Prints `kind device name` for each. Globs that match nothing stand for themselves, and are no links. */
export const LINKS = new Script(`for k in id label uuid; do
  for l in /dev/disk/by-$k/*; do [ -L "$l" ] || continue; t=$(readlink "$l"); echo "\${k}s \${t##*/} \${l##*/}"; done
done
for s in /sys/block/*/slaves/*; do [ -e "$s" ] || continue; p=\${s%/slaves/*}; echo "masters \${s##*/} \${p##*/}"; done
for h in /sys/block/*/holders/* /sys/block/*/*/holders/*; do
  [ -e "$h" ] || continue
  p=\${h%/holders/*}; n=\${h##*/}; [ -r "$h/dm/name" ] && read -r n <"$h/dm/name"
  echo "holders \${p##*/} $n"
done`)

/** Reads what `LINKS` printed. */
export function parseLinks(text: string): AllLinks {
  const found: Record<keyof AllLinks, Record<string, string[]>> = {
    ids: {},
    labels: {},
    uuids: {},
    masters: {},
    holders: {},
  }
  for (const line of text.split('\n')) {
    const [, kind, device = '', name = ''] =
      /^(ids|labels|uuids|masters|holders) (\S+) (.*)$/.exec(line) ?? []
    if (kind === undefined) continue
    const ofKind = found[kind as keyof AllLinks]
    ofKind[device] = [...(ofKind[device] ?? []), name].sort()
  }
  return found
}

/** The names of one device. */
export function linksOf(device: string, { ids, labels, uuids, masters }: AllLinks): DeviceLinks {
  return {
    ids: ids[device] ?? [],
    labels: labels[device] ?? [],
    uuids: uuids[device] ?? [],
    masters: masters[device] ?? [],
  }
}
