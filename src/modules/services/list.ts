/** A service as `service_facts` tells it. */
export interface ListedService {
  readonly name: string
  readonly state: string
  readonly source: string
  readonly status?: string
  readonly runlevels?: readonly string[] | null
}

/** What a unit's own file says does not matter for these: they are told instead. */
const BAD = ['not-found', 'masked', 'failed']

/**
 * Reads what systemd says of services.
 * @param units `systemctl list-units --plain --no-legend --type service --all`
 * @param files `systemctl list-unit-files --no-legend --type service`
 * @param idle `systemctl show --property=Names,ActiveState` of those that are in files only
 */
export function parseSystemd(units: string, files: string, idle: string): readonly ListedService[] {
  const services = new Map<string, ListedService>()
  for (const line of rows(units)) {
    const [name = '', load = '', active = '', sub = ''] = line
      .replace(/^[●*○×↻]\s+/, '')
      .trim()
      .split(/\s+/)
    if (!name.endsWith('.service')) continue
    const bad = BAD.find((word) => word === load || word === active)
    const state = sub === 'running' ? 'running' : 'stopped'
    services.set(name, { name, state, status: bad ?? active, source: 'systemd' })
  }
  const states = parseStates(idle)
  for (const line of rows(files)) {
    const [name = '', status = ''] = line.trim().split(/\s+/)
    if (!name.endsWith('.service')) continue
    const known = services.get(name)
    if (known === undefined) {
      services.set(name, { name, state: states.get(name) ?? 'unknown', status, source: 'systemd' })
    } else if (!BAD.includes(known.status ?? '')) services.set(name, { ...known, status })
  }
  return [...services.values()]
}

function parseStates(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\n{2,}/).flatMap((unit) => {
      const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? ''
      return value('Names')
        .split(' ')
        .map((name) => [name, value('ActiveState')] as const)
    }),
  )
}

function rows(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

/** Reads `service --status-all`: ` [ + ]  name`. */
export function parseStatusAll(text: string): readonly ListedService[] {
  return [...text.matchAll(/^\s*\[ ([+-]) \]\s+(.+)$/gm)].map(([, mark, name = '']) => ({
    name,
    state: mark === '+' ? 'running' : 'stopped',
    source: 'sysv',
  }))
}

/** Reads `chkconfig --list`, with what `service NAME status` ended with for each: `name code`. */
export function parseChkconfig(text: string, codes: string): readonly ListedService[] {
  const code = new Map(rows(codes).map((line) => line.split(' ') as [string, string]))
  return [...text.matchAll(/^(\S+)\s+0:(?:on|off)\s.*?\b3:(on|off)\b.*$/gm)].map(([, name = '', on]) => ({
    name,
    state: code.get(name) === '0' ? 'running' : 'stopped',
    status: on === 'on' ? 'enabled' : 'disabled',
    source: 'sysv',
  }))
}

/** Reads OpenRC's `rc-status -a -s -m` and `rc-update show -v`. */
export function parseOpenrc(status: string, update: string): readonly ListedService[] {
  const runlevels = new Map(
    rows(update)
      .filter((line) => line.includes('|'))
      .map((line) => {
        const [name = '', levels = ''] = line.split('|').map((part) => part.trim())
        return [name, levels === '' ? null : levels.split(/\s+/)]
      }),
  )
  return rows(status)
    .filter((line) => line.startsWith(' '))
    .flatMap((line) => {
      const [name, state] = line.replace(/[[\]]/g, '').trim().split(/\s+/)
      if (name === undefined || state === undefined) return []
      return [{ name, runlevels: runlevels.get(name) ?? null, state, source: 'openrc' }]
    })
}
