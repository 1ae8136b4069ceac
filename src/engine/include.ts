import { EXIT, PlayscriptError } from '../core/errors.ts'
import type { TaskLabel } from '../core/events.ts'
import type { Scope, Variables } from '../core/scope.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { shown } from '../core/values/json.ts'
import type { Included, LoadedInclude } from '../playbook/model.ts'
import { failure } from './attempt.ts'
import type { RunItems } from './handlers.ts'
import type { HostState } from './host.ts'
import { enterInclude } from './include-chain.ts'
import { itemScopes } from './items.ts'
import { hasLoop } from './loop-items.ts'
import { keepResult } from './record.ts'
import { labelOf, stopEarly } from './run-on-hosts.ts'
import { isWanted, runsOnce, type Section } from './section.ts'

/** Hosts for which an include means the same: the same file or role, for the same item of its loop. */
interface Group {
  readonly options: Readonly<Record<string, unknown>>
  readonly loop: Variables
  /** Options and loop as text. */
  readonly identity: string
  readonly hosts: HostState[]
}

/**
 * Runs a dynamic include: what it names is worked out for each host and each item of its loop, loaded once for all
 * hosts for which it is the same, and run on these.
 */
export async function runInclude(
  include: LoadedInclude,
  hosts: readonly HostState[],
  section: Section,
  runItems: RunItems,
): Promise<void> {
  const { run, play, handlers } = section
  const [first] = hosts
  if (first === undefined || !isWanted(include, first, section)) return
  const label = labelOf(include, first, section)
  run.emit({ kind: 'task', task: label })
  // What is included once is for the first host alone.
  const once = include.run_once === undefined ? false : runsOnce(include, first, section)
  const meantFor = once ? [first] : hosts
  for (const { options, loop, identity, hosts: meant } of groupHosts(include, meantFor, label, section)) {
    let included: Included
    try {
      included = await include.load(options, { loop })
    } catch (error) {
      // As with Ansible a file that is no playbook ends the run; one that is not there is a failure of the task.
      if (error instanceof PlayscriptError && error.exit === EXIT.wrongPlaybook) throw error
      // As in Ansible this counts as a failure, though a rescue section takes it up.
      for (const host of meant) fail(include, host, error, label, { ...section, rescuable: false })
      stopEarly(include, first, hosts, section)
      continue
    }
    handlers.add(included.handlers)
    if (included.role !== undefined) play.roles.push(included.role)
    run.emit({
      kind: 'included',
      from: included.from,
      hosts: meant.map((host) => host.name),
      item: loopItem(loop),
    })
    // As in Ansible, an included role is no result of its own in the recap.
    if (include.action === 'include_tasks')
      for (const host of meant) keepResult(run, include, host, succeeded(options), section)
    const { from } = included
    const chain = enterInclude(section.included, { from, given: identity, at: include.at }, meant)
    await runItems(included.items, meant, { ...section, included: chain })
  }
}

function groupHosts(
  include: LoadedInclude,
  hosts: readonly HostState[],
  label: TaskLabel,
  section: Section,
): readonly Group[] {
  const { run, play } = section
  const groups = new Map<string, Group>()
  for (const host of hosts) {
    try {
      const outer = run.variables.scope(host, { play, task: include })
      const rounds = itemScopes(run, play, include, host, outer)
      const wanted = rounds.filter(({ scope, loop }) => {
        const skipped = isSkipped(include, scope, section)
        if (skipped && hasLoop(include)) {
          const result = { ...succeeded({}), status: 'skipped' as const, fields: { ...SKIPPED, ...loop } }
          run.emit({ kind: 'item', task: label, host: host.name, label: loopItem(loop), result })
        }
        return !skipped
      })
      if (wanted.length === 0)
        skip(include, host, label, section, { loop: hasLoop(include) && rounds.length > 0 })
      for (const { scope, loop } of wanted) {
        const options = run.renderer.value(include.options, scope, include.at)
        const given = isDictionary(options) ? options : {}
        const identity = shown([given, loop])
        const known = groups.get(identity)
        if (known === undefined) groups.set(identity, { options: given, loop, identity, hosts: [host] })
        else known.hosts.push(host)
      }
    } catch (error) {
      // Without items the conditions are asked once: when they do not hold, the list need not be there.
      if (hasLoop(include) && isSkippedBeforehand(include, host, section))
        skip(include, host, label, section, { loop: false })
      else fail(include, host, error, label, section)
    }
  }
  return [...groups.values()]
}

const SKIPPED = { changed: false, skipped: true, skip_reason: 'Conditional result was False' }

function isSkipped(include: LoadedInclude, scope: Scope, { run }: Section): boolean {
  return run.renderer.firstFalse(include.when, scope, include.at) !== undefined
}

function isSkippedBeforehand(include: LoadedInclude, host: HostState, section: Section): boolean {
  try {
    return isSkipped(
      include,
      section.run.variables.scope(host, { play: section.play, task: include }),
      section,
    )
  } catch {
    return false
  }
}

// Of a loop's items some may be left out: the include is skipped when all are.
function skip(
  include: LoadedInclude,
  host: HostState,
  label: TaskLabel,
  section: Section,
  { loop }: { readonly loop: boolean },
): void {
  const { run } = section
  const result = { ...succeeded({}), status: 'skipped' as const, fields: SKIPPED, loop }
  keepResult(run, include, host, result, section)
  run.emit({ kind: 'result', task: label, host: host.name, loop: result.loop, result })
}

function fail(
  include: LoadedInclude,
  host: HostState,
  error: unknown,
  label: TaskLabel,
  section: Section,
): void {
  const { run } = section
  const ignored = include.ignore_errors === true
  const result = { ...failure(error, 0), ignored, ignoredUnreachable: false, loop: false }
  keepResult(run, include, host, result, section)
  run.emit({ kind: 'result', task: label, host: host.name, loop: false, result })
}

function succeeded(options: Variables) {
  const fields = {
    changed: false,
    failed: false,
    include: options.file ?? options.name,
    include_args: options,
  }
  return {
    status: 'ok' as const,
    fields,
    changes: [],
    duration: 0,
    ignored: false,
    ignoredUnreachable: false,
    loop: false,
  }
}

function loopItem(loop: Variables): unknown {
  return loop[String(loop.ansible_loop_var)]
}
