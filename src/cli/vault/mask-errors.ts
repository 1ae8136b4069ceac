import { PlaybookError, PlayscriptError } from '../../core/errors.ts'
import type { Secrets } from '../../core/secrets.ts'

/** Does something; in errors that it throws nothing can be read of what was decrypted on the way. */
export async function maskErrors<T>(secrets: Secrets, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    mask(error, secrets)
    throw error
  }
}

// In place, so that an error keeps its class and its place.
function mask(error: unknown, secrets: Secrets): void {
  if (!(error instanceof Error)) return
  if (error instanceof PlaybookError) for (const problem of error.problems) mask(problem, secrets)
  const set = (name: 'message' | 'stack', text: string) =>
    Reflect.defineProperty(error, name, { value: secrets.maskText(text), configurable: true, writable: true })
  set('message', error.message)
  // Some libraries' errors have a stack that cannot be set; nobody prints those.
  if (error.stack !== undefined) set('stack', error.stack)
  if (error instanceof PlayscriptError && error.hint !== undefined)
    Object.defineProperty(error, 'hint', { value: secrets.maskText(error.hint) })
  mask(error.cause, secrets)
}
