import { EXIT, messageOf, PlayscriptError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import { Secrets } from '../core/secrets.ts'
import { onStrayError } from '../core/stray-errors.ts'
import { errorText } from './error-text.ts'
import type { Io } from './io.ts'

/**
 * Runs a command as the program: gives it the process's streams, turns Ctrl-C into an abort (a second one ends at
 * once), prints errors and sets the exit code. Nothing else touches the process.
 */
export async function runAsProgram(
  command: (argv: readonly string[], io: Io) => Promise<number>,
): Promise<void> {
  const interrupt = new AbortController()
  const stop = new AbortController()
  const end = (code: number) => {
    stop.abort()
    process.exit(code)
  }
  const onSignal = () => {
    if (interrupt.signal.aborted) end(EXIT.interrupted)
    process.stderr.write('\n[interrupted: ending what runs; once more to stop at once]\n')
    interrupt.abort(new Error('interrupted'))
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : EXIT.error),
  )
  const secrets = new Secrets()
  const io: Io = {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(printable(secrets.maskShown(text))),
    screen: (text) => process.stdout.write(text),
    echo: (text) => process.stderr.write(text),
    bytes: (content) => process.stdout.write(content),
    secrets,
    cwd: process.cwd(),
    env: process.env,
    terminal: process.stdout.isTTY === true,
    width: process.stdout.columns || 80,
    signal: interrupt.signal,
    stop: stop.signal,
  }
  const forget = onStrayError((error, late) => {
    if (!late) end(report(error, io))
    io.err(`[WARNING]: a function of a script failed after its task had ended: ${messageOf(error)}\n`)
  })
  try {
    process.exitCode = await command(process.argv.slice(2), io)
  } catch (error) {
    process.exitCode = report(error, io)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    forget()
  }
}

/** Prints an error and gives the exit code it stands for; a stack only for what should never have happened. */
export function report(
  error: unknown,
  { err, cwd, env, signal }: Pick<Io, 'err' | 'cwd' | 'env' | 'signal'>,
): number {
  if (signal.aborted) return EXIT.interrupted
  if (!(error instanceof PlayscriptError)) {
    err(`ERROR! unexpected: ${error instanceof Error ? error.stack : String(error)}\n`)
    return EXIT.unexpected
  }
  err(errorText(error, cwd))
  if (env.PLAYSCRIPT_DEBUG && error.stack) err(`${error.stack}\n`)
  return error.exit
}
