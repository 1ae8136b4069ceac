import type { LookupTable } from './define.ts'

/** All lookups by name. */
export const lookupTable: LookupTable = {}
