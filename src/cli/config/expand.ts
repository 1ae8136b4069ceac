import { homedir } from 'node:os'
import { isAbsolute, normalize, resolve } from 'node:path'

/** What settings are read from, besides files: passed in, so that a test can say something else. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's own folder, for `~`. */
  readonly home: string
}

/** The surroundings of a command. */
export function surroundingsOf({ cwd, env }: Pick<Surroundings, 'cwd' | 'env'>): Surroundings {
  return { cwd, env, home: env.HOME === undefined || env.HOME === '' ? homedir() : env.HOME }
}

/**
 * A path as settings write it: `~`, `$NAME`, `${NAME}` and `{{CWD}}` are replaced (an unknown `$NAME` stays), and a
 * relative one starts from `base`.
 */
export function expandPath(path: string, base: string, { cwd, env, home }: Surroundings): string {
  const expanded = path
    .replaceAll('{{CWD}}', cwd)
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (all, plain, braced) => env[plain ?? braced] ?? all)
    .replace(/^~(?=\/|$)/, home)
  return isAbsolute(expanded) ? normalize(expanded) : resolve(base, expanded)
}
