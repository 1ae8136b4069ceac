import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PlayscriptError } from '../../src/core/errors.ts'

/** Files by path; a `*` in front of the path makes one executable. */
export type Files = Readonly<Record<string, string>>

/** Calls `use` with a new folder that holds the files, and removes the folder afterwards. */
export async function withFolder<T>(files: Files, use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'playscript-inventory-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(dir, path.replace('*', ''))
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
      if (path.startsWith('*')) await chmod(file, 0o755)
    }
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The error of ours that an action ends with, as a person reads it; 'no error' when it ends without. */
export async function complaint(action: () => unknown, cwd?: string): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof PlayscriptError) return error.describe(cwd)
    throw error
  }
  return 'no error'
}
