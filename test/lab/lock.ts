import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import { until } from './run.ts'

const holder = (file: string): ProcessIdentity | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}

function tryLock(file: string): boolean {
  const mine = `${file}.${process.pid}`
  writeFileSync(mine, JSON.stringify(identify(process.pid)))
  try {
    // link() fails when the name exists, so the file is never seen half written.
    linkSync(mine, file)
    return true
  } catch {
    const owner = holder(file)
    if (owner !== undefined && !isAlive(owner)) rmSync(file, { force: true })
    return false
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Runs `work` while no other process holds `file`; a lock whose owner died is taken over. */
export async function withLock<T>(
  file: string,
  { timeoutMs }: { readonly timeoutMs: number },
  work: () => Promise<T>,
): Promise<T> {
  if (!(await until(() => tryLock(file), { timeoutMs, everyMs: 200 }))) {
    throw new Error(`lab: ${file} is still held by process ${holder(file)?.pid}; wait for it or end it`)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
