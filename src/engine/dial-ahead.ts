import type { Shell } from '../core/remote.ts'
import type { Variables } from '../core/scope.ts'
import type { Inventory, VariableFolder } from '../inventory/model.ts'
import { selectHosts } from '../inventory/pattern.ts'
import { inShard, type Shard } from '../inventory/shard.ts'
import { words } from '../playbook/inherit.ts'
import { variablesOf } from '../playbook/keywords.ts'
import type { Inherited } from '../playbook/model.ts'
import { isSelected, type TagSelection } from '../playbook/tags.ts'
import { layersOf } from '../vars/precedence.ts'
import { createScope } from '../vars/scope.ts'
import type { Ahead } from './ahead.ts'
import type { ShellRequest } from './connection-settings.ts'
import type { Connections } from './connections.ts'
import type { Gathering } from './context.ts'
import { createInventoryReader } from './inventory-variables.ts'

/** What is known of a run while the files of its plays are still being loaded. */
export interface Beginning {
  readonly inventory: Inventory
  /** The `group_vars/` and `host_vars/` beside the playbook. */
  readonly folder: VariableFolder | undefined
  readonly extraVars: Variables
  readonly limit: string | undefined
  readonly shard: Shard | undefined
  readonly tags: TagSelection
  readonly forks: number
  readonly gathering: Gathering
}

/** What a run will go on with. */
export interface Begun {
  readonly connections: Connections
  readonly ahead: Ahead
}

/**
 * Connects to the hosts that a run begins with, and asks for their facts, while the files of its plays are being
 * loaded: each waits for the other's answers most of the time. Only what is written plainly counts. A host whose way is
 * described by a template or a secret is connected to by its first task; where the play's files describe another way
 * than is known here, its first task takes that one, and this connection is closed with the rest.
 * @param play the first play as it is written, over the keywords that settings give all plays
 */
export function dialAhead(begun: Begun, play: Variables, known: Beginning): void {
  const { inventory, folder, extraVars, limit, shard, forks } = known
  if (!isPlain(play.hosts) || play.vars_prompt !== undefined) return
  // By the tags in its files something may run all the same; perhaps nothing does, and then no host is to be reached.
  if (!isSelected(words(play.tags), known.tags)) return
  const keywords = plainKeywords(play)
  if (keywords === undefined) return
  const read = createInventoryReader()
  const { hosts } = selectHosts(inventory, String(play.hosts), { limit })
  const wanted = hosts.filter(({ name }) => shard === undefined || inShard(name, shard))
  for (const { name } of wanted.slice(0, atOnce(play.serial, forks))) {
    const sources = {
      ...read(inventory).sources(name, folder),
      playVars: variablesOf(play.vars) ?? {},
      extraVars,
    }
    const scope = createScope(layersOf(sources), plainly)
    // What is not plain, or wrong, is told by the host's first task.
    begin(begun, { host: name, scope, trusted: scope, keywords }, play, known).catch(() => {})
  }
}

async function begin(
  { connections, ahead }: Begun,
  request: ShellRequest,
  play: Variables,
  { gathering }: Beginning,
): Promise<void> {
  let facts: typeof import('./facts-ahead.ts') | undefined
  let standing: Shell | undefined
  // The task that gathers facts may be waiting for the shell already: it must find the question asked.
  const ask = (): void => {
    if (facts === undefined || standing?.readAhead === undefined || !ahead.enabled) return
    const script = facts.factsScript(play, gathering, standing.target)
    const answer = script && standing.readAhead(script)
    if (script !== undefined && answer !== undefined) ahead.know(standing, script, answer)
  }
  const onShell = (shell: Shell): void => {
    standing = shell
    ask()
  }
  await Promise.all([
    // A play that gathers facts asks for the connection before anything else can change.
    connections.begin(request, { keepFailure: play.gather_facts !== false, onShell }),
    import('./facts-ahead.ts').then((loaded) => {
      facts = loaded
      ask()
    }),
  ])
}

function atOnce(serial: unknown, forks: number): number {
  if (serial === undefined) return forks
  return typeof serial === 'number' && serial > 0 ? Math.min(serial, forks) : 1
}

function plainly(value: unknown): unknown {
  if (!isPlain(value)) throw new Error('not plain')
  return value
}

function isPlain(value: unknown): value is string | number | boolean | null {
  if (typeof value === 'string') return !/\{[{%#]/.test(value)
  return value === null || typeof value === 'number' || typeof value === 'boolean'
}

// The keywords that say how a host is reached, and as whom.
const KEYWORDS = [
  ...(['connection', 'port', 'remote_user'] as const),
  ...(['become', 'become_user', 'become_method', 'become_flags', 'become_exe'] as const),
]

function plainKeywords(play: Variables): Inherited | undefined {
  const given = KEYWORDS.map((keyword) => [keyword, play[keyword]] as const)
  const own = given.filter(([, value]) => value !== undefined && value !== null)
  return own.every(([, value]) => isPlain(value)) ? (Object.fromEntries(own) as Inherited) : undefined
}
