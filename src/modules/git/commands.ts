import type { Step } from '../../core/module.ts'
import { lines, quote, quoteAll, Script, sh } from '../../core/quote.ts'
import { hostPath } from '../shared/path-state.ts'
import { archiveFormat, type GitArguments } from './parameters.ts'

/** Shell text that has git ask nobody anything, and defines `git` where another is to be run. */
export function gitEnvironment(args: GitArguments): Script {
  const { executable, umask } = args
  return lines(
    sh`export LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=true GIT_SSH_COMMAND=${sshCommand(args)}`,
    executable === undefined ? undefined : sh`git() { command ${executable} "$@"; }`,
    umask === undefined ? undefined : sh`umask ${String(umask)}`,
  )
}

function sshCommand({ key_file, ssh_opts, accept_hostkey, accept_newhostkey }: GitArguments): string {
  const strict = /StrictHostKeyChecking=/.test(ssh_opts ?? '')
  return [
    'ssh',
    ...(ssh_opts === undefined ? [] : [ssh_opts]),
    ...(accept_hostkey && !strict ? ['-o StrictHostKeyChecking=no'] : []),
    ...(accept_newhostkey && !strict ? ['-o StrictHostKeyChecking=accept-new'] : []),
    '-o BatchMode=yes',
    ...(key_file === undefined ? [] : [`-i ${quote(key_file)} -o IdentitiesOnly=yes`]),
  ].join(' ')
}

/** A step that runs git in the checkout. */
export function gitStep(args: GitArguments, words: readonly string[]): Step {
  const dest = hostPath(args.dest ?? '.')
  const script = lines(gitEnvironment(args), sh`cd ${dest} || exit 1`, new Script(`git ${quoteAll(words)}`))
  return { kind: 'script', label: `git ${words.join(' ')}`, script }
}

/** A step that clones; `known` says that the version is a branch or a tag of the remote. */
export function cloneStep(args: GitArguments, known: boolean): Step {
  const { repo, version, depth, bare, refspec, single_branch } = args
  const shallow = depth !== undefined && (known || version === 'HEAD' || refspec !== undefined)
  const branch = known && version !== 'HEAD' && ((shallow && refspec === undefined) || single_branch)
  const words = [
    'clone',
    ...(bare ? ['--bare'] : ['--origin', args.remote]),
    ...(shallow ? ['--depth', String(depth)] : []),
    ...(branch ? ['--branch', version] : []),
    ...(single_branch ? ['--single-branch'] : []),
    ...(args.reference === undefined ? [] : ['--reference', args.reference]),
    ...(args.separate_git_dir === undefined ? [] : [`--separate-git-dir=${args.separate_git_dir}`]),
    '--',
    repo,
    hostPath(args.dest ?? '.'),
  ]
  const folder = sh`mkdir -p -- "$(dirname -- ${hostPath(args.dest ?? '.')})" || exit 1`
  return {
    kind: 'script',
    label: `git clone ${repo}`,
    script: lines(gitEnvironment(args), folder, new Script(`git ${quoteAll(words)}`)),
  }
}

/** Steps that bring submodules to what the checkout wants; nothing where it has none. */
export function submoduleStep(args: GitArguments): Step {
  const update = [
    'submodule',
    'update',
    '--init',
    '--recursive',
    ...(args.track_submodules ? ['--remote'] : []),
    ...(args.force ? ['--force'] : []),
  ]
  const script = lines(
    gitEnvironment(args),
    sh`cd ${hostPath(args.dest ?? '.')} || exit 1; [ -e .gitmodules ] || exit 0`,
    sh`git submodule sync --recursive || exit 1`,
    new Script(`git ${quoteAll(update)}`),
  )
  return { kind: 'script', label: 'git submodule update', script }
}

/** A step that checks a signature; it fails when there is none, or none of a key that may sign. */
export function verifyStep(args: GitArguments): Step {
  const { version, gpg_allowlist } = args
  const allowed = ` ${gpg_allowlist.join(' ')} `
  const keys = sh`f=$(printf '%s\n' "$o" | awk '$2 == "VALIDSIG" { print $3, $NF }')
for k in $f; do case ${allowed} in *" $k "*) exit 0 ;; esac; done
echo ${`the gpg_allowlist does not hold the key that signed ${version}:`} $f >&2; exit 1`
  const script = lines(
    gitEnvironment(args),
    sh`cd ${hostPath(args.dest ?? '.')} || exit 1; v=verify-commit
case $(git cat-file -t ${`refs/tags/${version}`} 2>/dev/null) in tag) v=verify-tag ;; esac
o=$(git "$v" --raw ${version} 2>&1) || { printf '%s\n' "$o" >&2; exit 1; }`,
    gpg_allowlist.length === 0 ? undefined : keys,
  )
  return { kind: 'script', label: `verify the signature of ${version}`, script }
}

/** Shell text that prints the archive of the version. */
export function archiveScript(args: GitArguments, version: string): Script {
  const { archive = '', archive_prefix } = args
  const prefix = archive_prefix === undefined ? [] : [`--prefix=${archive_prefix}`]
  const words = ['archive', `--format=${archiveFormat(archive)}`, ...prefix, version]
  return lines(
    gitEnvironment(args),
    sh`cd ${hostPath(args.dest ?? '.')} || exit 1`,
    new Script(`git ${quoteAll(words)}`),
  )
}
