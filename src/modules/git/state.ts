import { MissingError } from '../../core/errors.ts'
import { lines, type Script, sh } from '../../core/quote.ts'
import { fieldReader, hostPath } from '../shared/path-state.ts'
import { archiveScript, gitEnvironment } from './commands.ts'
import type { GitArguments } from './parameters.ts'

/** What there is on the target, and what the repository has. */
export interface GitState {
  /** The folder of the repository itself; undefined where there is none yet. */
  readonly gitDir: string | undefined
  /** The commit that is checked out. */
  readonly before: string | undefined
  /** Files of the checkout that differ from the commit, in git's short form. */
  readonly modified: readonly string[]
  /** Address of the remote. */
  readonly url: string | undefined
  /** The branch that is checked out; undefined when it is a commit alone. */
  readonly branch: string | undefined
  /** Local refs by their full names: those of the version, in a bare repository all branches and tags. */
  readonly local: ReadonlyMap<string, string>
  /** The commit that the version names here. */
  readonly resolved: string | undefined
  /** The remote's refs: HEAD, those of the version, of the branch that is checked out, and all for a bare repository. */
  readonly remote: ReadonlyMap<string, string>
  /** The branch that the remote's HEAD stands for. */
  readonly remoteBranch: string | undefined
  /** Submodules are missing, or are not at the commit that they should be at. */
  readonly staleSubmodules: boolean
  /** The archive is what `git archive` would write now. */
  readonly archived: boolean
}

/** The probe: it reads the checkout without touching even its index, and asks the remote for its refs. */
export function gitProbe(args: GitArguments): Script {
  const { dest, bare, version, remote, repo, update, recursive, archive } = args
  const folder = hostPath(dest ?? '.')
  const patterns = ['HEAD', `refs/heads/${version}`, `refs/tags/${version}`, `refs/tags/${version}^{}`]
  const everything = ['HEAD', 'refs/heads/*', 'refs/tags/*']
  const ask = sh`git ls-remote --symref -- ${repo} ${bare ? everything : patterns} ${bare ? [] : ['refs/heads/']}"$b" || exit 1`
  const own = bare ? ['refs/heads', 'refs/tags'] : patterns.slice(1, 3)
  const status = [
    '--porcelain',
    '--untracked-files=no',
    ...(args.track_submodules ? ['--ignore-submodules=all'] : []),
  ]
  const submodules = args.track_submodules ? lines(SUBMODULE_STATUS, TRACKED_STATUS) : SUBMODULE_STATUS
  return lines(
    gitEnvironment(args),
    sh`export GIT_OPTIONAL_LOCKS=0; b=
command -v ${args.executable ?? 'git'} >/dev/null 2>&1 || { printf 'none\000'; exit 0; }
printf '\000'`,
    dest === undefined
      ? sh`g=`
      : sh`g=; if [ -d ${folder} ] && cd ${folder}; then
  if ${bare ? sh`[ -f config ]` : sh`[ -e .git ]`}; then g=$(git rev-parse --absolute-git-dir) || exit 1; fi
fi`,
    sh`printf '%s\000' "$g"
if [ -n "$g" ]; then
  git rev-parse -q --verify HEAD; printf '\000'
  ${bare ? sh`:` : sh`git status ${status} || exit 1`}; printf '\000'
  git config --get ${`remote.${remote}.url`}; printf '\000'
  b=$(git symbolic-ref -q --short HEAD); printf '%s\000' "$b"
  git for-each-ref --format='%(objectname) %(refname)' -- ${[...own, `refs/remotes/${remote}/${version}`]}; printf '\000'
  git rev-parse -q --verify ${`${version}^{commit}`}; printf '\000'
fi`,
    update ? ask : sh`[ -n "$g" ] || { ${ask}; }`,
    sh`printf '\000'`,
    recursive && !bare
      ? sh`if [ -n "$g" ] && [ -e .gitmodules ]; then ${submodules}
fi`
      : undefined,
    sh`printf '\000'`,
    archive === undefined
      ? undefined
      : sh`if [ -n "$g" ] && [ -f ${hostPath(archive)} ] && ( ${archiveScript(args, version)}
) 2>/dev/null | cmp -s - ${hostPath(archive)}; then printf +; fi`,
    sh`printf '\000'`,
  )
}

const SUBMODULE_STATUS = sh`git submodule status --recursive | grep '^[^ ]'`
// What each submodule has, and what its branch has now, as far as they differ.
const TRACKED_STATUS = sh`git submodule --quiet foreach --recursive 'b=$(git config -f "$toplevel/.gitmodules" "submodule.$name.branch" || echo HEAD)
h=$(git rev-parse HEAD); n=$(git ls-remote origin "$b" | head -n 1 | cut -f 1); [ "$h" = "$n" ] || echo "*$h $n"'`

/** Reads what `gitProbe` printed. @throws {MissingError} there is no git */
export function readGitState(bytes: Buffer, args: GitArguments): GitState {
  const fields = fieldReader(bytes)
  if (fields.next() === 'none') {
    throw new MissingError(`there is no ${args.executable ?? 'git'} on the host: install it`)
  }
  const next = () => fields.next().trim() || undefined
  const rows = () =>
    fields
      .next()
      .split('\n')
      .filter((row) => row !== '')
  const gitDir = next()
  const here = gitDir !== undefined
  const before = here ? next() : undefined
  const modified = here ? rows() : []
  const url = here ? next() : undefined
  const branch = here ? next() : undefined
  const local = here ? readRefs(rows()) : new Map<string, string>()
  const resolved = here ? next() : undefined
  const remote = rows()
  const submodules = rows().filter((row) => !args.track_submodules || !row.startsWith('+'))
  return {
    gitDir,
    before,
    modified,
    url,
    branch,
    local,
    resolved,
    remote: readRefs(remote.filter((row) => !row.startsWith('ref:'))),
    remoteBranch: remote.map((row) => /^ref: refs\/heads\/(.*)\tHEAD$/.exec(row)?.[1]).find((name) => name),
    staleSubmodules: submodules.length > 0,
    archived: fields.next() === '+',
  }
}

function readRefs(rows: readonly string[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => row.split(/\s+/)).map(([sha = '', name = '']) => [name, sha]))
}
