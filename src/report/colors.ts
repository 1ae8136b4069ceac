import { createRequire } from 'node:module'

// Not imported: of a CommonJS package Node would first have to find out what it exports, which takes longer than the rest.
const pc = createRequire(import.meta.url)('picocolors') as typeof import('picocolors')

/** A painter for each outcome, in the colours of Ansible's output. */
export type Colors = ReturnType<typeof colorsFor>

/** The painters; without colour they give the text back as it is. */
export function colorsFor(color: boolean) {
  const c = pc.createColors(color)
  return {
    ok: c.green,
    changed: c.yellow,
    skipped: c.cyan,
    failed: c.red,
    unreachable: c.red,
    warning: c.magenta,
    dim: c.dim,
    added: c.green,
    removed: c.red,
    hunk: c.cyan,
  }
}
