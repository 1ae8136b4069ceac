import type { TestTable } from './define.ts'
import { resultTests } from './results.ts'
import { typeTests } from './types.ts'
import { valueTests } from './values.ts'

/** All tests by name. */
export const testTable: TestTable = { ...typeTests, ...valueTests, ...resultTests }
