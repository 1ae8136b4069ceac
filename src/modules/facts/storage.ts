import { Script } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import { type AllLinks, LINKS, linksOf, parseLinks } from './device-links.ts'
import type { Source, Topic } from './source.ts'

// A file system that does not answer must not hold up the rest.
const MOUNTS = new Script(`set --
while read -r d m f o; do
  case $d in /*|*:/*) ;; *) continue;; esac
  case $m in *\\\\*) m=$(printf '%b' "$m");; esac
  set -- "$@" "$m"
done </proc/mounts
if [ $# -gt 0 ]; then
  t=$(command -v timeout) && t="$t 5"
  $t stat -f -c '%s %S %b %a %c %d' -- "$@" 2>/dev/null
fi
ls -l /dev/disk/by-uuid 2>/dev/null | sed -n 's/.* \\([^ ]*\\) -> .*\\/\\([^/]*\\)$/uuid \\2 \\1/p'`)

/** Mounted file systems that are on a device or come from another machine. */
export const mounts: Topic = {
  name: 'mounts',
  subsets: ['hardware'],
  files: ['/proc/mounts'],
  script: MOUNTS,
  parse: (source) => ({ mounts: parseMounts(source.file('/proc/mounts') ?? '', source.printed('mounts')) }),
}

/** Joins /proc/mounts with what `stat -f` said of each mount, in the same order. */
export function parseMounts(text: string, printed: string): readonly Variables[] {
  const rows = printed.split('\n').filter((row) => row !== '')
  const uuids = new Map(
    rows.filter((row) => row.startsWith('uuid ')).map((row) => row.split(' ').slice(1) as [string, string]),
  )
  const sizes = rows.filter((row) => /^\d/.test(row)).map((row) => row.split(' ').map(Number))
  const wanted = text
    .split('\n')
    .map((line) => line.split(' ').map(plainPath))
    .filter(([device = '']) => device.startsWith('/') || device.includes(':/'))
  const all = wanted.map(([device = '', mount = '', fstype = '', options = ''], index) => {
    // With one missing the order says nothing any more.
    const size = sizes.length === wanted.length ? sizes[index] : undefined
    return {
      device,
      mount,
      fstype,
      options,
      uuid: uuids.get(device.replace(/^.*\//, '')) ?? 'N/A',
      ...(size && sizeFacts(size)),
    }
  })
  // Of what is mounted at one place, only the last can be seen.
  return [...new Map(all.map((one) => [one.mount, one])).values()]
}

function sizeFacts([
  blockSize = 0,
  unit = 0,
  total = 0,
  available = 0,
  inodes = 0,
  free = 0,
]: readonly number[]) {
  return {
    size_total: unit * total,
    size_available: unit * available,
    block_size: blockSize,
    block_total: total,
    block_available: available,
    block_used: total - available,
    inode_total: inodes,
    inode_available: free,
    inode_used: inodes - free,
  }
}

/** In /proc/mounts blanks and backslashes are octal numbers: proc_mounts(5). */
function plainPath(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

const DEVICE_FILES = [
  'size',
  'removable',
  'device/model',
  'device/vendor',
  'queue/rotational',
  'queue/scheduler',
  'queue/logical_block_size',
  'queue/discard_granularity',
  'device/sas_address',
  'device/sas_device_handle',
]

/** Disks and their partitions. */
export const devices: Topic = {
  name: 'devices',
  subsets: ['hardware'],
  files: [
    ...DEVICE_FILES.map((name) => `/sys/block/*/${name}`),
    '/sys/block/*/*/partition',
    '/sys/block/*/*/start',
    '/sys/block/*/*/size',
  ],
  script: LINKS,
  parse(source) {
    const links = parseLinks(source.printed('devices'))
    const { ids, labels, uuids, masters } = links
    return { devices: parseDevices(source, links), device_links: { ids, labels, uuids, masters } }
  },
}

function parseDevices(source: Source, links: AllLinks): Variables {
  const found = source.below('/sys/block')
  const names = new Set(found.map(([path]) => path.split('/')[3] ?? ''))
  return Object.fromEntries(
    [...names].map((name) => {
      const read = (file: string) => source.file(`/sys/block/${name}/${file}`)?.trim()
      const sectorSize = Number(read('queue/logical_block_size') ?? 512)
      const partitions = found
        .map(([path]) => /^\/sys\/block\/[^/]+\/([^/]+)\/partition$/.exec(path)?.[1])
        .filter((partition) => partition !== undefined)
      const sectors = Number(read('size') ?? 0)
      return [
        name,
        {
          model: read('device/model') ?? null,
          vendor: read('device/vendor') ?? null,
          removable: read('removable') ?? '0',
          rotational: read('queue/rotational') ?? '0',
          scheduler_mode: /\[([^\]]*)\]/.exec(read('queue/scheduler') ?? '')?.[1] ?? '',
          sectors: String(sectors),
          sectorsize: String(sectorSize),
          size: humanSize(sectors * 512),
          support_discard: read('queue/discard_granularity') ?? '0',
          sas_address: read('device/sas_address') ?? null,
          sas_device_handle: read('device/sas_device_handle') ?? null,
          // Ansible's word for it, whatever the device; the text of lspci, which few have, is left out.
          virtual: 1,
          host: '',
          holders: links.holders[name] ?? [],
          links: linksOf(name, links),
          partitions: Object.fromEntries(
            partitions.map((partition) => {
              const part = Number(read(`${partition}/size`) ?? 0)
              const start = read(`${partition}/start`) ?? '0'
              return [
                partition,
                {
                  start,
                  sectors: String(part),
                  sectorsize: 512,
                  size: humanSize(part * 512),
                  uuid: links.uuids[partition]?.[0] ?? null,
                  holders: links.holders[partition] ?? [],
                  links: linksOf(partition, links),
                },
              ]
            }),
          ),
        },
      ]
    }),
  )
}

/** `256.00 GB`, by powers of 1024, as Ansible writes sizes. */
export function humanSize(bytes: number): string {
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB']
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(2)} ${units[power]}`
}
