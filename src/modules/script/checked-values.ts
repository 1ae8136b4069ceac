import type { Shell as Zx } from 'zx/core'

/**
 * zx's `$`, refusing values that no command line has a text for: zx would write `undefined`, `null` or
 * `[object Object]` in their place.
 * @throws {TypeError} by the function it returns, saying which value it is
 */
export function checkedValues($: Zx): Zx {
  return new Proxy($, {
    apply(target, self, [pieces, ...values]: [unknown, ...unknown[]]) {
      if (!isTemplate(pieces)) {
        const made: unknown = Reflect.apply(target, self, [pieces, ...values])
        return typeof made === 'function' ? checkedValues(made as Zx) : made
      }
      const checked = values.map((value, index) => checkedValue(value, { pieces, index }))
      return Reflect.apply(target, self, [pieces, ...checked])
    },
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      return key === 'sync' && typeof value === 'function' ? checkedValues(value as Zx) : value
    },
  })
}

/** Which value of a command it is. */
interface Place {
  readonly pieces: TemplateStringsArray
  readonly index: number
}

function isTemplate(pieces: unknown): pieces is TemplateStringsArray {
  return Array.isArray(pieces) && 'raw' in pieces
}

function checkedValue(value: unknown, place: Place): unknown {
  if (isPromise(value)) return value.then((result) => checkedValue(result, place))
  const problem = Array.isArray(value)
    ? value.map(problemOf).find((one) => one !== undefined)
    : problemOf(value)
  if (problem === undefined) return value
  const found = Array.isArray(value) ? `a list that holds ${problem}` : problem
  const { pieces, index } = place
  const command = pieces.reduce((text, piece, at) => `${text}\${${at === index + 1 ? '???' : '…'}}${piece}`)
  throw new TypeError(
    `value ${index + 1} of the command \`${command}\` is ${found}: give text, a number or a list of them; JSON.stringify turns an object into text`,
  )
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}

function problemOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (typeof value !== 'object') return undefined
  if (Array.isArray(value)) return 'a list'
  // What a command printed.
  if ('stdout' in value && typeof value.stdout === 'string') return undefined
  const text: unknown = value.toString
  return typeof text === 'function' && text !== Object.prototype.toString ? undefined : 'an object'
}
