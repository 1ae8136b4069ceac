import { lines, Script, sh } from '../../core/quote.ts'

/** A key of a keyring: its id of 16 digits, and whether it is a part of another. */
export interface Key {
  readonly id: string
  readonly file: string
  readonly sub: boolean
}

/**
 * Shell functions that work with keys and leave the user's own keyring alone: they have a folder of their own, which
 * is removed when the script ends. `keys FILE` prints the keys of a file, armored or not; `binary` turns a key on
 * stdin into what apt reads.
 */
export const KEY_FUNCTIONS = new Script(
  [
    `h=$(mktemp -d) || exit 1; trap 'gpgconf --homedir "$h" --kill all >/dev/null 2>&1; rm -rf -- "$h"' EXIT; trap 'exit 129' HUP INT TERM`,
    `own() { gpg --homedir "$h" --batch --no-tty --quiet --no-default-keyring --keyring "$h/ring" "$@"; }`,
    `keys() { gpg --homedir "$h" --batch --no-tty --quiet --with-colons --show-keys -- "$1" 2>/dev/null | awk -F : -v f="$1" '($1 == "pub" || $1 == "sub") && $2 != "e" { print $1, $5, f }'; }`,
    `binary() { cat >"$h/key" || return 1; if grep -q -- '-----BEGIN PGP' "$h/key"; then gpg --homedir "$h" --batch --dearmor <"$h/key"; else cat <"$h/key"; fi; }`,
  ].join('\n'),
)

/** Reads what `keys` printed. */
export function readKeys(text: string): readonly Key[] {
  return [...text.matchAll(/^(pub|sub) ([0-9A-F]{16}) (.*)$/gm)].map(([, kind, id = '', file = '']) => ({
    id,
    file,
    sub: kind === 'sub',
  }))
}

/** Shell text that prints the content of a keyring without one key. */
export function withoutKey(file: string, id: string): Script {
  return lines(
    KEY_FUNCTIONS,
    sh`own --import <${file} 2>/dev/null; f=$(own --with-colons --fingerprint ${id} | awk -F : '$1 == "fpr" { print $10; exit }')
[ -n "$f" ] && own --yes --delete-keys "$f" && own --export`,
  )
}
