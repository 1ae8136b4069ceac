import type { Args } from '../core/arguments.ts'
import { ArgumentError, MissingError } from '../core/errors.ts'
import { defineModule, nothing, type Plan } from '../core/module.ts'
import { PLACE } from '../core/place.ts'
import { lines, sh } from '../core/quote.ts'
import { newPath, planAttributes, stateWord, statusFields, unknownNames } from './shared/attributes.ts'
import { folderContent, withDiff } from './shared/file/diff.ts'
import { planFlags } from './shared/file/flags.ts'
import { type FileView, readView, type ViewRequest, viewProbe } from './shared/file/look-at.ts'
import { FILE_ARGS } from './shared/file/parameters.ts'
import { planNewFolder, planTree } from './shared/file/plan-directory.ts'
import { mustHaveParent, planHardLink, planSymbolicLink } from './shared/file/plan-link.ts'
import { planTimes, wantedTime } from './shared/file/times.ts'
import { refuseForeignLink } from './shared/follow.ts'
import { baseName, hostPath, joinPath, type PathState } from './shared/path-state.ts'
import { readStatus, statusStep } from './shared/status-step.ts'

type FileArgs = Args<typeof FILE_ARGS>

/**
 * Keep a file, directory or link in the wanted state, with its owner, group, mode and times.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/file_module.html
 *
 * @example
 * { file: { path: '/etc/acme', state: 'directory', owner: 'acme', mode: '0750' } }
 */
export const file = defineModule({
  name: 'file',
  doc: 'Keep a file, directory or link in the wanted state',
  args: FILE_ARGS,
  probe(args, { target, diff }) {
    const probeOf = (one: FileArgs) => viewProbe(request(one, { diff, userland: target.userland }))
    const inside = insideFolder(args)
    if (inside === undefined) return probeOf(args)
    return sh`if [ -d ${hostPath(args.path)} ]; then printf 'inside\000'
${probeOf(inside)}
else printf '\000'
${probeOf(args)}
fi`
  },
  parse({ bytes }, args, { target, diff }) {
    const inside = insideFolder(args)
    const isInside = inside !== undefined && bytes[0] !== 0
    const own = isInside ? inside : args
    const rest = inside === undefined ? bytes : bytes.subarray(bytes.indexOf(0) + 1)
    const view = readView(rest, request(own, { diff, userland: target.userland }))
    return isInside ? { ...view, inside: own.path } : view
  },
  plan(given, view: FileView) {
    const args = view.inside === undefined ? given : { ...given, path: view.inside }
    const state = args.state ?? (args.recurse ? 'directory' : currentState(view))
    checkTogether(args, state)
    const { path } = subject(args, view)
    if (args._diff_peek !== undefined) return nothing({ path: args.path, appears_binary: view.binary })
    const own = PLANS[state](args, view)
    if (own.failed !== undefined) return own
    if (state === 'absent') return withDiff(own, args.path, folderContent(args.path, view))
    const doubts = unknownNames(args, view.identity)
    const flags = planFlags(path, args.attributes, view.flags)
    const plan = {
      ...own,
      ...doubts,
      changes: [...own.changes, ...flags.changes],
      steps: [...own.steps, ...flags.steps],
    }
    if (plan.steps.length === 0) return withDiff(plan, path)
    const made = plan.changes.some(({ what }) => what === 'state' || what === 'src')
    if (args.follow === undefined && !made) refuseForeignLink(view, args.path, view.identity.uid)
    return {
      ...withDiff(plan, path),
      steps: [...plan.steps, statusStep(String(plan.result?.path ?? plan.result?.dest ?? args.path))],
    }
  },
  finish: (outputs) => readStatus(outputs),
})

/** Where a hard link comes to be if the path is a folder: in it, under the name of its source. */
function insideFolder(args: FileArgs): FileArgs | undefined {
  if (args.state !== 'hard' || args.src === undefined) return undefined
  return { ...args, path: joinPath(args.path, baseName(args.src)) }
}

function request(
  args: FileArgs,
  { diff, userland }: { readonly diff: boolean; readonly userland: string },
): ViewRequest {
  const { state, modification_time, access_time } = args
  return {
    ...args,
    // A folder that goes is shown with all that is in it.
    recurse: args.recurse || (diff && state === 'absent'),
    follow_src: state !== 'hard',
    follow_below: args.follow !== false && state !== 'absent',
    // Without a state the path keeps the one it has, which may be a link.
    emptiness: state === 'link' || state === 'hard',
    flags: args.attributes !== undefined,
    peek: args._diff_peek !== undefined,
    times: state === 'touch' || modification_time !== undefined || access_time !== undefined,
    userland,
  }
}

function currentState({ found }: FileView): 'file' | 'directory' | 'link' | 'hard' {
  const word = stateWord(found)
  return word === 'absent' ? 'file' : word
}

function checkTogether(args: FileArgs, state: string): void {
  if (args.recurse && state !== 'directory')
    throw new ArgumentError("recurse option requires state to be 'directory'")
  if (args.src !== undefined && state !== 'link' && state !== 'hard') {
    throw new ArgumentError("src option requires state to be 'link' or 'hard'")
  }
}

/** The file that is meant: behind a symbolic link when it is to be followed. */
function subject(
  args: FileArgs,
  view: FileView,
): { readonly path: string; readonly found: PathState | undefined } {
  if (args.follow !== false && view.found?.type === 'link' && view.behind !== undefined) {
    return { path: view.realPath, found: view.behind }
  }
  return { path: args.path, found: view.found }
}

const PLANS: Readonly<Record<NonNullable<FileArgs['state']>, (args: FileArgs, view: FileView) => Plan>> = {
  absent({ path }, { found }) {
    const result = { path, state: 'absent' }
    if (found === undefined) return nothing(result)
    const change = { what: 'state', before: stateWord(found), after: 'absent' }
    const flags = found.type === 'directory' ? '-rf' : '-f'
    const script = lines(PLACE, sh`place_beside ${hostPath(path)}; rm ${flags} -- "./$w_n"`)
    return { changes: [change], steps: [{ kind: 'script', label: `remove ${path}`, script }], result }
  },
  directory(args, view) {
    const { path, found } = subject(args, view)
    if (found === undefined) return planNewFolder(path, args, view)
    if (found.type !== 'directory') {
      const result = { path, ...statusFields(found) }
      return { changes: [], steps: [], result, failed: `${path} already exists as a ${stateWord(found)}` }
    }
    const own = existing(args, view, 'path')
    if (!args.recurse) return own
    const tree = planTree(path, args, view)
    const ownTimes = timesOf(args, view, 'preserve')
    return {
      ...own,
      changes: [...tree.changes, ...ownTimes.changes],
      steps: [...tree.steps, ...ownTimes.steps],
    }
  },
  file(args, view) {
    const { path, found } = subject(args, view)
    if (found === undefined) {
      const { doubts: warnings } = unknownNames(args, view.identity)
      throw new MissingError(`file (${path}) is absent, cannot continue`, {
        result: { path, state: 'absent', ...(warnings && { warnings }) },
      })
    }
    if (found.type === 'directory' || found.type === 'link') {
      const result = { path, ...statusFields(found) }
      return { changes: [], steps: [], result, failed: `file (${path}) is ${found.type}, cannot continue` }
    }
    return existing(args, view, 'path')
  },
  touch(args, view) {
    if (view.found !== undefined) return existing(args, view, 'dest', 'now')
    mustHaveParent(args.path, view)
    const { path } = args
    const planned = planAttributes(path, args, newPath('file', view.identity), view.identity)
    const { owner, group, mode } = planned
    const times = timesOf(args, view, 'preserve')
    return {
      changes: [{ what: 'state', before: 'absent', after: 'touch' }, ...planned.changes, ...times.changes],
      steps: [
        { kind: 'write', label: `make ${path}`, path: hostPath(path), content: '', owner, group, mode },
        ...times.steps,
      ],
      result: { dest: path, ...planned.fields, size: 0, state: 'file' },
    }
  },
  link(args, view) {
    const { follow = true } = args
    const plan = planSymbolicLink({ ...args, follow, attributes: args }, view)
    return withTimes(plan, args, view)
  },
  hard: (args, view) =>
    withTimes(planHardLink({ ...args, follow: false, attributes: args }, view), args, view),
}

function withTimes(plan: Plan, args: FileArgs, view: FileView): Plan {
  if (plan.failed !== undefined) return plan
  const times = timesOf(args, view, 'preserve')
  return { ...plan, changes: [...plan.changes, ...times.changes], steps: [...plan.steps, ...times.steps] }
}

/** The plan for what exists already: owner, group, mode and times. */
function existing(
  args: FileArgs,
  view: FileView,
  key: 'path' | 'dest',
  times: 'now' | 'preserve' = 'preserve',
): Plan {
  const { path, found } = subject(args, view)
  if (found === undefined) return nothing({ [key]: args.path })
  const planned = planAttributes(path, args, found, view.identity)
  const planedTimes = timesOf(args, view, times)
  return {
    changes: [...planned.changes, ...planedTimes.changes],
    steps: [...planned.steps, ...planedTimes.steps],
    result: { [key]: path, ...statusFields(found), ...planned.fields },
  }
}

function timesOf(args: FileArgs, view: FileView, otherwise: 'now' | 'preserve') {
  const { path, found } = subject(args, view)
  const wanted = {
    modification: wantedTime(args.modification_time, args.modification_time_format, otherwise),
    access: wantedTime(args.access_time, args.access_time_format, otherwise),
  }
  return planTimes(path, wanted, found && view.times)
}
