import { Script } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import type { Source, Topic } from './source.ts'

const INITIATOR = '/etc/iscsi/initiatorname.iscsi'
const NVME = '/etc/nvme/hostnqn'

const lineAfter = (source: Source, file: string, word: RegExp): string =>
  (source.file(file) ?? '')
    .split('\n')
    .find((line) => word.test(line))
    ?.replace(word, '')
    .trim() ?? ''

/** The name by which the machine asks for iSCSI disks. */
export const iscsi: Topic = {
  name: 'iscsi',
  subsets: [],
  files: [INITIATOR],
  parse: (source) => ({ iscsi_iqn: lineAfter(source, INITIATOR, /^InitiatorName=/) }),
}

/** The name by which the machine asks for NVMe disks of others. */
export const nvme: Topic = {
  name: 'nvme',
  subsets: [],
  files: [NVME],
  parse: (source) => ({ hostnqn: lineAfter(source, NVME, /^(?=nqn\.)/) }),
}

/** The names of Fibre Channel ports. */
export const fibreChannel: Topic = {
  name: 'fibre_channel_wwn',
  subsets: [],
  files: ['/sys/class/fc_host/*/port_name'],
  parse: (source) => ({
    fibre_channel_wwn: source.below('/sys/class/fc_host').map(([, text]) => text.trim().replace(/^0x/, '')),
  }),
}

/** Volumes of LVM, which only root may ask for. */
export const lvm: Topic = {
  name: 'lvm',
  subsets: ['hardware'],
  script: new Script(`[ "$(id -u)" = 0 ] && command -v vgs >/dev/null 2>&1 || exit 0
f='--noheadings --nosuffix --units g --separator ,'
for t in vgs lvs pvs; do echo "@$t"; $t $f; done`),
  parse: (source) => ({ lvm: parseLvm(source.printed('lvm')) }),
}

/** Reads the lists of vgs, lvs and pvs. */
export function parseLvm(text: string): Variables | 'N/A' {
  if (!text.includes('@vgs')) return 'N/A'
  const rows = (list: string) =>
    (new RegExp(`^@${list}\\n([^@]*)`, 'm').exec(text)?.[1] ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => line.trim().split(','))
  return {
    vgs: Object.fromEntries(
      rows('vgs').map(([name = '', num_pvs, num_lvs, , , size_g, free_g]) => [
        name,
        { size_g, free_g, num_lvs, num_pvs },
      ]),
    ),
    lvs: Object.fromEntries(rows('lvs').map(([name = '', vg, , size_g]) => [name, { size_g, vg }])),
    pvs: Object.fromEntries(
      rows('pvs').map(([name = '', vg, , , size_g, free_g]) => [name, { size_g, free_g, vg }]),
    ),
  }
}
