import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What a test file needs: nothing but Node, sh and git (`unit`); the programs that the tests install, root, or the
 * whole of playscript started again and again (`machine`); hosts of the lab (`lab`).
 */
export type Ring = 'unit' | 'machine' | 'lab'

export interface TestFile {
  readonly file: string
  readonly ring: Ring
  /** It changes its process for good, or starts itself anew, and says so: `// Alone in its process: why`. */
  readonly alone: boolean
  /** It needs the real API server, and says so: `// Needs the real API server`. */
  readonly kubernetes: boolean
  /** The version of Node that it installs, if it does. */
  readonly node: number | undefined
}

const LAB = /ensureLab|startLab|labSuite|onEveryHost/
const MACHINE =
  /needsProgram\(|\/(sshd|users|ways)\.ts'|\bbin\/tsx|bin\('tsx'\)|resolve\('node_modules\/\.bin'\)|'\.ci\/build'/

const ringOf = (text: string): Ring => (LAB.test(text) ? 'lab' : MACHINE.test(text) ? 'machine' : 'unit')

/** The test files whose path contains one of the words, or every test file. */
export function findFiles(words: readonly string[]): readonly TestFile[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => {
      const text = readFileSync(file, 'utf8')
      const node = /ensureNode\((\d+)\)/.exec(text)?.[1]
      return {
        file,
        node: node === undefined ? undefined : Number(node),
        ring: ringOf(text),
        alone: /^\/\/ Alone in its process: /m.test(text),
        kubernetes: /^\/\/ Needs the real API server/m.test(text),
      }
    })
}
