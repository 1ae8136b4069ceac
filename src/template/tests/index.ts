import type { TestTable } from './define.ts'
import { typeTests } from './types.ts'

/** All tests by name. */
export const testTable: TestTable = { ...typeTests }
