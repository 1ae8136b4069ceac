import { MissingError } from '../../core/errors.ts'
import type { Change, Plan, Step } from '../../core/module.ts'
import { operands, quoteAll, Script, sh } from '../../core/quote.ts'

/** What is wanted of a service of OpenRC or System V init. */
export interface WantedService {
  readonly name: string
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded' | undefined
  readonly enabled?: boolean | undefined
  readonly arguments?: string | undefined
  readonly pattern?: string | undefined
  readonly runlevel: string
  readonly sleep?: number | undefined
}

/** The service managers other than systemd, by their commands. */
export type Manager = 'openrc' | 'sysvinit'

/** What the service manager says of a service. */
export interface ServiceState {
  readonly manager: Manager
  readonly exists: boolean
  readonly running: boolean
  readonly enabled: boolean
}

/** Reads a service's state: one line of `yes` and `no` for exists, running and enabled. */
export function probeService(wanted: WantedService, manager: Manager): Script {
  const { name, pattern, runlevel } = wanted
  const running =
    pattern === undefined
      ? manager === 'openrc'
        ? sh`rc-service ${operands(name)} status >/dev/null 2>&1`
        : sh`${`/etc/init.d/${name}`} status >/dev/null 2>&1`
      : sh`ps -e -o pid= -o args= | while read -r pid line; do case $line in *${pattern}*) [ "$pid" = $$ ] || exit 3;; esac; done; [ $? -eq 3 ]`
  const enabled =
    manager === 'openrc'
      ? sh`[ -e ${`/etc/runlevels/${runlevel}/${name}`} ]`
      : sh`ls /etc/rc[2345].d/S[0-9][0-9]${name} >/dev/null 2>&1`
  const say = (condition: Script) => sh`if ${condition}; then printf ' yes'; else printf ' no'; fi`
  return sh`printf ${manager}; ${say(sh`[ -x ${`/etc/init.d/${name}`} ]`)}; ${say(running)}; ${say(enabled)}; echo`
}

/** Reads what `probeService` printed; undefined when it is not what it prints. */
export function parseService(text: string): ServiceState | undefined {
  const [manager, exists, running, enabled] = text.trim().split(' ')
  if (manager !== 'openrc' && manager !== 'sysvinit') return undefined
  return { manager, exists: exists === 'yes', running: running === 'yes', enabled: enabled === 'yes' }
}

/** Plans what brings a service into the wanted state. @throws {MissingError} when there is no such service */
export function planService(wanted: WantedService, found: ServiceState): Plan {
  const { name, state, enabled } = wanted
  const result = {
    name,
    ...(state === undefined ? {} : { state: state === 'stopped' ? 'stopped' : 'started' }),
    ...(enabled === undefined ? {} : { enabled }),
  }
  if (!found.exists) {
    throw new MissingError(`Could not find the requested service ${name}: host`, { result })
  }
  const changes: Change[] = []
  const steps: Step[] = []
  if (enabled !== undefined && enabled !== found.enabled) {
    changes.push({ what: 'enabled', before: found.enabled, after: enabled })
    steps.push(enableStep(wanted, found.manager, enabled))
  }
  const verbs = verbsFor(wanted, found.running)
  if (state !== undefined && verbs.length > 0) {
    changes.push({ what: 'state', before: found.running ? 'started' : 'stopped', after: state })
    steps.push(...verbs.map((verb) => verbStep(wanted, found.manager, verb)))
  }
  return { changes, steps, result }
}

function verbsFor({ state, sleep }: WantedService, running: boolean): readonly string[] {
  if (state === 'started') return running ? [] : ['start']
  if (state === 'stopped') return running ? ['stop'] : []
  if (state === 'reloaded') return [running ? 'reload' : 'start']
  if (state === 'restarted') return sleep === undefined ? ['restart'] : ['stop', 'sleep', 'start']
  return []
}

function verbStep(wanted: WantedService, manager: Manager, verb: string): Step {
  if (verb === 'sleep') {
    return { kind: 'run', label: `sleep ${wanted.sleep}`, argv: ['sleep', String(wanted.sleep)] }
  }
  const command =
    manager === 'openrc'
      ? ['rc-service', ...operands(wanted.name, verb)]
      : [`/etc/init.d/${wanted.name}`, verb]
  const rest = wanted.arguments === undefined ? '' : ` ${wanted.arguments}`
  return { kind: 'script', label: command.join(' '), script: new Script(`${quoteAll(command)}${rest}`) }
}

function enableStep({ name, runlevel }: WantedService, manager: Manager, enabled: boolean): Step {
  const label = `${enabled ? 'enable' : 'disable'} ${name}`
  if (manager === 'openrc') {
    return {
      kind: 'run',
      label,
      argv: ['rc-update', enabled ? 'add' : 'delete', ...operands(name, runlevel)],
    }
  }
  const debian = sh`update-rc.d ${name} ${enabled ? 'defaults' : 'remove'} && update-rc.d ${name} ${enabled ? 'enable' : 'disable'}`
  const redhat = sh`chkconfig ${name} ${enabled ? 'on' : 'off'}`
  const script = sh`if command -v update-rc.d >/dev/null 2>&1; then ${debian}; else ${redhat}; fi`
  return { kind: 'script', label, script }
}
