import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError, MissingError, TaskError } from '../core/errors.ts'
import { expectFile } from '../core/expectation.ts'
import { defineModule, nothing, type Step } from '../core/module.ts'
import { refuseLineBreaks } from '../core/one-line.ts'
import { lines, operands, type Script, safePath, sh } from '../core/quote.ts'
import { editKeys, type Key, parseKey, parseOptions } from './authorized-key/keys.ts'
import {
  type Identity,
  identityProbe,
  planAttributes,
  readIdentity,
  statusFields,
} from './shared/attributes.ts'
import { sha1 } from './shared/content.ts'
import { makeFolders } from './shared/file/plan-directory.ts'
import { fieldReader, lookFunctions, type PathState, readPath } from './shared/path-state.ts'
import { planFile, readWritten } from './shared/plan-file.ts'

const ARGS = {
  user: { type: 'str', required: true, doc: 'Whose keys they are' },
  key: {
    type: 'str',
    required: true,
    doc: 'Public keys, one a line, or an address (http…) where the target gets them',
  },
  path: { type: 'path', doc: 'The file; default: .ssh/authorized_keys in the home folder' },
  manage_dir: {
    type: 'bool',
    default: true,
    doc: 'Make the folder, and keep its owner and mode as sshd wants them',
  },
  state: {
    type: 'str',
    choices: ['absent', 'present'],
    default: 'present',
    doc: 'Whether the keys are there',
  },
  key_options: { type: 'str', doc: 'Options before the keys: sshd(8)' },
  exclusive: { type: 'bool', default: false, doc: 'Take all other keys away' },
  validate_certs: {
    type: 'bool',
    default: true,
    doc: 'Check the certificate of the server that has the keys',
  },
  comment: { type: 'str', doc: 'Another comment behind the keys' },
  follow: { type: 'bool', default: false, doc: 'Write through a symbolic link instead of replacing it' },
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

interface Account {
  readonly uid: string
  readonly gid: string
}

interface Found {
  readonly account: Account | undefined
  /** The file that is meant. */
  readonly path: string
  readonly file: PathState | undefined
  readonly folder: PathState | undefined
  readonly identity: Identity
  readonly content: Buffer
  /** The keys as text: given, or fetched. */
  readonly keys: string
}

/**
 * Keep public keys in a user’s authorized_keys file.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/posix/authorized_key_module.html
 *
 * @example
 * { authorized_key: { user: 'deploy', key: v => v.deploy_public_key, exclusive: true } }
 */
export const authorized_key = defineModule({
  name: 'authorized_key',
  doc: 'Keep public keys in a user’s authorized_keys file',
  args: ARGS,
  probe: (args, { target }) => probeKeys(args, target.userland),
  parse: ({ bytes }, args) => parseFound(bytes, args),
  plan(args, found, { diff }) {
    const { path, folder, file, identity } = found
    const account = accountOf(args, found)
    const before = found.content.toString('utf8')
    const text = editKeys(before, { ...args, keys: wantedKeys(args, found.keys) })
    const { user: _, ...rest } = args
    const given = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, value ?? null]))
    const result = { user: args.user, ...given, keyfile: path }
    // Every result of Ansible's that has a path tells what file that is.
    const report = args.path !== undefined
    if (text === before) return nothing({ ...result, ...(report && file && statusFields(file)) })
    const bytes = Buffer.from(text)
    const owner = { owner: account?.uid, group: account?.gid }
    const own = { ...identity, wantedUid: Number(account?.uid), wantedGid: Number(account?.gid) }
    const plan = planFile(
      { path, diff, report, ...owner, mode: '0600' },
      { content: bytes, bytes, checksum: sha1(bytes), size: bytes.length },
      file,
      { identity: own, before: found.content, expects: expectFile(path, found.content) },
    )
    return { ...plan, steps: [...folderSteps(args, path, folder, own, owner), ...plan.steps], result }
  },
  finish: (outputs) => readWritten(outputs),
})

function probeKeys({ user, path, follow, key, validate_certs }: Wanted, userland: string): Script {
  const entry = `^${user.replace(/[^\w-]/g, '\\$&')}:`
  return lines(
    /^https?:/.test(key) ? fetchKeys(key, validate_certs) : undefined,
    sh`printf '\000'; p=$(getent ${operands('passwd', user)} 2>/dev/null || grep ${entry} /etc/passwd); printf '%s\000' "$p"`,
    path === undefined ? sh`k=$(printf %s "$p" | cut -d: -f6)/.ssh/authorized_keys` : sh`k=${safePath(path)}`,
    identityProbe({ owner: undefined, group: undefined }),
    lookFunctions(userland),
    sh`hold "$k"; if [ -L "$k" ]; then printf '%s\000' "$k"; look "$k" '' ''; look_held "$k" -L`,
    follow ? sh`k=$(readlink -f -- "$k") || exit 1` : undefined,
    sh`else printf '\000'; look_held "$k" '' ''; printf '\000\000\000'; fi; printf '%s\000' "$k"; f=$(dirname -- "$k"); look "$f" -L ''`,
    sh`read_held`,
  )
}

function fetchKeys(url: string, check: boolean): Script {
  const curl = check ? [] : ['-k']
  const wget = check ? [] : ['--no-check-certificate']
  return sh`if command -v curl >/dev/null 2>&1; then curl -fsSL ${curl} -- ${url} || exit 1
elif command -v wget >/dev/null 2>&1; then wget -q -O - ${wget} -- ${url} || exit 1
else echo 'the target has neither curl nor wget to get the keys with' >&2; exit 1; fi`
}

function parseFound(bytes: Buffer, { key, follow }: Wanted): Found {
  const fields = fieldReader(bytes)
  const fetched = fields.next()
  const [, , uid, gid] = fields.next().split(':')
  const identity = readIdentity(fields, { owner: undefined, group: undefined })
  const [given, first, behind, path] = [fields.next(), readPath(fields), readPath(fields), fields.next()]
  const folder = readPath(fields)
  const content = fields.rest()
  const isLink = first?.type === 'link'
  if (isLink) refuseLink(given, behind, uid)
  const file = isLink && follow ? behind : first
  return {
    account: uid === undefined || gid === undefined ? undefined : { uid, gid },
    path,
    file: file?.type === 'file' ? { ...file, checksum: sha1(content) } : file,
    folder,
    identity,
    content,
    keys: /^https?:/.test(key) ? fetched : key,
  }
}

// What is written belongs to the user: nothing may come into it that they cannot read now.
function refuseLink(path: string, behind: PathState | undefined, uid: string | undefined): void {
  if (behind === undefined || behind.uid === Number(uid)) return
  throw new TaskError(`${path} is a symbolic link to a file of ${behind.owner}, not of the user`, {
    hint: 'Replace the link by a file, or give the path of the file itself.',
  })
}

function accountOf({ user, path }: Wanted, { account }: Found): Account | undefined {
  if (account !== undefined) return account
  const hint = path === undefined ? 'Make the user first, or give the path.' : 'Make the user first.'
  throw new MissingError(`authorized_key: there is no user ${user}`, { hint })
}

/** Reads the wanted keys. @throws {ArgumentError} for a line that is no key */
function wantedKeys({ key_options, comment }: Wanted, text: string): readonly Key[] {
  refuseLineBreaks('authorized_key', { key_options, comment })
  const given = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  return given.map((line) => {
    const key = parseKey(line)
    if (key === undefined)
      throw new ArgumentError(`authorized_key: this is no public key: ${line.slice(0, 80)}`)
    return {
      ...key,
      ...(key_options === undefined ? {} : { options: parseOptions(key_options) }),
      ...(comment === undefined ? {} : { comment }),
    }
  })
}

function folderSteps(
  { manage_dir }: Wanted,
  path: string,
  folder: PathState | undefined,
  identity: Identity,
  owner: { readonly owner: string | undefined; readonly group: string | undefined },
): readonly Step[] {
  const parent = path.replace(/\/[^/]*$/, '') || '/'
  if (folder !== undefined)
    return manage_dir ? planAttributes(parent, { ...owner, mode: '0700' }, folder, identity).steps : []
  const label = `make the folder ${parent}`
  if (!manage_dir) return [{ kind: 'script', label, script: sh`mkdir -p -- ${parent}` }]
  return makeFolders([parent], { ...owner, mode: '0700' }, identity)
}
