import { PLACE } from '../../../core/place.ts'
import { lines, Script, sh } from '../../../core/quote.ts'

/** What a download told besides its body. */
export interface Response {
  readonly ok: boolean
  /** The last answer's code; undefined where the downloader does not say, or the URL is not HTTP. */
  readonly status_code: number | undefined
  /** SHA-1 of the body, when it was asked for. */
  readonly sum: string | undefined
  /** What the downloader said when it failed. */
  readonly problem: string
}

/**
 * Runs a download whose body goes to a command's stdin and nowhere else, and puts what `readResponse` reads into a
 * variable: headers and complaints as they come, then `status: N` and `sum: …`.
 */
export function askOnly(variable: string, fetch: string): Script {
  return new Script(
    `${variable}=$( { { ${fetch} 3>&4 2>&4; printf 'status: %s\\n' "$?" >&4; } | sum_sha1 | sed 's/^/sum: /'; } 4>&1 )`,
  )
}

/**
 * Runs a download with its body on stdout. What `readResponse` reads goes to stderr; when it fails only the last
 * line of it does, which is the downloader's complaint.
 */
export function fetchBody(fetch: string): Script {
  return new Script(
    [
      `exec 6>&1`,
      `h=$( { ${fetch} 3>&4 2>&4 >&6; printf 'status: %s\\n' "$?" >&4; } 4>&1 )`,
      `case $h in *'status: 0') printf '%s\\n' "$h" >&2 ;;`,
      `*) printf '%s\\n' "$h" | grep -v '^status: ' | tail -n 1 >&2; exit 1 ;; esac`,
    ].join('\n'),
  )
}

/** Reads what `askOnly` and `fetchBody` give. */
export function readResponse(text: string): Response {
  const lines = text.split(/\r?\n/)
  const last = (pattern: RegExp) =>
    lines.map((line) => pattern.exec(line)?.[1]).findLast((found) => found !== undefined)
  const code = last(/^\s*HTTP\/[\d.]+ (\d{3})/)
  const complaint = lines.findLast((line) => /^(curl|wget|install|the host|there is|busybox)\b.*:/.test(line))
  return {
    ok: last(/^status: (\d+)$/) === '0',
    status_code: code === undefined ? undefined : Number(code),
    sum: last(/^sum: ([0-9a-f]{40})/),
    problem:
      complaint ?? lines.filter((line) => line !== '' && !/^(status|sum): /.test(line)).at(-1) ?? 'no answer',
  }
}

/**
 * Shell text that sets `n` to the name a response gives its body: in `Content-Disposition`, else the end of the last
 * redirect. Only the last part of a path is taken, so that no server chooses another folder.
 */
export const NAME_FROM_RESPONSE = new Script(
  [
    `h=$(printf '%s\\n' "$r" | tr -d '\\r' | sed -n 's/^ *[Cc]ontent-[Dd]isposition:.*filename="\\{0,1\\}\\([^";]*\\).*/\\1/p' | tail -n 1)`,
    `if [ -z "$h" ]; then`,
    `  h=$(printf '%s\\n' "$r" | tr -d '\\r' | sed -n 's/^ *[Ll]ocation: *//p' | tail -n 1); h=\${h%%[?#]*}`,
    `fi`,
    `h=\${h##*/}; case $h in ''|.|..) ;; *) n=$h ;; esac`,
  ].join('\n'),
)

/** Downloads into a folder first, then prints the file: for a body that is not to be written beside its place. */
export function viaFolder(folder: string, body: Script): Script {
  return lines(
    PLACE,
    sh`place_enter ${folder}; w_n=body; place_apart
( cd -- "$w_from" || exit 1; ${body}
) >./body || exit 1
cat <./body`,
  )
}
