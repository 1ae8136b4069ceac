import { sha1 } from './digest.ts'
import { type Script, safePath } from './quote.ts'

/**
 * What a step was planned from. The step is carried out only if that still holds; otherwise the engine probes and
 * plans again. So edits of several runs at once, and of whatever else writes the same place, all survive.
 */
export type Expectation = FileExpectation | OutputExpectation

export interface FileExpectation {
  readonly path: string
  /** SHA-1 of its content, which is empty where there is no file; undefined if nothing may exist at the path. */
  readonly checksum: string | undefined
}

export interface OutputExpectation {
  /** The directory to lock. */
  readonly lock: string
  /** Prints what the step was planned from. */
  readonly read: Script
  /** SHA-1 of what it printed. */
  readonly checksum: string
}

/** Expects a file to hold what was read of it: nothing where there was none. */
export function expectFile(path: string, content: string | Buffer): Expectation {
  return { path: safePath(path), checksum: sha1(content) }
}

/** Expects that nothing exists at a path. */
export function expectAbsent(path: string): Expectation {
  return { path: safePath(path), checksum: undefined }
}

/** Expects a script to print what it printed before, while a directory is locked. */
export function expectOutput(read: Script, printed: Buffer, lock: string): Expectation {
  return { lock, read, checksum: sha1(printed) }
}
