import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { MissingError, TaskError } from '../core/errors.ts'
import { type Change, defineModule, nothing, type Plan, run, type Step } from '../core/module.ts'
import { sh } from '../core/quote.ts'

const ARGS = {
  name: { type: 'str', doc: 'The zone: Europe/Berlin' },
  hwclock: {
    type: 'str',
    choices: ['local', 'UTC'],
    aliases: ['rtc'],
    doc: 'Which time the hardware clock keeps',
  },
} as const satisfies ArgumentSpecs

/** What the target says of its clock. */
export interface ClockState {
  /** Whether the wanted zone's file is there; undefined where there are no zones at all. */
  readonly available: boolean | undefined
  /** Whether systemd is asked to change things. */
  readonly systemd: boolean
  readonly zone: string
  readonly hwclock: 'local' | 'UTC'
  /** Whether the name is kept in /etc/timezone as well. */
  readonly named: boolean
}

const ZONES = '/usr/share/zoneinfo'

/**
 * Keep the time zone of a host, and what its hardware clock means.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/community/general/timezone_module.html
 *
 * @example
 * { timezone: { name: 'Europe/Berlin' } }
 */
export const timezone = defineModule({
  name: 'timezone',
  doc: 'Keep the time zone of a host, and what its hardware clock means',
  args: ARGS,
  rules: { required_one_of: [['name', 'hwclock']] },
  probe: ({ name = 'UTC' }) => sh`if [ ! -d ${ZONES} ]; then echo 'available unknown'
elif [ -f ${ZONES}/${name} ]; then echo 'available yes'; fi
if [ -d /run/systemd/system ] && command -v timedatectl >/dev/null 2>&1; then echo 'systemd yes'; fi
if [ -L /etc/localtime ]; then printf 'link %s\n' "$(readlink /etc/localtime)"; fi
if [ -e /etc/localtime ]; then echo 'file yes'; fi
if [ -f /etc/timezone ]; then printf 'name %s\n' "$(cat /etc/timezone)"; fi
if [ -f /etc/adjtime ]; then printf 'clock %s\n' "$(sed -n 3p /etc/adjtime)"; fi`,
  parse: ({ text }) => parseClock(text),
  plan(args, state) {
    const { name } = args
    const plan = planClock(args, state)
    if (name === undefined || state.available === true || plan.changes.length === 0) return plan
    const message = `given timezone "${name}" is not available`
    if (state.available === undefined) throw new MissingError(`${message}: the target has no ${ZONES}`)
    throw new TaskError(message)
  },
})

/** Reads what the probe printed. A host without /etc/localtime keeps UTC; one whose file names no zone is told so. */
export function parseClock(text: string): ClockState {
  const said = new Map(
    text.split('\n').map((line) => [line.replace(/ .*/, ''), line.replace(/^\S+ ?/, '')] as const),
  )
  const linked = /\/zoneinfo\/(.+)$/.exec(said.get('link') ?? '')?.[1]
  const available = said.get('available')
  return {
    available: available === 'unknown' ? undefined : available === 'yes',
    systemd: said.has('systemd'),
    zone: linked ?? said.get('name')?.trim() ?? (said.has('file') ? 'n/a' : 'UTC'),
    hwclock: said.get('clock') === 'LOCAL' ? 'local' : 'UTC',
    named: said.has('name'),
  }
}

function planClock({ name, hwclock }: Args<typeof ARGS>, state: ClockState): Plan {
  const changes: Change[] = []
  const steps: Step[] = []
  if (name !== undefined && name !== state.zone) {
    changes.push({ what: 'name', before: state.zone, after: name })
    steps.push(state.systemd ? run(['timedatectl', 'set-timezone', name]) : linkZone(name, state.named))
  }
  if (hwclock !== undefined && hwclock !== state.hwclock) {
    changes.push({ what: 'hwclock', before: state.hwclock, after: hwclock })
    const local = hwclock === 'local'
    steps.push(
      state.systemd
        ? run(['timedatectl', 'set-local-rtc', local ? 'yes' : 'no'])
        : run(['hwclock', '--systohc', local ? '--localtime' : '--utc']),
    )
  }
  // Always, as in Ansible's results: playbooks take the zone that was from there.
  const sides = (which: 'before' | 'after') => ({
    ...(name === undefined ? {} : { name: which === 'before' ? state.zone : name }),
    ...(hwclock === undefined ? {} : { hwclock: which === 'before' ? state.hwclock : hwclock }),
  })
  const result = { diff: { before: sides('before'), after: sides('after') } }
  return changes.length === 0 ? nothing(result) : { changes, steps, result }
}

// The link is made beside its place and renamed, so that the host has a zone at any time.
function linkZone(name: string, named: boolean): Step {
  const link = sh`new=$(mktemp -u /etc/.localtime.XXXXXXXX) && ln -s ${ZONES}/${name} "$new" && mv -f -- "$new" /etc/localtime`
  const note = named ? sh` && printf '%s\n' ${name} >/etc/timezone` : sh``
  return { kind: 'script', label: `set the time zone to ${name}`, script: sh`${link}${note}` }
}
