import { AsyncLocalStorage } from 'node:async_hooks'

/** Takes an error; `late` when the function that caused it had ended by then. */
type Take = (error: unknown, late: boolean) => void

const owners = new AsyncLocalStorage<(error: unknown) => void>()
let fallback: Take | undefined
let listeners = 0

/**
 * Calls a function of the user's and takes errors that nobody awaits: a promise that is rejected on the side, or what a
 * timer throws. Without this, one such error would end the whole run.
 * @throws what the function throws, or the first stray error before it ends
 */
export async function withStrayErrors<T>(action: () => Promise<T> | T): Promise<T> {
  const forget = listen()
  let ended = false
  try {
    return await new Promise<T>((resolve, reject) => {
      const take = (error: unknown) => (ended ? fallback?.(error, true) : reject(error))
      owners.run(take, async () => {
        try {
          const value = await action()
          // Node reports a rejected promise only when all that is due has run.
          setImmediate(() => resolve(value))
        } catch (error) {
          reject(error)
        }
      })
    })
  } finally {
    ended = true
    forget()
  }
}

/**
 * Says what becomes of stray errors that belong to no function of the user's.
 * @returns ends it
 */
export function onStrayError(take: Take): () => void {
  fallback = take
  const forget = listen()
  return () => {
    fallback = undefined
    forget()
  }
}

function listen(): () => void {
  if (listeners === 0) process.on('unhandledRejection', onStray).on('uncaughtException', onStray)
  listeners += 1
  return () => {
    listeners -= 1
    if (listeners === 0) process.off('unhandledRejection', onStray).off('uncaughtException', onStray)
  }
}

// Both events come in the context that the promise or timer was made in.
function onStray(error: unknown): void {
  const owner = owners.getStore()
  if (owner !== undefined) owner(error)
  else if (fallback !== undefined) fallback(error, false)
  else throw error
}
