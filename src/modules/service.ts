import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError, TaskError } from '../core/errors.ts'
import { defineModule } from '../core/module.ts'
import { Script, sh } from '../core/quote.ts'
import { parseService, planService, probeService, type ServiceState } from './services/init-script.ts'
import { parseUnit, planUnit, probeUnit, type UnitState } from './services/unit.ts'
import { UNIT_PARAMETERS } from './services/unit-parameters.ts'

const ARGS = {
  name: { type: 'str', required: true, doc: 'Name of the service' },
  state: {
    type: 'str',
    choices: ['reloaded', 'restarted', 'started', 'stopped'],
    doc: 'Whether the service runs; restarted and reloaded always act',
  },
  enabled: { type: 'bool', doc: 'Whether the service starts at boot' },
  arguments: { type: 'str', aliases: ['args'], doc: 'More words for the init script; systemd takes none' },
  pattern: {
    type: 'str',
    doc: 'Text of a process’s command line that tells that the service runs; systemd needs none',
  },
  runlevel: { type: 'str', default: 'default', doc: 'The runlevel of OpenRC' },
  sleep: { type: 'int', doc: 'Seconds between stop and start of a restart; systemd needs none' },
  ...UNIT_PARAMETERS,
  use: {
    type: 'str',
    choices: ['auto', 'systemd', 'openrc', 'sysvinit', 'service'],
    default: 'auto',
    doc: 'The service manager; auto finds out',
  },
} as const satisfies ArgumentSpecs

const SYSTEMD_ONLY = Object.keys(UNIT_PARAMETERS) as (keyof typeof UNIT_PARAMETERS)[]

type Found =
  | { readonly manager: 'systemd'; readonly unit: UnitState }
  | { readonly manager: 'other'; readonly service: ServiceState }

/**
 * Keep a service in the wanted state, whatever starts services on the target.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/service_module.html
 *
 * @example
 * { service: { name: 'nginx', state: 'started', enabled: true } }
 */
export const service = defineModule({
  name: 'service',
  doc: 'Keep a service in the wanted state, whatever starts services on the target',
  args: ARGS,
  rules: { required_one_of: [['state', 'enabled', ...SYSTEMD_ONLY]] },
  probe(args) {
    const systemd = sh`echo systemd; ${probeUnit(args)}`
    const openrc = probeService(args, 'openrc')
    const sysvinit = probeService(args, 'sysvinit')
    const forced = { auto: undefined, systemd, openrc, sysvinit, service: sysvinit }[args.use]
    if (forced !== undefined) return forced
    return new Script(
      [
        'if [ -d /run/systemd/system ]; then',
        systemd.text,
        'elif command -v rc-service >/dev/null 2>&1; then',
        openrc.text,
        'elif [ -d /etc/init.d ]; then',
        sysvinit.text,
        'elif command -v systemctl >/dev/null 2>&1; then',
        systemd.text,
        'else echo none; fi',
      ].join('\n'),
    )
  },
  parse: ({ text }) => parseFound(text),
  plan(args: Args<typeof ARGS>, found) {
    if (found.manager === 'systemd') return planUnit(args, found.unit)
    const [given] = SYSTEMD_ONLY.filter((name) => args[name])
    if (given !== undefined)
      throw new ArgumentError(`service: ${given} needs systemd, and the host has another`)
    return planService(args, found.service)
  },
})

/** Reads what the probe printed. @throws {TaskError} where no service manager is known */
export function parseFound(text: string): Found {
  if (text.startsWith('systemd\n'))
    return { manager: 'systemd', unit: parseUnit(text.slice('systemd\n'.length)) }
  const service = parseService(text)
  if (service !== undefined) return { manager: 'other', service }
  throw new TaskError('service: found neither systemd, nor OpenRC, nor scripts in /etc/init.d')
}
