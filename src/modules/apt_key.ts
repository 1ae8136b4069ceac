import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError, MissingError } from '../core/errors.ts'
import { defineModule, nothing, type Plan, type Step } from '../core/module.ts'
import { lines, Script, sh } from '../core/quote.ts'
import { KEY_FUNCTIONS, type Key, readKeys, withoutKey } from './packages/keyring.ts'
import { simpleFetch } from './shared/download/fetch.ts'
import { fieldReader, hostPath } from './shared/path-state.ts'

const ARGS = {
  id: { type: 'str', doc: 'Id of the key: 8, 16 or more hexadecimal digits' },
  url: { type: 'str', doc: 'Address to get the key from' },
  data: { type: 'str', doc: 'The key itself, in ASCII armor' },
  file: { type: 'path', doc: 'A file of the target that holds the key' },
  keyserver: { type: 'str', doc: 'Server of keys to ask for the id' },
  keyring: { type: 'path', doc: 'The file of keys to work on, in trusted.gpg.d for one' },
  state: { type: 'str', choices: ['absent', 'present'], default: 'present', doc: 'Whether apt trusts it' },
  validate_certs: { type: 'bool', default: true, doc: 'Check the certificate of the server behind url' },
} as const satisfies ArgumentSpecs
type KeyArgs = Args<typeof ARGS>

interface View {
  /** The key that was given, where its id was not. */
  readonly given: readonly Key[]
  readonly keys: readonly Key[]
  /** Where keys go when no keyring is named: what this apt reads. */
  readonly home: string
}

/**
 * Keep a key among those that apt trusts for every repository. Better: get_url into /etc/apt/keyrings, and name that
 * file in the repository's own signed-by.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/apt_key_module.html
 *
 * @example
 * { apt_key: { url: 'https://apt.example.org/key.asc', keyring: '/etc/apt/trusted.gpg.d/acme.gpg' } }
 */
export const apt_key = defineModule({
  name: 'apt_key',
  doc: 'Keep a key among those that apt trusts for every repository',
  args: ARGS,
  rules: { mutually_exclusive: [['data', 'file', 'keyserver', 'url']] },
  probe(args) {
    checkKey(args)
    const { id, keyring } = args
    const given = sh`${source(args) ?? sh`:`} >"$h/given" || exit 1; keys "$h/given"`
    return lines(
      sh`command -v gpg >/dev/null 2>&1 || { printf 'none\000'; exit 0; }; printf '\000'`,
      KEY_FUNCTIONS,
      id === undefined ? given : undefined,
      sh`printf '\000'`,
      keyring === undefined ? TRUSTED : sh`if [ -s ${keyring} ]; then keys ${keyring}; fi`,
      sh`printf '\000'`,
      new Script(HOME),
    )
  },
  parse({ bytes }): View {
    const fields = fieldReader(bytes)
    if (fields.next() === 'none') throw new MissingError('there is no gpg on the host: install gnupg')
    const [given, keys, home] = [readKeys(fields.next()), readKeys(fields.next()), fields.next()]
    return { given, keys, home }
  },
  plan: (args, view) => planKey(args, view),
  finish({ keys: output }, args, plan) {
    if (output === undefined) return {}
    const after = ids(readKeys(output.stdout))
    const id = String(plan.result?.fp)
    const there = after.some((one) => one.endsWith(id))
    if (there !== (args.state === 'present')) {
      const what = there
        ? 'was not removed'
        : `is not in what was given: ${after.join(', ') || 'no key at all'}`
      return { failed: true, changed: true, after, msg: `the key ${id} ${what}` }
    }
    return { after }
  },
})

const TRUSTED = new Script(
  `for f in /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*.gpg /etc/apt/trusted.gpg.d/*.asc; do [ -s "$f" ] && keys "$f"; done`,
)
// apt 3 reads no trusted.gpg any more: there each key is a file in trusted.gpg.d.
const HOME = `if apt-config dump | grep -q '^Dir::Etc::trusted "'; then printf '/etc/apt/trusted.gpg\\000'; else printf '\\000'; fi`

const ids = (keys: readonly Key[]) => keys.map(({ id }) => id)

function checkKey({ id, url, data, file, keyserver, state }: KeyArgs): void {
  if (id === undefined) {
    if (keyserver !== undefined) throw new ArgumentError('Missing key_id, required with keyserver.')
    if ((url ?? data ?? file) === undefined)
      throw new ArgumentError('apt_key: id, url, data, file or keyserver is required')
    return
  }
  const digits = id.replace(/^0x/i, '')
  if (!/^[0-9A-F]+$/i.test(digits) || (digits.length !== 8 && digits.length < 16)) {
    throw new ArgumentError(`Invalid key_id: '${id}' is not 8, 16 or more hexadecimal digits`)
  }
  if (state === 'present' && (url ?? data ?? file ?? keyserver) === undefined) {
    throw new ArgumentError('apt_key: a key to add comes from url, data, file or keyserver')
  }
}

/** A command that prints the key. */
function source({ id = '', url, data, file, keyserver, validate_certs }: KeyArgs): Script | undefined {
  if (data !== undefined) return sh`printf '%s\n' ${data}`
  if (file !== undefined) return sh`cat <${hostPath(file)}`
  if (keyserver !== undefined) {
    return sh`{ own --keyserver ${keyserver} --recv-keys ${id} >&2 && own --export; }`
  }
  if (url === undefined) return undefined
  return sh`{ ${simpleFetch('fetch_key', url, { validate_certs })}
fetch_key 3>/dev/null; }`
}

function planKey(args: KeyArgs, { given, keys, home }: View): Plan {
  const own = given.find(({ sub }) => !sub)?.id
  const key_id = (args.id ?? own ?? '').replace(/^0x/i, '').toUpperCase()
  if (key_id === '')
    return { ...nothing(), failed: 'Unable to extract key: what was given holds no public key' }
  const fp = key_id.slice(-16)
  const found = keys.filter(({ id }) => id.endsWith(fp))
  const before = ids(keys).map((id) => id.slice(-fp.length))
  const result = { id: args.id ?? own, short_id: key_id.slice(-8), fp, key_id, before }
  if (found.length > 0 === (args.state === 'present')) return nothing(result)
  const list: Step = {
    kind: 'script',
    label: 'list the keys',
    as: 'keys',
    script: lines(
      KEY_FUNCTIONS,
      args.keyring === undefined ? TRUSTED : sh`if [ -s ${args.keyring} ]; then keys ${args.keyring}; fi`,
    ),
  }
  if (args.state === 'absent') {
    // A file that is empty then, apt would complain of.
    const files = [...new Set(found.map(({ file }) => file))]
    const steps = files.flatMap((file): Step[] => [
      {
        kind: 'write',
        label: `take ${fp} out of ${file}`,
        path: file,
        content: { script: withoutKey(file, fp) },
      },
      {
        kind: 'script',
        label: `remove ${file} when it is empty`,
        script: sh`[ -s ${file} ] || rm -f -- ${file}`,
      },
    ])
    return {
      changes: files.map((file) => ({ what: `key ${fp}`, before: file, after: 'absent' })),
      steps: [...steps, list],
      result,
    }
  }
  const file = args.keyring ?? (home || `/etc/apt/trusted.gpg.d/${key_id.toLowerCase()}.gpg`)
  const content = {
    script: lines(
      KEY_FUNCTIONS,
      sh`if [ -s ${file} ]; then binary <${file} || exit 1; fi
${source(args) ?? sh`:`} >"$h/given" || exit 1
keys "$h/given" | grep -q ${`${fp} `} || { echo ${`what was given does not hold the key ${fp}, but:`} "$(keys "$h/given" | cut -d ' ' -f 2 | tr '\n' ' ')" >&2; exit 1; }
binary <"$h/given"`,
    ),
  }
  const write: Step = { kind: 'write', label: `add ${fp} to ${file}`, path: file, content, mode: '0644' }
  return { changes: [{ what: `key ${fp}`, before: 'absent', after: file }], steps: [write, list], result }
}
