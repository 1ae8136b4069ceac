import { Script } from '../../core/quote.ts'

/** Ends a probe of a host that has no apt, with a word about it. */
export const NEEDS_APT = new Script(
  "command -v apt-get >/dev/null || { echo 'there is no apt on the host' >&2; exit 1; }",
)
