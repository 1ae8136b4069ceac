import { ArgumentError, MissingError } from '../../core/errors.ts'
import type { Change, Plan, Step } from '../../core/module.ts'
import { quoteAll, Script, sh } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'

/** Which of systemd's managers is meant. */
export type Scope = 'system' | 'user' | 'global'

/** What is wanted of a unit. */
export interface WantedUnit {
  readonly name: string
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded' | undefined
  readonly enabled?: boolean | undefined
  readonly masked?: boolean | undefined
  readonly daemon_reload?: boolean | undefined
  readonly daemon_reexec?: boolean | undefined
  readonly scope?: Scope
  readonly no_block?: boolean | undefined
  readonly force?: boolean | undefined
}

/** What systemd says of a unit. */
export interface UnitState {
  /** `systemctl show`: empty where systemd does not run, as in a chroot. */
  readonly status: Readonly<Record<string, string>>
  /** What `systemctl is-enabled` prints: `enabled`, `disabled`, `static`, …; empty when it knows no such unit. */
  readonly enablement: string
  /**
   * It is among what some target wants, even if its own file is gone: with the file back, it is enabled. So is what
   * is enabled by way of another unit, such as its socket.
   */
  readonly linked?: boolean
}

/** The words `systemctl` takes before any verb. */
function systemctl(scope: Scope = 'system'): readonly string[] {
  return scope === 'system' ? ['systemctl'] : ['systemctl', `--${scope}`]
}

/** Shell text that lets `systemctl --user` find its manager where no login has told. */
function userRuntime(scope: Scope | undefined): string {
  return scope === 'user' ? 'export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"\n' : ''
}

/** Whether a unit is a template (`getty@.service`): it can be enabled and masked, but only its instances can run. */
function isTemplate(name: string): boolean {
  return /@(\.[a-z]+)?$/.test(name)
}

/** Reads a unit's state. @throws {ArgumentError} when the name is a pattern */
export function probeUnit({ name, scope, enabled, masked }: WantedUnit): Script {
  if (/[*?[]/.test(name)) {
    throw new ArgumentError(`'${name}' is a pattern; systemd takes the name of exactly one unit`)
  }
  const command = quoteAll(systemctl(scope))
  // `--global` has no manager that could be asked, and a manager knows instances of templates, but not the templates.
  const show =
    scope === 'global' || isTemplate(name)
      ? 'shown=\n'
      : `shown=$(${command} show --no-pager ${sh`-- ${name}`}) || exit 1\n`
  const asksEnablement = enabled !== undefined || masked !== undefined || scope === 'global'
  const ask = `${command} is-enabled --full ${sh`-- ${name}`} 2>/dev/null`
  const enablement = asksEnablement ? ((scope ?? 'system') === 'system' ? askOnce(name, ask) : ask) : 'true'
  return new Script(
    `${userRuntime(scope)}${show}printf '%s\\n\\n%s\\n' "$shown" @enablement\n${enablement}\ntrue`,
  )
}

/**
 * Whether some target wants the unit, and what `ask` says. Starting `systemctl` is most of what a look at a unit costs:
 * where the manager calls it enabled, a target wants it, and no link masks it, there is nothing to ask.
 */
function askOnce(name: string, ask: string): string {
  const unit = /\.(service|socket|timer|path|mount|target|slice|scope|swap|device|automount)$/.test(name)
    ? name
    : `${name}.service`
  const [folder, file] = ['/etc/systemd/system', sh`${unit}`]
  return [
    `for l in ${folder}/*.wants/${file} ${folder}/*.requires/${file}; do [ -L "$l" ] && break; done`,
    `sure=; case $shown in *'\nUnitFileState=enabled\n'*) [ -L "$l" ] && [ ! -L ${folder}/${file} ] && sure=1 ;; esac`,
    `if [ -n "$sure" ]; then echo enabled; else ${ask}; fi`,
    `[ -L "$l" ] && echo @linked`,
  ].join('\n')
}

/** Reads what `probeUnit` printed. */
export function parseUnit(text: string): UnitState {
  const [shown = '', rest = ''] = text.split(/^@enablement$/m)
  const said = rest.replace(/^@linked$/m, '')
  const status: Record<string, string> = {}
  let last: string | undefined
  for (const line of shown.split('\n')) {
    const [, key, value = ''] = /^([A-Z][A-Za-z0-9]*)=(.*)$/.exec(line) ?? []
    if (key !== undefined) {
      status[key] = value
      last = key
    } else if (last !== undefined && line !== '') status[last] += `\n${line}`
  }
  // Below the word stand the links that make it so, each set off by spaces.
  const told = said.split('\n').filter((line) => line.trim() !== '')
  const enablement = told.findLast((line) => !line.startsWith(' ')) ?? ''
  const byAnother = /^(indirect|alias)$/.test(enablement) && told.some((line) => line.startsWith(' '))
  return said === rest && !byAnother ? { status, enablement } : { status, enablement, linked: true }
}

/**
 * Plans what brings a unit into the wanted state, in Ansible's order: the manager first, then masking, enabling
 * and running.
 * @throws {MissingError} when there is no such unit
 */
export function planUnit(wanted: WantedUnit, found: UnitState): Plan {
  const unloaded = found.status.LoadState === 'not-found' || isTemplate(wanted.name)
  const missing = unloaded && /^(not-found)?$/.test(found.enablement)
  const comesWithReload = wanted.daemon_reload || wanted.daemon_reexec
  if (missing && !comesWithReload && (wanted.state !== undefined || wanted.enabled !== undefined)) {
    throw new MissingError(`Could not find the requested service ${wanted.name}: host`, {
      result: resultOf(wanted, found),
    })
  }
  const parts = [planMasked(wanted, found), planEnabled(wanted, found), planState(wanted, found)] as const
  const changes = parts.flatMap((part) => part.changes)
  const steps = parts.flatMap((part) => part.steps)
  const stale = found.status.NeedDaemonReload === 'yes' || missing
  const manager = [
    ...(wanted.daemon_reexec ? [managerStep(wanted, 'daemon-reexec')] : []),
    ...(wanted.daemon_reload && (stale || steps.length > 0) && !endsWithReload(parts[1], wanted, found)
      ? [managerStep(wanted, 'daemon-reload')]
      : []),
  ]
  return { changes, steps: [...manager, ...steps], result: resultOf(wanted, found) }
}

/**
 * Whether enabling or disabling lets the manager read all unit files anew, as it does for a unit that has a file of its
 * own (systemctl(1), enable: 'equivalent to daemon-reload'): before it starts, and it need not be done twice.
 */
function endsWithReload(enabling: Part, { scope }: WantedUnit, { status }: UnitState): boolean {
  const { FragmentPath: file = '' } = status
  return enabling.steps.length > 0 && scope !== 'global' && file !== '' && !file.startsWith('/run/')
}

/** A step for the manager as a whole: `daemon-reload`, `daemon-reexec`. */
export function managerStep(
  { scope }: Pick<WantedUnit, 'scope'>,
  verb: 'daemon-reload' | 'daemon-reexec',
): Step {
  const argv = [...systemctl(scope), verb]
  return {
    kind: 'script',
    label: argv.join(' '),
    script: new Script(`${userRuntime(scope)}${quoteAll(argv)}`),
  }
}

function resultOf({ name, state, enabled }: WantedUnit, { status }: UnitState): Variables {
  return {
    name,
    status,
    ...(state === undefined ? {} : { state: state === 'stopped' ? 'stopped' : 'started' }),
    ...(enabled === undefined ? {} : { enabled }),
  }
}

interface Part {
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
}
const NONE: Part = { changes: [], steps: [] }

function planMasked(wanted: WantedUnit, { status, enablement }: UnitState): Part {
  const masked = /^masked/.test(enablement) || status.LoadState === 'masked'
  if (wanted.masked === undefined || wanted.masked === masked) return NONE
  return {
    changes: [{ what: 'masked', before: masked, after: wanted.masked }],
    steps: [unitStep(wanted, wanted.masked ? 'mask' : 'unmask')],
  }
}

/** What `is-enabled` calls a unit that starts at boot, or that has no say in whether it does. */
const ENABLED = /^(enabled|enabled-runtime|static|generated|transient|linked-runtime)$/
/** Units that neither `enable` nor `disable` would change. */
const FIXED = /^(static|transient)$/

function planEnabled(wanted: WantedUnit, { enablement, linked }: UnitState): Part {
  const enabled =
    ENABLED.test(enablement) || (linked === true && /^(not-found|indirect|alias)?$/.test(enablement))
  if (wanted.enabled === undefined || wanted.enabled === enabled || FIXED.test(enablement)) return NONE
  return {
    changes: [{ what: 'enabled', before: enabled, after: wanted.enabled }],
    steps: [unitStep(wanted, wanted.enabled ? 'enable' : 'disable')],
  }
}

function planState(wanted: WantedUnit, { status }: UnitState): Part {
  const { state } = wanted
  const active = status.ActiveState
  if (state === undefined) return NONE
  // In a chroot there is nothing to start; the unit starts with the system.
  if (active === undefined) return NONE
  const running = /^(active|activating|reloading|refreshing)$/.test(active)
  const verb = {
    started: running ? undefined : 'start',
    stopped: running || active === 'deactivating' ? 'stop' : undefined,
    restarted: 'restart',
    reloaded: running ? 'reload' : 'start',
  }[state]
  if (verb === undefined) return NONE
  return { changes: [{ what: 'state', before: active, after: state }], steps: [unitStep(wanted, verb)] }
}

function unitStep({ name, scope, no_block, force }: WantedUnit, verb: string): Step {
  const starts = /^(start|stop|restart|reload)$/.test(verb)
  const flags = [...(starts && no_block ? ['--no-block'] : []), ...(!starts && force ? ['--force'] : [])]
  const argv = [...systemctl(scope), verb, ...flags, '--', name]
  const label = argv.filter((word) => word !== '--').join(' ')
  const command = `${userRuntime(scope)}${quoteAll(argv)}`
  if (!starts) return { kind: 'script', label, script: new Script(command) }
  const unit = scope === 'user' ? ['--user-unit', name] : ['--unit', name]
  // A failed start says little more than that it failed: what the unit itself said is in the journal.
  const why = [
    quoteAll([...systemctl(scope), 'status', '--no-pager', '--lines=0', '--', name]),
    quoteAll(['journalctl', '--quiet', '--no-pager', '--lines=10', '--output=short', ...unit]),
  ]
  return {
    kind: 'script',
    label,
    script: new Script(`${command} && exit 0\nr=$?\n{ ${why.join('; ')}; } >&2 2>/dev/null\nexit "$r"`),
  }
}
