import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { TaskError } from '../core/errors.ts'
import { type Change, defineModule, nothing, type Plan, run, type Step } from '../core/module.ts'
import { PLACE } from '../core/place.ts'
import { lines, sh } from '../core/quote.ts'
import { type KeyPair, lookAtKey, readKey } from './keypair/key.ts'
import { ATTRIBUTE_ARGS, newPath, planAttributes } from './shared/attributes.ts'
import { type DestRequest, type DestView, destProbe, readDest } from './shared/dest.ts'

const ARGS = {
  path: { type: 'path', required: true, doc: 'The private key; the public one lies beside it, with .pub' },
  state: { type: 'str', choices: ['present', 'absent'], default: 'present', doc: 'Whether the pair exists' },
  type: { type: 'str', choices: ['rsa', 'dsa', 'ecdsa', 'ed25519'], default: 'rsa', doc: 'The kind of key' },
  size: { type: 'int', doc: 'Its bits; default: 4096 for rsa, 256 for ecdsa, 1024 for dsa' },
  comment: { type: 'str', doc: 'The comment of the public key' },
  force: { type: 'bool', default: false, doc: 'Make a new pair in any case' },
  regenerate: {
    type: 'str',
    choices: ['never', 'fail', 'partial_idempotence', 'full_idempotence', 'always'],
    default: 'partial_idempotence',
    doc: 'When a pair that is there gives way to a new one',
  },
  backend: { type: 'str', choices: ['auto', 'opensshbin'], default: 'auto', doc: 'It is always ssh-keygen' },
  ...ATTRIBUTE_ARGS,
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

const SIZES = { rsa: 4096, dsa: 1024, ecdsa: 256, ed25519: 256 } as const

interface Found {
  readonly view: DestView
  readonly key: KeyPair | undefined
}

/**
 * Keep a pair of keys for SSH, without a passphrase.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/community/crypto/openssh_keypair_module.html
 *
 * @example
 * { openssh_keypair: { path: '/etc/ssh/ssh_host_rsa_key', type: 'rsa', size: 4096 } }
 */
export const openssh_keypair = defineModule({
  name: 'openssh_keypair',
  doc: 'Keep a pair of keys for SSH, without a passphrase',
  args: ARGS,
  probe: (args, { target }) => lines(destProbe(request(args, target.userland)), lookAtKey(args.path)),
  parse({ bytes }, args, { target }): Found {
    const view = readDest(bytes, request(args, target.userland))
    return { view, key: readKey(view.before.toString('utf8')) }
  },
  plan(args, { view, key }) {
    const { path, type } = args
    const size = type === 'ed25519' ? SIZES.ed25519 : (args.size ?? SIZES[type])
    const result = { filename: path, type, size }
    if (args.state === 'absent') return key === undefined ? nothing(result) : removal(path, result)
    const reason = reasonToMake(args, size, key)
    const base =
      view.found === undefined || reason !== undefined ? newPath('file', view.identity) : view.found
    const attributes = planAttributes(path, args, base, view.identity)
    if (reason !== undefined) {
      return {
        changes: [
          { what: 'key', before: key === undefined ? 'absent' : describe(key), after: `${type} ${size}` },
        ],
        steps: [makeKey(args, size), ...attributes.steps, lookAgain(path)],
        result,
      }
    }
    const repairs = repairsOf(args, key)
    const changes = [...repairs.map(({ change }) => change), ...attributes.changes]
    const again = changes.length > 0 ? [lookAgain(path)] : []
    return {
      changes,
      steps: [...repairs.map(({ step }) => step), ...attributes.steps, ...again],
      result: { ...result, ...fieldsOf(key) },
    }
  },
  finish({ after }) {
    return after === undefined ? {} : fieldsOf(readKey(after.stdout))
  },
})

function request({ path, owner, group }: Wanted, userland: string): DestRequest {
  return { dest: path, owner, group, content: 'none', userland, name: undefined }
}

// Why a new pair is made; undefined when the one that is there stays.
function reasonToMake(
  { type, force, regenerate, path }: Wanted,
  size: number,
  key: KeyPair | undefined,
): string | undefined {
  if (key === undefined) return 'there is none'
  if (force || regenerate === 'always') return 'it is forced'
  if (regenerate === 'never') return undefined
  if (!key.opens || key.bits === undefined) {
    if (regenerate === 'full_idempotence') return 'it cannot be read'
    throw new TaskError(`${path} is no key, or has a passphrase; it is left as it is`, {
      hint: 'To have it replaced, give regenerate: full_idempotence or force: true.',
    })
  }
  if (key.type === type && key.bits === size) return undefined
  const reason = `${path} is a key of another kind: ${describe(key)} instead of ${type} ${size}`
  if (regenerate === 'fail') throw new TaskError(reason)
  return reason
}

function describe({ type = 'unreadable', bits = 0 }: KeyPair): string {
  return `${type} ${bits}`
}

function removal(path: string, result: Plan['result']): Plan {
  return {
    changes: [{ what: 'state', before: 'present', after: 'absent' }],
    steps: [run(['rm', '-f', '--', path, `${path}.pub`])],
    result: result ?? {},
  }
}

// The new pair is made beside its place, so that a failure leaves the old one.
function makeKey({ path, type, comment }: Wanted, size: number): Step {
  const bits = type === 'ed25519' ? [] : ['-b', size]
  const said = comment === undefined ? [] : ['-C', comment]
  return {
    kind: 'script',
    label: `make the key ${path}`,
    script: lines(
      PLACE,
      sh`place_beside ${path}; place_apart`,
      sh`ssh-keygen -q -t ${type} ${bits} ${said} -N '' -f "./$w_n" </dev/null || exit 1`,
      sh`place_put "./$w_n.pub" "../$w_n.pub" && place_put "./$w_n" "../$w_n" || exit 1; w_there=`,
    ),
  }
}

function repairsOf(
  { path, comment }: Wanted,
  key: KeyPair | undefined,
): readonly { readonly change: Change; readonly step: Step }[] {
  if (key === undefined || !key.opens) return []
  const repairs: { readonly change: Change; readonly step: Step }[] = []
  if (key.publicKey === undefined) {
    const script = sh`ssh-keygen -y -P '' -f ${path} </dev/null`
    repairs.push({
      change: { what: 'public key', before: 'absent', after: 'present' },
      step: {
        kind: 'write',
        label: `write ${path}.pub`,
        path: `${path}.pub`,
        content: { script },
        mode: '0644',
      },
    })
  }
  if (comment !== undefined && comment !== key.comment) {
    repairs.push({
      change: { what: 'comment', before: key.comment ?? '', after: comment },
      step: run(['ssh-keygen', '-q', '-c', '-P', '', '-C', comment, '-f', path]),
    })
  }
  return repairs
}

function lookAgain(path: string): Step {
  return { kind: 'script', label: `look at ${path}`, as: 'after', script: lookAtKey(path) }
}

function fieldsOf(key: KeyPair | undefined): Readonly<Record<string, unknown>> {
  if (key === undefined) return {}
  const { fingerprint = '', comment = '', publicKey = '' } = key
  return { fingerprint, comment, public_key: publicKey.split(' ').slice(0, 2).join(' ') }
}
