import type { Variables } from '../../core/scope.ts'

/** Two dictionaries as one: the second wins, dictionaries inside are merged in the same way. */
export function mergeInto(under: Variables, over: Variables): Variables {
  const merged: Record<string, unknown> = { ...under }
  for (const [name, value] of Object.entries(over)) {
    const below = Object.hasOwn(under, name) ? under[name] : undefined
    merged[name] = isDictionary(below) && isDictionary(value) ? mergeInto(below, value) : value
  }
  return merged
}

function isDictionary(value: unknown): value is Variables {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
