import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Files (no folders) that a shell pattern names: `*`, `?` and `[…]` in each part of the path. */
export function globSync(pattern: string): string[] {
  const absolute = pattern.startsWith('/')
  let found = [absolute ? '/' : '']
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    found = found.flatMap((folder) => step(folder, part))
  }
  return found.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)
}

function step(folder: string, part: string): string[] {
  const add = (name: string): string => (folder === '' ? name : join(folder, name))
  if (!/[*?[]/.test(part))
    return statSync(add(part), { throwIfNoEntry: false }) === undefined ? [] : [add(part)]
  const pattern = globPattern(part)
  return names(folder === '' ? '.' : folder)
    .filter((name) => pattern.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .map(add)
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** A shell pattern as a regular expression over one name. */
export function globPattern(pattern: string): RegExp {
  const body = pattern.replace(/\[!?[^\]]+\]|[\s\S]/g, (one) => {
    if (one === '*') return '[^/]*'
    if (one === '?') return '[^/]'
    if (one.length > 1)
      return `[${one.startsWith('[!') ? '^' : ''}${one.slice(one.startsWith('[!') ? 2 : 1, -1).replace(/[\\^]/g, '\\$&')}]`
    return one.replace(/[.+^${}()|[\]\\]/, '\\$&')
  })
  return new RegExp(`^${body}$`, 's')
}
