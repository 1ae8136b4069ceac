import type { Args, ArgumentSpecs } from '../../core/arguments.ts'
import { ArgumentError } from '../../core/errors.ts'

const no = { type: 'bool', default: false } as const
const yes = { type: 'bool', default: true } as const

/** The parameters of the git module. */
export const GIT_PARAMETERS = {
  repo: { type: 'str', required: true, aliases: ['name'], doc: 'Address of the repository' },
  dest: { type: 'path', doc: 'Where the checkout is to be; may be left out with clone: false' },
  version: { type: 'str', default: 'HEAD', doc: 'Branch, tag or commit; HEAD is the branch that is there' },
  remote: { type: 'str', default: 'origin', doc: 'Name of the remote' },
  refspec: { type: 'str', doc: 'More to fetch, for versions that are no branch and no tag' },
  reference: { type: 'str', doc: 'A repository to borrow objects from when cloning' },
  force: { ...no, doc: 'Throw local modifications away' },
  depth: { type: 'int', doc: 'Fetch no more than this many commits of history' },
  clone: { ...yes, doc: 'Clone when there is nothing yet; false only tells what the repository has' },
  update: { ...yes, doc: 'Bring an existing checkout to the version' },
  verify_commit: { ...no, doc: 'Check the signature of the commit or tag' },
  gpg_allowlist: {
    type: 'list',
    elements: 'str',
    default: [],
    aliases: ['gpg_whitelist'],
    doc: 'Fingerprints of the keys that may have signed; without any, every valid signature will do',
  },
  accept_hostkey: { ...no, doc: 'Accept any host key: unsafe' },
  accept_newhostkey: { ...no, doc: 'Accept the host key of a server seen for the first time' },
  key_file: { type: 'path', doc: 'Private key for SSH, on the target' },
  ssh_opts: { type: 'str', doc: 'More options for ssh' },
  executable: { type: 'path', doc: 'The git to run' },
  bare: { ...no, doc: 'Make a bare repository' },
  recursive: { ...yes, doc: 'Bring submodules along' },
  single_branch: { ...no, doc: 'Clone only the branch of the version' },
  track_submodules: { ...no, doc: 'Take the newest commit of each submodule’s branch' },
  umask: { type: 'raw', doc: 'The umask to work with, octal in quotes' },
  archive: { type: 'path', doc: 'Write the version into this archive: .zip, .tar, .tar.gz or .tgz' },
  archive_prefix: { type: 'str', doc: 'A folder to put before every name in the archive' },
  separate_git_dir: { type: 'path', doc: 'Keep the repository itself in this folder' },
} as const satisfies ArgumentSpecs

export type GitArguments = Args<typeof GIT_PARAMETERS>

/** What of the arguments goes together and what is what. @throws {ArgumentError} */
export function checkGit(args: GitArguments): GitArguments & { readonly umask: string | undefined } {
  const { repo, version, remote, refspec, umask, dest, clone, archive } = args
  for (const [name, value] of Object.entries({ repo, version, remote, refspec })) {
    if (value?.startsWith('-')) throw new ArgumentError(`git: ${name} begins with a dash: '${value}'`)
  }
  if (dest === undefined && clone) {
    throw new ArgumentError('git: the destination directory must be specified unless clone=no')
  }
  if (umask !== undefined && (typeof umask !== 'string' || !/^[0-7]{1,4}$/.test(umask))) {
    throw new ArgumentError("git: umask must be an octal number in quotes, such as '0022'")
  }
  if (archive !== undefined) archiveFormat(archive)
  // Only with a protocol does git treat a path as it treats any other address: depth would be ignored, for one.
  return { ...args, repo: repo.startsWith('/') ? `file://${repo}` : repo, umask }
}

/** What `git archive` calls the format of a file. @throws {ArgumentError} when its name does not tell */
export function archiveFormat(path: string): string {
  const [, ending = ''] = /\.(zip|tar|tgz|gz)$/.exec(path) ?? []
  if (ending === '') {
    throw new ArgumentError(`git: archive ends in .zip, .tar, .tar.gz or .tgz, and this is '${path}'`)
  }
  return ending === 'gz' ? 'tar.gz' : ending
}
