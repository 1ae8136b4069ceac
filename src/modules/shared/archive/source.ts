import { Script, sh } from '../../../core/quote.ts'
import { hostPath } from '../path-state.ts'

/** How an archive is packed. */
export type Packing = 'tar' | 'gz' | 'bz2' | 'xz' | 'zst' | 'zip'

const MAGIC: readonly (readonly [string, Packing])[] = [
  ['1f8b', 'gz'],
  ['425a68', 'bz2'],
  ['fd377a585a', 'xz'],
  ['28b52ffd', 'zst'],
  ['504b', 'zip'],
]

/** Tells an archive by its first bytes. */
export function packingOf(bytes: Buffer): Packing {
  const start = bytes.subarray(0, 6).toString('hex')
  return MAGIC.find(([magic]) => start.startsWith(magic))?.[1] ?? 'tar'
}

/** Shell text that sets `k` to the packing of a file of the host. */
export function findPacking(path: string | Script): Script {
  const cases = MAGIC.map(([magic, packing]) => `${magic}*) k=${packing} ;;`).join(' ')
  return sh`m=$(head -c 6 <${wordOf(path)} | od -An -tx1 | tr -d ' \n') || exit 1
case $m in ${new Script(cases)} *) k=tar ;; esac`
}

/**
 * A shell function `archive` that prints the archive as plain tar. It reads `k`, and calls `packed` for the bytes.
 */
export const UNPACK = sh`unpack() {
  case $k in gz) gzip -dc ;; bz2) bzip2 -dc ;; xz) xz -dc ;; zst) zstd -dcq ;; *) cat ;; esac
}
archive() {
  case $k in bz2) p=bzip2 ;; xz) p=xz ;; zst) p=zstd ;; *) p=gzip ;; esac
  command -v $p >/dev/null 2>&1 || { echo "archive: Unable to find required $p on the host, which unpacks this archive: install it" >&2; return 2; }
  packed | unpack; s=$?
  # A reader that has seen the end may close the pipe (141); gzip warns of what follows its end (2).
  case $s in 0|2|141) ;; *) echo 'archive: it is damaged' >&2; return 1 ;; esac
}`

/** The function `packed` for bytes that the script itself carries. */
export function packedInline(bytes: Buffer): Script {
  return sh`packed() { printf %s ${bytes.toString('base64')} | if command -v base64 >/dev/null 2>&1; then base64 -d; else openssl base64 -d -A; fi; }`
}

/** The function `packed` for a file of the host. */
export function packedFile(path: string | Script): Script {
  return sh`packed() { cat <${wordOf(path)}; }`
}

function wordOf(path: string | Script): string | Script {
  return typeof path === 'string' ? hostPath(path) : path
}
