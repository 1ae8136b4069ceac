import type { LookupTable } from './define.ts'
import { fileLookups } from './files.ts'
import { listLookups } from './lists.ts'
import { outsideLookups } from './outside.ts'

/** All lookups by name. */
export const lookupTable: LookupTable = { ...fileLookups, ...listLookups, ...outsideLookups }
