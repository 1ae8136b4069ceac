import { ERASE_LINE, printableColored } from '../core/printable.ts'
import type { Secrets } from '../core/secrets.ts'

type Write = (text: string) => void

/** The words of the output's layout: they stay readable, even if a vault holds one of them as a value. */
const LAYOUT = `PLAY RECAP TASK RUNNING HANDLER CHECK MODE CUSTOM STATS WARNING ok changed unreachable failed skipped
rescued ignored fatal skipping included for item retries left ...ignoring task path FAILED RETRYING UNREACHABLE SUCCESS
SKIPPED CHANGED`

/**
 * The last that text passes on its way to a person: nothing but colors steers the terminal, and no secret is in it,
 * whichever printer wrote it.
 */
export function guarded(write: Write, secrets: Secrets): Write {
  secrets.keep(LAYOUT)
  return (text) => write(printableColored(secrets.maskShown(text)))
}

/** The same for the line that a terminal shows for a while: it is erased before the next one is written. */
export function statusWriter(write: Write, secrets: Secrets): Write {
  const print = guarded(write, secrets)
  return (text) => {
    if (text === ERASE_LINE) write(ERASE_LINE)
    else print(text)
  }
}
