import { basicFilters } from './basics.ts'
import { combiningFilters } from './combining.ts'
import { dataFilters } from './data.ts'
import type { FilterTable } from './define.ts'
import { hashFilters } from './hashes.ts'
import { numberFilters } from './numbers.ts'
import { pathFilters } from './paths.ts'
import { randomFilters } from './random.ts'
import { regexFilters } from './regex.ts'
import { selectingFilters } from './selecting.ts'
import { sequenceFilters } from './sequences.ts'
import { textFilters } from './text.ts'
import { timeFilters } from './time.ts'
import { urlFilters } from './urls.ts'

/** All filters by name. */
export const filterTable: FilterTable = {
  ...basicFilters,
  ...combiningFilters,
  ...dataFilters,
  ...hashFilters,
  ...numberFilters,
  ...pathFilters,
  ...randomFilters,
  ...regexFilters,
  ...selectingFilters,
  ...sequenceFilters,
  ...textFilters,
  ...timeFilters,
  ...urlFilters,
}
