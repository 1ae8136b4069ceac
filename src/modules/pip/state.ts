import { MissingError } from '../../core/errors.ts'
import { lines, quoteAll, Script, sh } from '../../core/quote.ts'
import { fieldReader, hostPath } from '../shared/path-state.ts'
import { canonicalName, type PipWish } from './parameters.ts'

/** What pip says of its environment. */
export interface PipState {
  /** There is no virtual environment yet, and one is wanted. */
  readonly bare: boolean
  /** Exit code and output of the rehearsal. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Versions by canonical names. */
  readonly installed: ReadonlyMap<string, string>
  /** Folders of packages that are installed as editable. */
  readonly editable: readonly string[]
  /** Lines of the requirements file, when what it names is to go. */
  readonly requirements: readonly string[]
}

const NONE = 'none'

/** Shell text that goes where pip is to run, and defines `pip`. It ends the script where there is none. */
export function pipFunction(wish: PipWish): Script {
  const { virtualenv, executable, chdir, umask } = wish
  const folder = sh`cd ${chdir === undefined ? '/tmp' : hostPath(chdir)} || exit 1`
  const find =
    virtualenv !== undefined
      ? sh`PATH=${`${environmentPath(wish)}/bin`}:$PATH; export PATH
p=; for n in pip3 pip; do [ -x ${environmentPath(wish)}/bin/"$n" ] && p=${environmentPath(wish)}/bin/$n && break; done`
      : executable === undefined
        ? sh`p=$(command -v pip3 || command -v pip)`
        : sh`p=$(command -v ${executable})`
  return lines(
    sh`export LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore`,
    wish.break_system_packages ? sh`export PIP_BREAK_SYSTEM_PACKAGES=1` : undefined,
    umask === undefined ? undefined : sh`umask ${umask}`,
    folder,
    find,
    sh`pip() { "$p" "$@"; }`,
  )
}

/** The virtual environment; a relative one lies in `chdir`. */
export function environmentPath({ virtualenv = '', chdir }: PipWish): string {
  return virtualenv.startsWith('/') || chdir === undefined
    ? virtualenv
    : `${chdir.replace(/\/+$/, '')}/${virtualenv}`
}

/** The words after `pip` for what is wanted. */
export function pipWords(wish: PipWish): readonly string[] {
  const verbs = {
    present: ['install'],
    absent: ['uninstall', '-y'],
    latest: ['install', '-U'],
    forcereinstall: ['install', '-U', '--force-reinstall'],
  } as const
  const editable =
    wish.state !== 'absent' && (wish.editable || wish.names.some(isVcs)) && !wish.extra.includes('-e')
  const names = wish.names.flatMap((name) =>
    editable && (wish.editable || isVcs(name)) ? ['-e', name] : [name],
  )
  const what = wish.requirements === undefined ? names : ['-r', wish.requirements]
  return [...verbs[wish.state], ...wish.extra, ...what]
}

/** An address of a repository that names its package; only such a one can be installed as editable. */
function isVcs(name: string): boolean {
  return /^(git|hg|svn|bzr)\+.*#egg=/.test(name)
}

/**
 * The probe: a rehearsal of the installation, which downloads but installs nothing, and the list of what there is where
 * something would change.
 */
export function pipProbe(wish: PipWish): Script {
  const words = pipWords(wish)
  const [verb = '', ...rest] = words
  const rehearse = ['install', '--dry-run', '--no-cache-dir', ...rest]
  // Each start of pip costs half a second: what is there is asked for where the plan needs it.
  const list = sh`pip list --format=freeze 2>/dev/null`
  const editable = sh`pip freeze 2>/dev/null | sed -n 's/^-e //p'`
  const bare = sh`[ -e ${environmentPath(wish)}/bin/activate ] || { printf 'bare\000'; exit 0; }`
  return lines(
    pipFunction(wish),
    wish.virtualenv === undefined ? undefined : bare,
    sh`[ -n "$p" ] || { printf ${`${NONE}\\000`}; exit 0; }; printf '\000'`,
    verb === 'install'
      ? sh`exec 3>&1; o=$(${new Script(`pip ${quoteAll(rehearse)}`)} 2>&3); s=$?; printf '\000%s\000%s\000' "$o" "$s"
case $s$o in 0*'Would install'*) ${list} ;; esac`
      : sh`printf '\000\0000\000'; ${list}`,
    sh`printf '\000'`,
    wish.editable ? editable : undefined,
    sh`printf '\000'`,
    wish.state === 'absent' && wish.requirements !== undefined
      ? sh`cat <${hostPath(wish.requirements)} || exit 1`
      : undefined,
    sh`printf '\000'`,
  )
}

/** Reads what `pipProbe` printed. @throws {MissingError} there is no pip */
export function readPipState(bytes: Buffer, wish: PipWish): PipState {
  const fields = fieldReader(bytes)
  const word = fields.next()
  const none = { code: 0, stdout: '', stderr: '', installed: new Map(), editable: [], requirements: [] }
  if (word === 'bare') return { ...none, bare: true }
  if (word === NONE) {
    const where =
      wish.virtualenv === undefined ? 'on the host' : `in the virtual environment ${wish.virtualenv}`
    throw new MissingError(`there is no ${wish.executable ?? 'pip'} ${where}: install it`)
  }
  const [stderr, stdout, code] = [fields.next(), fields.next(), fields.next()]
  const rows = () =>
    fields
      .next()
      .split('\n')
      .filter((row) => row.trim() !== '')
  return {
    bare: false,
    code: Number(code),
    stdout,
    stderr,
    installed: readList(rows()),
    editable: rows(),
    requirements: rows().filter((row) => !/^\s*[#-]/.test(row)),
  }
}

/** Reads what `pip list --format=freeze` prints. */
export function readList(rows: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    rows
      .map((row) => row.split('=='))
      .filter((parts) => parts.length === 2)
      .map(([name = '', version = '']) => [canonicalName(name), version.trim()]),
  )
}
