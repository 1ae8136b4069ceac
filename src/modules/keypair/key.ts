import { library, lines, type Script, sh } from '../../core/quote.ts'

/** A key pair as it is. */
export interface KeyPair {
  /** Undefined where the private key cannot be read: it is broken, or no key. */
  readonly bits?: number
  readonly fingerprint?: string
  readonly type?: string
  readonly comment?: string
  /** Whether it opens without a passphrase. */
  readonly opens: boolean
  /** The public half, as its file has it; undefined where that is missing. */
  readonly publicKey?: string
}

// The public half of a key is in the private key's file, too; the comment counts where the other file has it.
const LOOK = library(`key_look() {
  command -v ssh-keygen >/dev/null 2>&1 || { echo 'the target has no ssh-keygen (package openssh-client)' >&2; exit 1; }
  if [ ! -e "$1" ]; then return; fi
  echo exists; ssh-keygen -l -f "$1" </dev/null 2>/dev/null || echo
  if ssh-keygen -y -P '' -f "$1" </dev/null >/dev/null 2>&1; then echo opens; else echo locked; fi
  if [ -f "$1.pub" ]; then cat -- "$1.pub"; fi
}`)

/** The script that prints what `readKey` reads. */
export function lookAtKey(path: string): Script {
  return lines(LOOK, sh`key_look ${path}`)
}

/** Reads what `lookAtKey` printed; undefined where there is no key. */
export function readKey(text: string): KeyPair | undefined {
  const [exists, info = '', opens, publicKey = ''] = text.split('\n')
  if (exists !== 'exists') return undefined
  const [, bits, fingerprint, comment, type] = /^(\d+) (\S+) (.*) \((\S+)\)$/.exec(info) ?? []
  const [, , ownComment = ''] = /^(\S+ \S+)(?: (.*))?$/.exec(publicKey) ?? []
  return {
    ...(bits !== undefined && { bits: Number(bits) }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(type !== undefined && { type: type.toLowerCase() }),
    comment: publicKey === '' ? (comment ?? '').replace(/^no comment$/, '') : ownComment,
    opens: opens === 'opens',
    ...(publicKey !== '' && { publicKey }),
  }
}
