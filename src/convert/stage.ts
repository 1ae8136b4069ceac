import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Runs an action on a copy of a folder in which some files are missing: links to all others.
 * @param hidden full paths of the files that the copy does not have
 */
export async function withoutFiles<T>(
  root: string,
  hidden: ReadonlySet<string>,
  action: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), 'playscript-convert-'))
  try {
    link(root, copy, hidden)
    return await action(copy)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function link(from: string, to: string, hidden: ReadonlySet<string>): void {
  if (!existsSync(to)) mkdirSync(to)
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)]
    if (hidden.has(source)) continue
    const within = [...hidden].some((path) => path.startsWith(`${source}/`))
    if (within) link(source, target, hidden)
    else symlinkSync(source, target)
  }
}
