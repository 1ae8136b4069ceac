import type { Change, Step } from '../../../core/module.ts'
import { type Script, sh } from '../../../core/quote.ts'
import { hostPath } from '../path-state.ts'

/** Flags that a file system sets by itself, so that no wish speaks of them. */
const OWN = new Set(['e', 'E', 'h', 'I', 'N', 'V'])

/** Prints the flags of a file as lsattr(1) shows them; nothing when there is no file. */
export function flagsProbe(path: string): Script {
  const file = hostPath(path)
  return sh`if [ -e ${file} ]; then
  command -v lsattr >/dev/null 2>&1 && command -v chattr >/dev/null 2>&1 || { echo 'attributes needs lsattr and chattr on the host: install e2fsprogs' >&2; exit 1; }
  lsattr -d -- ${file} 2>/dev/null | cut -d ' ' -f 1 | tr -d -- -
fi`
}

/**
 * Gives a file its flags: `+` adds, `-` takes away, and else they are to be exactly those.
 * @param found the flags that it has
 */
export function planFlags(
  path: string,
  wish: string | undefined,
  found: string,
): { readonly changes: readonly Change[]; readonly steps: readonly Step[] } {
  if (wish === undefined) return { changes: [], steps: [] }
  const [, sign = '', letters = ''] = /^([-+=]?)(.*)$/.exec(wish) ?? []
  const before = [...found].filter((letter) => !OWN.has(letter))
  const named = [...letters].filter((letter) => !OWN.has(letter))
  const after =
    sign === '-'
      ? before.filter((letter) => !named.includes(letter))
      : [...new Set(sign === '+' ? [...before, ...named] : named)]
  const same = after.length === before.length && after.every((letter) => before.includes(letter))
  if (same) return { changes: [], steps: [] }
  const mode = `${sign || '='}${letters}`
  return {
    changes: [{ what: 'attributes', before: before.join(''), after: after.join('') }],
    steps: [
      {
        kind: 'script',
        label: `chattr ${mode} ${path}`,
        script: sh`chattr ${mode} ${hostPath(path)} || { e=$?; echo 'chattr failed' >&2; exit $e; }`,
      },
    ],
  }
}
