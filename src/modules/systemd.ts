import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { defineModule } from '../core/module.ts'
import {
  managerStep,
  parseUnit,
  planUnit,
  probeUnit,
  type UnitState,
  type WantedUnit,
} from './services/unit.ts'
import { UNIT_PARAMETERS } from './services/unit-parameters.ts'

const ARGS = {
  name: { type: 'str', aliases: ['service', 'unit'], doc: 'Name of one unit; without an ending a service' },
  state: {
    type: 'str',
    choices: ['reloaded', 'restarted', 'started', 'stopped'],
    doc: 'Whether the unit runs; restarted and reloaded always act',
  },
  enabled: { type: 'bool', doc: 'Whether the unit starts at boot' },
  ...UNIT_PARAMETERS,
  daemon_reload: { ...UNIT_PARAMETERS.daemon_reload, default: false },
  daemon_reexec: { ...UNIT_PARAMETERS.daemon_reexec, default: false },
  no_block: { ...UNIT_PARAMETERS.no_block, default: false },
  scope: {
    type: 'str',
    choices: ['system', 'user', 'global'],
    default: 'system',
    doc: 'The system’s manager, the user’s own, or what holds for all users',
  },
} as const satisfies ArgumentSpecs

/**
 * Keep a systemd unit in the wanted state.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/systemd_service_module.html
 *
 * @example
 * { systemd: { name: 'nginx', state: 'started', enabled: true, daemon_reload: true } }
 */
export const systemd = defineModule({
  name: 'systemd',
  doc: 'Keep a systemd unit in the wanted state',
  args: ARGS,
  rules: {
    required_by: { state: ['name'], enabled: ['name'], masked: ['name'] },
  },
  probe(args) {
    const wanted = readWanted(args)
    return wanted === undefined ? undefined : probeUnit(wanted)
  },
  parse: ({ text }) => parseUnit(text),
  plan(args, found: UnitState | undefined) {
    const wanted = readWanted(args)
    if (wanted !== undefined && found !== undefined) return planUnit(wanted, found)
    const steps = [
      ...(args.daemon_reexec ? [managerStep(args, 'daemon-reexec')] : []),
      ...(args.daemon_reload ? [managerStep(args, 'daemon-reload')] : []),
    ]
    return { changes: [], steps, result: { name: null, status: {} } }
  },
})

function readWanted(args: Args<typeof ARGS>): WantedUnit | undefined {
  if (args.scope === 'global' && args.state !== undefined) {
    throw new ArgumentError(
      'systemd: units of scope global cannot be started or stopped, only enabled or masked',
    )
  }
  const { name, ...rest } = args
  return name === undefined ? undefined : { name, ...rest }
}
