import { ArgumentError, MissingError, TaskError } from '../../core/errors.ts'
import { type Change, type Finish, type Plan, run, type Step, type StepOutput } from '../../core/module.ts'
import { sh } from '../../core/quote.ts'
import { outputFields } from '../commands/outcome.ts'
import { aptStep, debStep, installFlags, packageWord, updateStep } from './apt-commands.ts'
import { type AptArguments, wantsUpdate } from './apt-parameters.ts'
import { type AptState, splitNames, upgradeVerb } from './apt-state.ts'
import { compareVersions } from './debian-version.ts'
import { type PackagePlan, planPackages } from './plan-packages.ts'

/** `name: '*'` with `state: latest` is an upgrade of everything under another name. */
export function normalizeApt(args: AptArguments): AptArguments {
  if (args.state !== 'latest' || !args.name?.includes('*')) return args
  if (args.name.length > 1) {
    throw new ArgumentError(
      "apt: '*' upgrades everything that is installed, so no other package can be named",
    )
  }
  return { ...args, name: undefined, upgrade: 'yes' }
}

/**
 * Plans what makes packages as they are wanted.
 * @throws {TaskError} naming the packages that cannot be had
 */
export function planApt(args: AptArguments, state: AptState): Plan {
  const outdated =
    wantsUpdate(args) && !(args.cache_valid_time > 0 && state.now - state.checkTime <= args.cache_valid_time)
  const work = planWork(args, state, outdated)
  const clean: Step[] = args.clean && state.archives ? [aptStep(args, 'clean', ['clean'])] : []
  const idle = work.steps.length + clean.length === 0
  const updates: Change[] =
    outdated && idle && !asksForPackages(args)
      ? [{ what: 'cache', before: state.cacheTime, after: 'updated' }]
      : []
  const cleans: Change[] =
    clean.length > 0 ? [{ what: 'archives', before: 'downloaded packages', after: 'none' }] : []
  const time: Step = {
    kind: 'script',
    label: 'look at the list of packages',
    as: 'time',
    script: sh`stat -c %Y /var/lib/apt/periodic/update-success-stamp 2>/dev/null || stat -c %Y /var/lib/apt/lists`,
  }
  return {
    changes: [...updates, ...cleans, ...work.changes],
    steps: [...(outdated ? [updateStep(args), time] : []), ...clean, ...work.steps, ...(work.marks ?? [])],
    result: {
      cache_updated: false,
      cache_update_time: state.cacheTime,
      ...(idle ? {} : outputFields('', '')),
    },
  }
}

function asksForPackages({ name, upgrade, deb, state, autoremove, autoclean }: AptArguments): boolean {
  const named = name !== undefined && name.length > 0
  return named || upgrade !== 'no' || deb !== undefined || state === 'fixed' || autoremove || autoclean
}

interface Work {
  /** Not counted as a change, as in Ansible: what is asked for is kept when nothing else needs it any more. */
  readonly marks?: readonly Step[]
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
}
const NOTHING: Work = { changes: [], steps: [] }

function planWork(args: AptArguments, found: AptState, outdated: boolean): Work {
  const { state, upgrade, deb } = args
  const simulated = found.simulated.filter((line) => !line.startsWith('Del '))
  const names = splitNames(args).plain.map(({ name }) => name)
  // What the list of packages lacks now an update may bring; and in check mode, what came before in the run.
  if (found.refused !== undefined && !outdated) throw new MissingError(`apt-get refuses: ${found.refused}`)
  // What a simulation found is only so good as the list of packages: after an update it is for apt to say.
  const whole = (as: string, words: readonly string[]): Work =>
    simulated.length > 0 || outdated
      ? { changes: simulated.map(simulatedChange), steps: [aptStep(args, as, words)] }
      : NOTHING
  if (upgrade !== 'no') return whole('upgrade', [...installFlags(args), ...upgradeVerb(upgrade)])
  if (deb !== undefined) return planDeb(args, deb, found)
  if (state === 'fixed') return whole('install', [...installFlags(args), '--fix-broken', 'install'])
  if (state === 'build-dep')
    return names.length > 0 ? whole('install', ['build-dep', '--', ...names]) : NOTHING
  if ((args.name ?? []).length > 0) return planNames(args, found, outdated)
  const autoclean = found.simulated.filter((line) => line.startsWith('Del '))
  return {
    changes: [
      ...(args.autoremove ? simulated.map(simulatedChange) : []),
      ...autoclean.map((line) => ({ what: 'archives', before: line.slice('Del '.length), after: 'absent' })),
    ],
    steps: [
      ...(args.autoremove && simulated.length > 0
        ? [aptStep(args, 'remove', [...(args.purge ? ['--purge'] : []), 'autoremove'])]
        : []),
      ...(autoclean.length > 0 ? [aptStep(args, 'clean', ['autoclean'])] : []),
    ],
  }
}

function planNames(args: AptArguments, found: AptState, outdated: boolean): Work {
  const { state, purge, autoremove, only_upgrade } = args
  const { plain, patterns } = splitNames(args)
  const plan: PackagePlan = planPackages({
    state: state === 'absent' || state === 'latest' ? state : 'present',
    wanted: [...plain, ...found.matching.map((name) => ({ name }))],
    known: (name) => found.known.get(name) ?? found.known.get(name.replace(/:.*$/, '')),
    compare: compareVersions,
    only_upgrade,
    purge,
    outdated,
  })
  const unmatched = patterns.length > 0 && found.matching.length === 0 && state !== 'absent'
  const problems = [
    ...plan.problems,
    ...(unmatched ? [`No package matching '${patterns.join(', ')}' is available`] : []),
  ]
  if (problems.length > 0) throw new TaskError(problems.join('; '))
  if (plan.remove.length > 0) {
    const flags = [...(purge ? ['--purge'] : []), ...(autoremove ? ['--auto-remove'] : [])]
    return {
      changes: plan.changes,
      steps: [aptStep(args, 'remove', [...flags, 'remove', '--', ...plan.remove])],
    }
  }
  // After an update there may be newer versions than those that are known now.
  const install = state === 'latest' && outdated ? plain : plan.install
  const others = (found.automatic ?? []).filter((name) => !install.some((one) => baseName(one) === name))
  const marks = only_upgrade || others.length === 0 ? [] : [run(['apt-mark', 'manual', ...others])]
  if (install.length === 0) return { ...NOTHING, marks }
  const words = [...installFlags(args), 'install', '--', ...install.map(packageWord)]
  return { changes: plan.changes, steps: [aptStep(args, 'install', words)], marks }
}

// Whatever is installed by name is marked by apt-get itself.
const baseName = ({ name }: { readonly name: string }) => name.replace(/:.*$/, '')

function planDeb(args: AptArguments, deb: string, found: AptState): Work {
  if (found.deb === undefined) return NOTHING
  const { name, version } = found.deb
  const installed = found.known.get(name)?.installed
  if (installed === version) return NOTHING
  return {
    changes: [{ what: `package ${name}`, before: installed ?? 'absent', after: version }],
    steps: [debStep(args, deb)],
  }
}

/** Reads a line of `apt-get -s`: `Inst name [old] (new …)` or `Remv name [old]`. */
function simulatedChange(line: string): Change {
  const [, verb, name, before, after] = /^(Inst|Remv) (\S+)(?: \[([^\]]*)\])?(?: \((\S+))?/.exec(line) ?? []
  return {
    what: `package ${name}`,
    before: before ?? 'absent',
    after: verb === 'Remv' ? 'absent' : (after ?? 'present'),
  }
}

/** What apt-get says in the end: so many upgraded, newly installed and so on. */
const COUNTS =
  /^(\d+) upgraded, (\d+) newly installed, (?:(\d+) reinstalled, )?(?:(\d+) downgraded, )?(\d+) to remove|^(\d+) not fully installed or removed/gm

/** Result fields from what apt-get said; whether anything changed is its word, not the plan's. */
export function finishApt(outputs: Readonly<Record<string, StepOutput>>, plan: Plan): Finish {
  const { update, time, clean, ...work } = outputs
  const cacheTime = time === undefined ? undefined : Number(time.stdout.trim())
  const before = plan.result?.cache_update_time
  const done = Object.values(work)
  const stdout = [clean, ...done].map((output) => output?.stdout ?? '').join('')
  const stderr = [clean, ...done].map((output) => output?.stderr ?? '').join('')
  const counts = [...stdout.matchAll(COUNTS)].flatMap((found) => found.slice(1))
  const changed = counts.some((count) => Number(count ?? 0) > 0) || clean !== undefined
  const onlyCache = plan.changes.some(({ what }) => what === 'cache')
  return {
    ...(update === undefined ? {} : { cache_updated: true, cache_update_time: cacheTime }),
    ...(done.length === 0 && clean === undefined ? {} : { ...outputFields(stdout, stderr), changed }),
    ...(onlyCache ? { changed: cacheTime !== before } : {}),
  }
}
