import { digestCommand, sha1 } from '../core/digest.ts'
import { ArgumentError } from '../core/errors.ts'
import { type Expectation, expectFile } from '../core/expectation.ts'
import { defineModule, nothing, type Step } from '../core/module.ts'
import { lines, Script, sh } from '../core/quote.ts'
import { updateStep } from './packages/apt-commands.ts'
import { changeSources, readSourceLine, type SourceFiles, sourceFileName } from './packages/sources-list.ts'
import { chmodMode, resolveMode } from './shared/file-mode.ts'
import { fieldReader } from './shared/path-state.ts'

/**
 * Keep a repository among apt's sources.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/apt_repository_module.html
 *
 * @example
 * { apt_repository: { repo: 'deb [signed-by=/etc/apt/keyrings/acme.asc] https://apt.example.org stable main',
 *   filename: 'acme' } }
 */
export const apt_repository = defineModule({
  name: 'apt_repository',
  doc: 'Keep a repository among apt’s sources',
  args: {
    repo: {
      type: 'str',
      required: true,
      doc: 'The line of the source: deb or deb-src, address, suite, components',
    },
    state: { type: 'str', choices: ['absent', 'present'], default: 'present', doc: 'Whether it is there' },
    filename: {
      type: 'str',
      doc: 'Name of the file in sources.list.d, without .list; else made from the address',
    },
    mode: { type: 'mode', doc: 'Permissions of a new file; 0644 otherwise' },
    update_cache: {
      type: 'bool',
      default: true,
      aliases: ['update-cache'],
      doc: 'Update the list of packages after a change; when that fails the change is taken back',
    },
    update_cache_retries: { type: 'int', default: 5, doc: 'How often to try the update again' },
    update_cache_retry_max_delay: {
      type: 'int',
      default: 12,
      doc: 'Most seconds to wait before trying again',
    },
    install_python_apt: { type: 'bool', default: true, doc: 'Accepted: nothing needs Python on the target' },
    validate_certs: { type: 'bool', default: true, doc: 'Accepted: it is about ppa: addresses alone' },
    codename: { type: 'str', doc: 'Refused: it is about ppa: addresses alone' },
  },
  probe: () => PROBE,
  parse({ bytes }) {
    const fields = fieldReader(bytes)
    const [main, folder] = [fields.next(), fields.next()]
    const files: Record<string, string> = {}
    while (!fields.done) files[fields.next()] = fields.next()
    return { main, folder, files: files as SourceFiles }
  },
  plan(args, { folder, files }) {
    const { repo, state, filename } = args
    const source = checkSource(args)
    const name = filename === undefined ? sourceFileName(source) : `${filename}.list`
    const file = name.includes('/') ? name : `${folder.replace(/\/+$/, '')}/${name}`
    const after = changeSources(files, source, { state, file })
    const paths = [...new Set([...Object.keys(files), ...Object.keys(after)])].filter(
      (path) => files[path] !== after[path],
    )
    const result = { repo, state }
    if (paths.length === 0) return nothing(result)
    const mode = resolveMode(args.mode ?? '0644', { mode: 0o644, directory: false, umask: 0o022 })
    const steps = paths.map((path): Step => {
      const text = after[path]
      const expects = expectationOf(path, files)
      if (text === undefined)
        return { kind: 'script', label: `remove ${path}`, script: sh`rm -f -- ${path}`, expects }
      const isNew = files[path] === undefined
      return {
        expects,
        kind: 'write',
        label: `write ${path}`,
        path,
        content: text,
        mode: isNew ? chmodMode(mode) : undefined,
      }
    })
    return {
      changes: paths.map((path) => ({
        what: 'sources',
        before: files[path] ?? '',
        after: after[path] ?? '',
        file: path,
      })),
      steps: [
        ...steps,
        ...(args.update_cache ? [updateOrRevert(args, paths, { before: files, after })] : []),
      ],
      result: {
        ...result,
        sources_added: paths.filter((path) => files[path] === undefined),
        sources_removed: paths.filter((path) => after[path] === undefined),
      },
    }
  },
})

// Bytes that are not text cannot be compared with what was read of them.
function expectationOf(path: string, files: SourceFiles): Expectation | undefined {
  const text = files[path] ?? ''
  return text.includes('\ufffd') ? undefined : expectFile(path, text)
}

const PROBE = new Script(
  [
    `eval "$(apt-config shell m Dir::Etc::sourcelist/f d Dir::Etc::sourceparts/d)" || exit 1`,
    `[ -n "$d" ] || { echo 'there is no apt on the host' >&2; exit 1; }`,
    `printf '%s\\000%s\\000' "$m" "$d"`,
    `for f in "$m" "\${d%/}"/*.list; do if [ -f "$f" ]; then printf '%s\\000' "$f"; cat <"$f" || exit 1; printf '\\000'; fi; done`,
  ].join('\n'),
)

function checkSource({
  repo,
  codename,
}: {
  readonly repo: string
  readonly codename: string | undefined
}): string {
  if (repo.startsWith('ppa:') || codename !== undefined) {
    throw new ArgumentError(
      'apt_repository: addresses that begin with ppa: are not supported, since only a service of Ubuntu’s knows their keys',
      {
        hint: 'Get the key with get_url into /etc/apt/keyrings, and write the line: deb [signed-by=…] https://ppa.launchpadcontent.net/OWNER/NAME/ubuntu CODENAME main',
      },
    )
  }
  const { source, enabled } = readSourceLine(repo)
  if (source !== undefined && enabled) return source
  throw new ArgumentError(`Invalid repository string: ${repo}`, {
    hint: 'It begins with deb or deb-src, followed by the address, the suite and its components.',
  })
}

function updateOrRevert(
  args: { readonly update_cache_retries: number; readonly update_cache_retry_max_delay: number },
  paths: readonly string[],
  { before, after }: { readonly before: SourceFiles; readonly after: SourceFiles },
): Step {
  const update = updateStep({ ...args, lock_timeout: 60 })
  if (update.kind !== 'script') return update
  const revert = paths.map((path) => {
    const text = before[path]
    const restore = text === undefined ? sh`rm -f -- ${path}` : sh`printf %s ${text} >${path}`
    // Another run may have added its own source while apt-get was at work.
    return sh`f=${path}; [ -f "$f" ] || f=/dev/null; d=$( { ${digestCommand('sha1')}; } <"$f")
case $d in ${sha1(after[path] ?? '')}*) ${restore} ;; *) echo ${`${path} was changed meanwhile, so it stays as it is`} >&2 ;; esac`
  })
  const script = sh`( ${update.script}
) || { s=$?; ${lines(...revert)}
exit "$s"; }`
  return { ...update, label: 'apt-get update (the sources are as they were before)', script }
}
