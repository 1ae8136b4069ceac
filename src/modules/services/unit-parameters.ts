import type { ArgumentSpecs } from '../../core/arguments.ts'

/** What systemd alone can do with a unit. */
export const UNIT_PARAMETERS = {
  masked: { type: 'bool', doc: 'Whether the unit is kept from starting at all' },
  force: { type: 'bool', doc: 'Replace symbolic links that are in the way of enabling or masking' },
  daemon_reload: {
    type: 'bool',
    aliases: ['daemon-reload'],
    doc: 'Let systemd read changed unit files first',
  },
  daemon_reexec: {
    type: 'bool',
    aliases: ['daemon-reexec'],
    doc: 'Let systemd start itself anew first',
  },
  no_block: { type: 'bool', doc: 'Do not wait until it has started or stopped' },
} as const satisfies ArgumentSpecs
