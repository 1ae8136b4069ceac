import { basicFilters } from './basics.ts'
import type { FilterTable } from './define.ts'

/** All filters by name. */
export const filterTable: FilterTable = { ...basicFilters }
