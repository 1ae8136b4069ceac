import { TaskError } from '../../core/errors.ts'
import type { Change, Plan, Step } from '../../core/module.ts'
import { sh } from '../../core/quote.ts'
import { hostPath } from '../shared/path-state.ts'
import { archiveScript, cloneStep, gitStep, submoduleStep, verifyStep } from './commands.ts'
import type { GitArguments } from './parameters.ts'
import type { GitState } from './state.ts'

/**
 * Plans what brings a checkout to its version.
 * @throws {TaskError} for local modifications that are not to be thrown away, and for a version that is nowhere
 */
export function planGit(args: GitArguments, state: GitState): Plan {
  if (state.gitDir === undefined) return planClone(args, state)
  const before = state.before ?? null
  const archive = planArchive(args, state)
  if (!args.update) return { ...archive, result: { before, after: before } }
  const { modified, url } = state
  const local = modified.length > 0
  if (local && !args.force) {
    throw new TaskError(`Local modifications exist in the destination: ${args.dest} (force=no).`, {
      result: { before, modified },
    })
  }
  const after = wantedCommit(args, state)
  const moved = url !== undefined && plainAddress(url) !== plainAddress(args.repo)
  const relocated = args.separate_git_dir !== undefined && state.gitDir !== args.separate_git_dir
  const outdated = isOutdated(args, state, after)
  const changes: Change[] = [
    ...(relocated ? [{ what: 'git_dir', before: state.gitDir, after: args.separate_git_dir }] : []),
    ...(local ? [{ what: 'modifications', before: modified, after: [] }] : []),
    ...(moved ? [{ what: 'remote_url', before: url, after: args.repo }] : []),
    ...outdated,
    ...(state.staleSubmodules && outdated.length === 0
      ? [{ what: 'submodules', before: 'outdated', after: 'as the version has them' }]
      : []),
  ]
  const refresh = moved || url === undefined || outdated.length > 0
  const steps: Step[] = [
    ...(relocated ? [gitStep(args, ['init', '-q', `--separate-git-dir=${args.separate_git_dir}`])] : []),
    ...(local ? [gitStep(args, ['reset', '--hard', 'HEAD'])] : []),
    ...(moved ? [gitStep(args, ['remote', 'set-url', '--', args.remote, args.repo])] : []),
    ...(url === undefined ? [gitStep(args, ['remote', 'add', '--', args.remote, args.repo])] : []),
    ...(refresh ? [fetchStep(args, state)] : []),
    ...(outdated.length > 0 && !args.bare ? switchSteps(args, state) : []),
    ...(args.verify_commit && !args.bare ? [verifyStep(args)] : []),
    ...(args.recursive && !args.bare && (outdated.length > 0 || state.staleSubmodules)
      ? [submoduleStep(args)]
      : []),
  ]
  return {
    changes: [
      ...changes,
      ...(changes.length > 0 && args.archive !== undefined ? archiveChange(args) : archive.changes),
    ],
    steps: [
      ...steps,
      ...(changes.length > 0 ? archiveSteps(args) : archive.steps),
      ...(steps.length > 0 ? [headStep(args)] : []),
    ],
    result: {
      before,
      after,
      remote_url_changed: moved,
      ...(local ? { msg: `Local modifications exist in the destination: ${args.dest}` } : {}),
      ...(state.staleSubmodules ? { submodules_changed: true } : {}),
    },
  }
}

function planClone(args: GitArguments, state: GitState): Plan {
  const after = wantedCommit(args, state)
  const changes = [{ what: 'version', before: null, after }]
  const result = { before: null, after, remote_url_changed: false }
  if (!args.clone || args.dest === undefined) return { changes, steps: [], result }
  const { version, remote, refspec, bare } = args
  const known = isBranch(args, state) || isTag(args, state)
  const more = [...(args.depth === undefined ? [] : ['--depth', String(args.depth)]), remote]
  return {
    changes: [...changes, ...archiveChange(args)],
    steps: [
      cloneStep(args, known),
      ...(bare && remote !== 'origin' ? [gitStep(args, ['remote', 'add', '--', remote, args.repo])] : []),
      ...(refspec === undefined ? [] : [gitStep(args, ['fetch', ...more, refspec])]),
      ...(bare || version === 'HEAD' || version === state.remoteBranch ? [] : [checkoutClone(args, state)]),
      ...(args.verify_commit ? [verifyStep(args)] : []),
      ...(args.recursive && !bare ? [submoduleStep(args)] : []),
      ...archiveSteps(args),
      headStep(args),
    ],
    result,
  }
}

/** The commit that the version stands for on the remote; what is neither branch nor tag there stands for itself. */
function wantedCommit(args: GitArguments, state: GitState): string {
  const { version } = args
  const { remote, branch } = state
  if (version === 'HEAD') {
    const found =
      (branch === undefined ? undefined : remote.get(`refs/heads/${branch}`)) ?? remote.get('HEAD')
    if (found !== undefined) return found
    throw new TaskError(`Could not determine remote revision for ${version}: ${args.repo} has no commits`)
  }
  const tag = remote.get(`refs/tags/${version}^{}`) ?? remote.get(`refs/tags/${version}`)
  const found = remote.get(`refs/heads/${version}`) ?? tag
  if (found !== undefined) return found
  const isCommit = /^[0-9a-f]{4,64}$/i.test(version)
  if (isCommit || args.refspec !== undefined || version.includes('/')) return state.resolved ?? version
  throw new TaskError(`${args.repo} has no branch, tag or commit '${version}'`)
}

const isBranch = ({ version }: GitArguments, { remote }: GitState) => remote.has(`refs/heads/${version}`)
const isTag = ({ version }: GitArguments, { remote }: GitState) => remote.has(`refs/tags/${version}`)

function isOutdated(args: GitArguments, state: GitState, after: string): Change[] {
  if (args.bare) {
    const behind = [...state.remote].filter(
      ([name, sha]) => /^refs\/(heads|tags)\/.*[^}]$/.test(name) && state.local.get(name) !== sha,
    )
    return behind.map(([name, sha]) => ({ what: name, before: state.local.get(name) ?? null, after: sha }))
  }
  if (state.before !== after) return [{ what: 'version', before: state.before ?? null, after }]
  const isElsewhere = isBranch(args, state) && state.branch !== args.version
  return isElsewhere ? [{ what: 'branch', before: state.branch ?? null, after: args.version }] : []
}

function fetchStep(args: GitArguments, state: GitState): Step {
  const { version, remote, depth, refspec, bare, force } = args
  const branch = version === 'HEAD' ? (state.branch ?? state.remoteBranch) : version
  const narrow =
    depth === undefined
      ? []
      : refspec !== undefined
        ? [refspec]
        : version === 'HEAD' || isBranch(args, state)
          ? [`+refs/heads/${branch}:refs/remotes/${remote}/${branch}`]
          : isTag(args, state)
            ? [`+refs/tags/${version}:refs/tags/${version}`]
            : []
  const wide = bare
    ? ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', ...(refspec === undefined ? [] : [refspec])]
    : refspec === undefined
      ? []
      : [refspec]
  const flags = narrow.length > 0 ? ['--depth', String(depth)] : bare ? [] : ['--tags']
  const words = [...flags, ...(force ? ['--force'] : []), remote, ...(narrow.length > 0 ? narrow : wide)]
  return gitStep(args, ['fetch', ...words])
}

function switchSteps(args: GitArguments, state: GitState): readonly Step[] {
  const { version, remote } = args
  const branch = version === 'HEAD' ? (state.branch ?? state.remoteBranch) : version
  if (branch === undefined || (version !== 'HEAD' && !isBranch(args, state))) {
    return [gitStep(args, ['checkout', '--force', version])]
  }
  if (version !== 'HEAD' && !state.local.has(`refs/heads/${version}`)) {
    return [gitStep(args, ['checkout', '--force', '--track', '-b', version, `${remote}/${version}`])]
  }
  return [
    gitStep(args, ['checkout', '--force', branch]),
    gitStep(args, ['reset', '--hard', `${remote}/${branch}`, '--']),
  ]
}

// A clone of one branch or tag has nothing else, and is there already.
function checkoutClone(args: GitArguments, state: GitState): Step {
  const { version, remote } = args
  const words = isBranch(args, state)
    ? ['checkout', '--force', '-B', version, '--track', `${remote}/${version}`]
    : ['checkout', '--force', version]
  return gitStep(args, words)
}

function headStep(args: GitArguments): Step {
  return { ...gitStep(args, ['rev-parse', '-q', '--verify', 'HEAD']), as: 'head', ok: 'any' }
}

function planArchive(args: GitArguments, { archived }: GitState): Pick<Plan, 'changes' | 'steps'> {
  return archived ? { changes: [], steps: [] } : { changes: archiveChange(args), steps: archiveSteps(args) }
}

function archiveChange({ archive }: GitArguments): Change[] {
  return archive === undefined ? [] : [{ what: 'archive', before: 'different or absent', after: archive }]
}

function archiveSteps(args: GitArguments): Step[] {
  const { archive, version } = args
  if (archive === undefined) return []
  const content = { script: sh`${archiveScript(args, version)}` }
  return [{ kind: 'write', label: `write ${archive}`, path: hostPath(archive), content }]
}

/** An address without what makes no difference: a slash at the end, and the protocol of a path. */
function plainAddress(address: string): string {
  return address.replace(/^file:\/\/(?=\/)/, '').replace(/(?<=.)\/+$/, '')
}
