import { Script } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import type { Topic } from './source.ts'

const MEMORY = ['memory_mb', 'memtotal_mb', 'memfree_mb', 'swaptotal_mb', 'swapfree_mb']
const PROCESSOR = [
  'processor_cores',
  'processor_count',
  'processor_threads_per_core',
  'processor_vcpus',
  'processor_nproc',
]

/** Memory and swap, in mebibytes. */
export const memory: Topic = {
  name: 'memory',
  subsets: ['hardware', ...MEMORY],
  files: ['/proc/meminfo'],
  parse: (source) => parseMemory(source.file('/proc/meminfo') ?? ''),
}

/** Reads /proc/meminfo: proc(5). */
export function parseMemory(text: string): Variables {
  const kibibytes = new Map(
    [...text.matchAll(/^(\w+):\s+(\d+)/gm)].map(([, name = '', value]) => [name, Number(value)]),
  )
  const mebibytes = (...names: string[]) =>
    Math.floor(names.reduce((sum, name) => sum + (kibibytes.get(name) ?? 0), 0) / 1024)
  const [total, free] = [mebibytes('MemTotal'), mebibytes('MemFree')]
  const uncached = mebibytes('MemFree', 'Cached', 'Buffers')
  const [swapTotal, swapFree] = [mebibytes('SwapTotal'), mebibytes('SwapFree')]
  return {
    memtotal_mb: total,
    memfree_mb: free,
    swaptotal_mb: swapTotal,
    swapfree_mb: swapFree,
    memory_mb: {
      real: { total, used: total - free, free },
      nocache: { free: uncached, used: total - uncached },
      swap: { total: swapTotal, free: swapFree, used: swapTotal - swapFree, cached: mebibytes('SwapCached') },
    },
  }
}

/** Processors, as the kernel counts them, and what the first of them can do. */
export const processor: Topic = {
  name: 'processor',
  subsets: ['hardware', ...PROCESSOR],
  script: new Script(
    "grep -E '^(processor|vendor_id|model name|physical id|cpu cores|siblings)[[:blank:]]*:' /proc/cpuinfo; sed -n '/^flags/{p;q;}' /proc/cpuinfo",
  ),
  parse: (source) => parseProcessors(source.printed('processor')),
}

/** Reads the lines of /proc/cpuinfo that say what processors there are. */
export function parseProcessors(text: string): Variables {
  const fields = [...text.matchAll(/^([\w ]+?)\s*:\s*(.*)$/gm)].map(([, name = '', value = '']) => ({
    name,
    value,
  }))
  const values = (name: string) => fields.filter((field) => field.name === name).map(({ value }) => value)
  const online = values('processor').length
  const sockets = new Set(values('physical id')).size
  const cores = Number(values('cpu cores')[0] ?? 1)
  const siblings = Number(values('siblings')[0] ?? cores)
  const count = sockets === 0 ? online : sockets
  const [flags] = values('flags')
  const threads = Math.max(1, Math.floor(siblings / Math.max(1, cores)))
  return {
    processor: fields
      .filter(({ name }) => /^(processor|vendor_id|model name)$/.test(name))
      .map(({ value }) => value),
    processor_count: count,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: sockets === 0 ? online : count * cores * threads,
    processor_nproc: online,
    ...(flags === undefined ? {} : { flags: flags.trim().split(/\s+/) }),
  }
}

/** For how long the machine has been up, and how busy it is. */
export const load: Topic = {
  name: 'loadavg',
  subsets: ['hardware', 'uptime_seconds'],
  files: ['/proc/loadavg', '/proc/uptime'],
  parse(source) {
    const [one, five, fifteen] = (source.file('/proc/loadavg') ?? '').split(' ').map(Number)
    return {
      loadavg: { '1m': one, '5m': five, '15m': fifteen },
      uptime_seconds: Math.floor(Number.parseFloat(source.file('/proc/uptime') ?? '0')),
    }
  },
}

const DMI = {
  bios_date: 'bios_date',
  bios_vendor: 'bios_vendor',
  bios_version: 'bios_version',
  board_asset_tag: 'board_asset_tag',
  board_name: 'board_name',
  board_serial: 'board_serial',
  board_vendor: 'board_vendor',
  board_version: 'board_version',
  chassis_asset_tag: 'chassis_asset_tag',
  chassis_serial: 'chassis_serial',
  chassis_vendor: 'chassis_vendor',
  chassis_version: 'chassis_version',
  product_name: 'product_name',
  product_serial: 'product_serial',
  product_uuid: 'product_uuid',
  product_version: 'product_version',
  system_vendor: 'sys_vendor',
} as const

/** The kinds of cases that firmware tells apart by number: SMBIOS 3.4, 7.4.1. */
const FORMS = [
  'Unknown',
  'Other',
  'Unknown',
  'Desktop',
  'Low Profile Desktop',
  'Pizza Box',
  'Mini Tower',
  'Tower',
  'Portable',
  'Laptop',
  'Notebook',
  'Hand Held',
  'Docking Station',
  'All In One',
  'Sub Notebook',
  'Space-saving',
  'Lunch Box',
  'Main Server Chassis',
  'Expansion Chassis',
  'Sub Chassis',
  'Bus Expansion Chassis',
  'Peripheral Chassis',
  'RAID Chassis',
  'Rack Mount Chassis',
  'Sealed-case PC',
  'Multi-system',
  'CompactPCI',
  'AdvancedTCA',
  'Blade',
  'Blade Enclosure',
  'Tablet',
  'Convertible',
  'Detachable',
  'IoT Gateway',
  'Embedded PC',
  'Mini PC',
  'Stick PC',
]
const CHASSIS = '/sys/class/dmi/id/chassis_type'

/** What the firmware says of the machine; `NA` where it says nothing, or not to this user. */
export const firmware: Topic = {
  name: 'dmi',
  subsets: ['hardware', 'form_factor', ...Object.keys(DMI)],
  files: [...Object.values(DMI).map((name) => `/sys/class/dmi/id/${name}`), CHASSIS],
  parse(source) {
    const chassis = source.file(CHASSIS)?.trim()
    return {
      ...Object.fromEntries(
        Object.entries(DMI).map(([fact, name]) => [
          fact,
          source.file(`/sys/class/dmi/id/${name}`)?.trim() ?? 'NA',
        ]),
      ),
      form_factor: chassis === undefined ? 'NA' : (FORMS[Number(chassis)] ?? `unknown (${chassis})`),
    }
  },
}
