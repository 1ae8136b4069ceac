import { csvfile } from './csv.ts'
import type { LookupTable } from './define.ts'
import { fileLookups } from './files.ts'
import { ini } from './ini.ts'
import { listLookups } from './lists.ts'
import { outsideLookups } from './outside.ts'

/** All lookups by name. */
export const lookupTable: LookupTable = { ...fileLookups, csvfile, ini, ...listLookups, ...outsideLookups }
