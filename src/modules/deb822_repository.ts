import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { type Change, defineModule, type Step } from '../core/module.ts'
import { lines, type Script, sh } from '../core/quote.ts'
import { NEEDS_APT } from './packages/needs-apt.ts'
import { statusFields } from './shared/attributes.ts'
import { simpleFetch } from './shared/download/fetch.ts'
import { chmodMode, formatMode, resolveMode } from './shared/file-mode.ts'
import { fieldReader, look, lookFunctions, type PathState, readPath } from './shared/path-state.ts'
import { readStatus, statusStep } from './shared/status-step.ts'

const yesNo = { type: 'bool' } as const
const list = { type: 'list', elements: 'str' } as const

/** The parameters that are fields of the file. */
const FIELDS = {
  allow_downgrade_to_insecure: { ...yesNo, doc: 'Accept a signed repository that is signed no more' },
  allow_insecure: { ...yesNo, doc: 'Accept a repository that nobody signed' },
  allow_weak: { ...yesNo, doc: 'Accept weak signatures' },
  architectures: { ...list, doc: 'Architectures to get' },
  by_hash: { ...yesNo, doc: 'Get indexes by their checksums' },
  check_date: { ...yesNo, doc: 'Check the date of the release file' },
  check_valid_until: { ...yesNo, doc: 'Check until when the release file is valid' },
  components: { ...list, doc: 'Components of the suites' },
  date_max_future: { type: 'int', doc: 'Seconds that a release file may come from the future' },
  enabled: { ...yesNo, doc: 'Whether apt uses it' },
  inrelease_path: { type: 'str', doc: 'Where the release file is, from the address' },
  languages: { ...list, doc: 'Languages of translations to get' },
  name: { type: 'str', required: true, doc: 'Name of the repository; the file is called after it' },
  pdiffs: { ...yesNo, doc: 'Get differences of indexes' },
  signed_by: {
    type: 'str',
    doc: 'The key: a file on the target, the address of one, or the key itself in ASCII armor',
  },
  suites: { ...list, doc: 'Suites, or a path that ends in a slash' },
  targets: { ...list, doc: 'What to get' },
  trusted: { ...yesNo, doc: 'Trust it whatever its signature says' },
  types: { ...list, choices: ['deb', 'deb-src'], default: ['deb'], doc: 'Binary packages, sources, or both' },
  uris: { ...list, doc: 'Addresses' },
} as const satisfies ArgumentSpecs
const ARGS = {
  ...FIELDS,
  state: { type: 'str', choices: ['absent', 'present'], default: 'present', doc: 'Whether it is there' },
  mode: { type: 'mode', default: '0644', doc: 'Permissions of the file' },
  install_python_debian: { type: 'bool', default: true, doc: 'Accepted: nothing needs Python on the target' },
} as const satisfies ArgumentSpecs

interface View {
  readonly file: PathState | undefined
  readonly text: string
  /** The keys of an earlier run, by their file's ending. */
  readonly keys: Readonly<Record<'asc' | 'gpg', PathState | undefined>>
  readonly folder: PathState | undefined
  /** The key behind an address: its SHA-1, and whether it is text. */
  readonly fetched: { readonly sum: string; readonly armored: boolean } | undefined
}

/**
 * Keep a repository among apt's sources, as a file of its own in the deb822 format.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/deb822_repository_module.html
 *
 * @example
 * { deb822_repository: { name: 'acme', uris: ['https://apt.example.org'], suites: ['stable'], components: ['main'],
 *   signed_by: 'https://apt.example.org/key.asc' } }
 */
export const deb822_repository = defineModule({
  name: 'deb822_repository',
  doc: 'Keep a repository among apt’s sources, in the deb822 format',
  args: ARGS,
  probe({ name, signed_by, state }, { target }) {
    const { file, keys } = pathsOf(name)
    const fetch =
      state === 'present' && signed_by !== undefined && isAddress(signed_by)
        ? sh`${keyFetch(signed_by)}
t=$(mktemp) || exit 1; trap 'rm -f -- "$t"' EXIT; fetch_key 3>/dev/null >"$t" || exit 1
sum_sha1 <"$t"; grep -q -- '-----BEGIN PGP PUBLIC KEY BLOCK-----' "$t" && echo armored`
        : undefined
    return lines(
      state === 'present' ? NEEDS_APT : undefined,
      lookFunctions(target.userland),
      look(file, { follow: true }),
      look(keys.asc, { follow: true, checksum: 'sha1' }),
      look(keys.gpg, { follow: true, checksum: 'sha1' }),
      look(KEYRINGS, { follow: true }),
      sh`if [ -f ${file} ]; then cat <${file} || exit 1; fi; printf '\000'`,
      fetch,
      sh`printf '\000'`,
    )
  },
  parse({ bytes }): View {
    const fields = fieldReader(bytes)
    const [file, asc, gpg, folder] = [readPath(fields), readPath(fields), readPath(fields), readPath(fields)]
    const text = fields.next()
    const [, sum, armored] = /^([0-9a-f]{40})[^\n]*\n(armored)?/.exec(fields.next()) ?? []
    const fetched = sum === undefined ? undefined : { sum, armored: armored !== undefined }
    return { file, text, keys: { asc, gpg }, folder, fetched }
  },
  plan(args, view) {
    const { file: path, keys } = pathsOf(args.name)
    if (args.state === 'absent') return planRemoval(path, keys, view)
    const ending = view.fetched?.armored ? 'asc' : 'gpg'
    const key = planKey(args, view, { path: keys[ending], found: view.keys[ending] })
    const text = writeFields({ ...args, signed_by: key.name ?? args.signed_by })
    const mode = resolveMode(args.mode, { mode: 0o644, directory: false, umask: 0o022 })
    const sameText = view.file !== undefined && view.text === text
    const sameMode = view.file?.mode === mode
    const write: Step = { kind: 'write', label: `write ${path}`, path, content: text, mode: chmodMode(mode) }
    const steps = [...key.steps, ...(sameText && sameMode ? [] : [write])]
    return {
      changes: [
        ...key.changes,
        ...(sameText ? [] : [{ what: 'content', before: view.text, after: text, file: path }]),
        ...(sameMode || view.file === undefined
          ? []
          : [{ what: 'mode', before: formatMode(view.file.mode), after: formatMode(mode) }]),
      ],
      steps: steps.length === 0 ? [] : [...steps, statusStep(path)],
      result: {
        repo: text,
        dest: path,
        key_filename: key.name ?? null,
        ...(view.file && statusFields(view.file)),
      },
    }
  },
  finish: (outputs) => readStatus(outputs),
})

const KEYRINGS = '/etc/apt/keyrings'

function pathsOf(name: string) {
  const slug = name
    .toLowerCase()
    .replace(/[_\s]+/g, '-')
    .replace(/[^a-z0-9-]+/g, '')
  if (slug === '')
    throw new ArgumentError(`deb822_repository: '${name}' holds no letter or digit to call a file after`)
  return {
    file: `/etc/apt/sources.list.d/${slug}.sources`,
    keys: { asc: `${KEYRINGS}/${slug}.asc`, gpg: `${KEYRINGS}/${slug}.gpg` },
  }
}

function isAddress(signed_by = ''): boolean {
  return /^[a-z]+:\/\/\S+$/.test(signed_by)
}

function keyFetch(url: string): Script {
  return simpleFetch('fetch_key', url)
}

function planKey(
  { signed_by }: { readonly signed_by: string | undefined },
  view: View,
  key: { readonly path: string; readonly found: PathState | undefined },
): {
  readonly name: string | undefined
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
} {
  if (signed_by === undefined || !isAddress(signed_by)) {
    return { name: signed_by?.startsWith('/') ? signed_by : undefined, changes: [], steps: [] }
  }
  const same = key.found !== undefined && key.found.checksum === view.fetched?.sum && key.found.mode === 0o644
  if (same) return { name: key.path, changes: [], steps: [] }
  const content = {
    script: sh`${keyFetch(signed_by)}
fetch_key 3>/dev/null`,
  }
  const folder: Step = {
    kind: 'script',
    label: `make ${KEYRINGS}`,
    script: sh`mkdir -p -m 0755 -- ${KEYRINGS}`,
  }
  return {
    name: key.path,
    changes: [
      { what: 'key', before: key.found?.checksum ?? 'absent', after: view.fetched?.sum ?? signed_by },
    ],
    steps: [
      ...(view.folder === undefined ? [folder] : []),
      { kind: 'write', label: `write ${key.path}`, path: key.path, content, mode: '0644' },
    ],
  }
}

function planRemoval(path: string, keys: { readonly asc: string; readonly gpg: string }, view: View) {
  const found = [
    ...(view.file === undefined ? [] : [path]),
    ...(['asc', 'gpg'] as const).flatMap((ending) => (view.keys[ending] === undefined ? [] : [keys[ending]])),
  ]
  return {
    changes: found.map((one) => ({ what: one, before: 'file', after: 'absent' })),
    steps: found.map(
      (one): Step => ({ kind: 'script', label: `remove ${one}`, script: sh`rm -f -- ${one}` }),
    ),
    result: { repo: null, dest: path, key_filename: keys.gpg },
  }
}

/** The file's text: fields in the order of their parameters' names, as apt's own tools read them. */
export function writeFields(args: Args<typeof FIELDS>): string {
  const rows = Object.keys(FIELDS).flatMap((key) => {
    const value = args[key as keyof typeof FIELDS]
    if (value === undefined) return []
    const text =
      typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : Array.isArray(value)
          ? value.join(' ')
          : String(value)
    return [`${fieldName(key)}:${text.includes('\n') ? manyLines(text) : ` ${text}`}\n`]
  })
  return rows.join('')
}

function manyLines(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `\n    ${line.trim() || '.'}`)
    .join('')
}

function fieldName(key: string): string {
  if (key === 'name') return 'X-Repolib-Name'
  if (key === 'uris') return 'URIs'
  return key.replace(
    /(^|_)([a-z])/g,
    (_, mark: string, letter: string) => `${mark && '-'}${letter.toUpperCase()}`,
  )
}
