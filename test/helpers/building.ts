import { join } from 'node:path'

/** The lock that a test holds while it builds dist/ and takes what it needs from there. */
export const BUILDING = join('node_modules', '.playscript-building')
