import { ArgumentError } from '../../core/errors.ts'
import { didYouMean } from '../../core/suggest.ts'
import { dateTime } from './date-time.ts'
import { distribution } from './distribution.ts'
import { firmware, load, memory, processor } from './hardware.ts'
import { network } from './network.ts'
import { platform } from './platform.ts'
import { python } from './python.ts'
import type { Topic } from './source.ts'
import { devices, mounts } from './storage.ts'
import { fibreChannel, iscsi, lvm, nvme } from './storage-network.ts'
import { commandLine, dns, hostKeys, managers, security, systemd } from './system.ts'
import { capabilities, environment, user } from './user.ts'
import { virtualization } from './virtual.ts'

/** Every topic, in the order in which it is read; the environment, which may hold anything, comes last. */
const TOPICS: readonly Topic[] = [
  platform,
  distribution,
  user,
  dateTime,
  commandLine,
  dns,
  load,
  memory,
  processor,
  mounts,
  devices,
  lvm,
  iscsi,
  nvme,
  fibreChannel,
  firmware,
  network,
  virtualization,
  security,
  hostKeys,
  managers,
  systemd,
  python,
  capabilities,
  environment,
]

/** Subsets that Ansible knows and that have nothing to tell here. */
const EMPTY = new Set(['facter', 'ohai', 'local'])

/** What comes with a subset that was asked for, since it is told by that. */
const WITH: Readonly<Record<string, readonly string[]>> = {
  pkg_mgr: ['distribution'],
  service_mgr: ['platform', 'distribution'],
}

/**
 * The topics that a `gather_subset` asks for. `min` is always among them unless `!min` or `!all,!min` says otherwise;
 * a subset after `!` is left out.
 * @throws {ArgumentError} for a subset that does not exist
 */
export function chooseTopics(subsets: readonly string[]): {
  readonly topics: readonly Topic[]
  readonly local: boolean
} {
  const wanted = subsets.map((word) => word.trim()).filter((word) => word !== '')
  const names = new Set([
    'all',
    'min',
    ...EMPTY,
    ...TOPICS.flatMap((topic) => [topic.name, ...topic.subsets]),
  ])
  for (const word of wanted) {
    const name = word.replace(/^!/, '')
    if (!names.has(name)) {
      throw new ArgumentError(`setup: there is no subset '${name}'${didYouMean(name, names)}`, {
        hint: `There is: ${[...names].sort().join(', ')}`,
      })
    }
  }
  const asked = wanted
    .filter((word) => !word.startsWith('!'))
    .flatMap((word) => [word, ...(WITH[word] ?? [])])
  const refused = new Set(wanted.filter((word) => word.startsWith('!')).map((word) => word.slice(1)))
  const everything = asked.includes('all') || (asked.length === 0 && !refused.has('all'))
  const chosen = (names: readonly string[], minimal: boolean) => {
    if (names.some((name) => asked.includes(name))) return true
    if (names.some((name) => name !== 'min' && refused.has(name))) return false
    return minimal ? !refused.has('min') : everything
  }
  return {
    topics: TOPICS.filter(({ name, subsets: own }) => chosen([name, ...own], own.includes('min'))),
    local: chosen(['local'], true),
  }
}
