import type { Variables } from '../core/scope.ts'
import type { LoadedRole } from '../playbook/model.ts'

/**
 * What a run learns of one host as it goes: facts and registered results outlive a play, failures do too.
 * This is the engine's only record that changes.
 */
export interface HostState {
  readonly name: string
  /** Facts, by their `ansible_` names. */
  facts: Record<string, unknown>
  /** Results of `register` and `set_fact`. */
  registered: Record<string, unknown>
  /** What `include_vars` read. */
  includeVars: Record<string, unknown>
  /** A task failed, was not ignored and not rescued: no further task runs here. */
  failed: boolean
  unreachable: boolean
  /** It failed, and an `always` section has its turn before the failure counts. */
  leaving: boolean
  /** How often `meta: clear_host_errors` took failures back. */
  cleared: number
  /** `meta: end_host` or `end_play`: done with this play, and well. */
  ended: boolean
  /** `meta: end_role`: the role whose further tasks do not run here. */
  endedRole: LoadedRole | undefined
  /** What roles have run here in this play, by their identity: begun, or to the end. */
  readonly roles: Map<string, 'begun' | 'complete'>
  /** Handlers waiting for the next flush, by their place in the play's list. */
  readonly notified: Set<number>
}

/** A host of which nothing is known yet. */
export function newHost(name: string): HostState {
  return {
    name,
    facts: {},
    registered: {},
    includeVars: {},
    failed: false,
    unreachable: false,
    leaving: false,
    cleared: 0,
    ended: false,
    endedRole: undefined,
    roles: new Map(),
    notified: new Set(),
  }
}

/** Whether tasks still run on a host. */
export function isActive(host: HostState): boolean {
  return !host.failed && !host.unreachable && !host.ended
}

// A host describes itself; it must not decide how it is reached or with which rights.
const NOT_A_FACT =
  /^ansible_(host|port|user|password|connection|(become|shell)(_.*)?|ssh_(?!host_key_).*|.*_interpreter|remote_.*|private_key_file|check_mode|diff_mode|play_.*|run_tags|skip_tags|version)$/

/** Takes facts that a host reported: those that would change how it is reached are left out. */
export function addFacts(host: HostState, facts: Variables): void {
  for (const [name, value] of Object.entries(facts)) {
    if (!NOT_A_FACT.test(name) && name !== '__proto__' && name !== 'ansible_facts') host.facts[name] = value
  }
}

/** The facts as the variable `ansible_facts` holds them: names without their prefix, which local facts alone keep. */
export function factsVariable(host: HostState): Variables {
  return Object.fromEntries(
    Object.entries(host.facts).map(([name, value]) => [name.replace(/^ansible_(?!local$)/, ''), value]),
  )
}
