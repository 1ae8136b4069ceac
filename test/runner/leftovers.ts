/** Variables that playscript sets itself, once for a process. */
const OURS = new Set(['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'])

interface Surroundings {
  readonly folder: string
  readonly umask: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** What test files share in one process, as it is now. */
export const surroundings = (): Surroundings => ({
  folder: process.cwd(),
  umask: process.umask(),
  environment: { ...process.env },
})

/** What a test file left changed in its process, in words; the next file gets everything as it was before. */
export function restore(before: Surroundings): readonly string[] {
  const after = surroundings()
  const names = [...new Set([...Object.keys(before.environment), ...Object.keys(after.environment)])]
  const changed = names.filter(
    (name) => !OURS.has(name) && before.environment[name] !== after.environment[name],
  )
  const found = [
    ...(after.folder === before.folder ? [] : [`the working directory is ${after.folder}`]),
    ...(after.umask === before.umask ? [] : [`the umask is 0${after.umask.toString(8)}`]),
    ...changed.map((name) => `the environment variable ${name} changed`),
  ]
  process.chdir(before.folder)
  process.umask(before.umask)
  for (const name of changed) {
    const value = before.environment[name]
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  return found
}
