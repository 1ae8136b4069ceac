import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { getKey, mapValues } from '../core/values/dicts.ts'
import { toJson } from '../core/values/json.ts'
import { readJson } from '../core/values/read-json.ts'
import { isDict } from '../core/values/types.ts'

/** Facts that outlive a run, by host. What is read is data, as if the host had just reported it. */
export interface FactCache {
  /** What is known of a host; undefined when that is nothing, or too old. */
  read(host: string): Variables | undefined
  /** Adds facts to those that are known of a host. */
  add(host: string, facts: Variables): void
  remove(host: string): void
}

/** How facts are kept as files. */
export interface JsonFileOptions {
  /** The folder; it is made when it is not there. */
  readonly folder: string
  /** Stands before the host's name in the file's. */
  readonly prefix?: string
  /** Seconds after which a file counts no more; 0 for never. */
  readonly timeout: number
  /** Told what could not be read or written: a run goes on without its cache. */
  readonly warn: (message: string) => void
  /** The time in milliseconds. */
  readonly now?: () => number
}

/** The cache that forgets: within a run, the state of the hosts remembers. */
export const NO_CACHE: FactCache = { read: () => undefined, add: () => {}, remove: () => {} }

/**
 * Keeps facts as one JSON file for each host, as Ansible's `jsonfile` does, so that both read what the other wrote
 * (https://docs.ansible.com/ansible/latest/collections/ansible/builtin/jsonfile_cache.html). A file is open to its
 * owner only and is replaced whole. What a host was known by before, and is not written anew, stays.
 */
export function jsonFileCache(options: JsonFileOptions): FactCache {
  const { folder, prefix = '', timeout, warn, now = Date.now } = options
  const known = new Map<string, Variables | undefined>()
  const fileOf = (host: string) => join(folder, `${prefix}${host}`)
  const attempt = (what: string, host: string, action: () => void) => {
    try {
      action()
    } catch (error) {
      warn(`the facts of ${host} could not be ${what} the cache: ${messageOf(error)}`)
    }
  }

  const load = (host: string): Variables | undefined => {
    const file = fileOf(host)
    const found = statSync(file, { throwIfNoEntry: false })
    if (found === undefined || (timeout > 0 && now() - found.mtimeMs > timeout * 1000)) return undefined
    const facts = unwrap(readJson(readFileSync(file, 'utf8')))
    if (isDictionary(facts)) return facts
    throw new Error(`${file} holds no facts`)
  }

  const cache: FactCache = {
    read: (host) => {
      if (!isFileName(`${prefix}${host}`)) return undefined
      // Read once a run: what was young enough at its start stays so.
      if (!known.has(host)) {
        known.set(host, undefined)
        attempt('read from', host, () => known.set(host, load(host)))
      }
      return known.get(host)
    },
    add: (host, facts) => {
      if (!isFileName(`${prefix}${host}`)) return
      const all = { ...cache.read(host), ...facts }
      known.set(host, all)
      attempt('written to', host, () => writeWhole(folder, fileOf(host), toText(all)))
    },
    remove: (host) => {
      known.set(host, undefined)
      if (isFileName(`${prefix}${host}`))
        attempt('removed from', host, () => rmSync(fileOf(host), { force: true }))
    },
  }
  return cache
}

// A host's name comes from an inventory; it must not lead out of the folder. Names with a dot first are temporary files.
function isFileName(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !/[/\0]/.test(name)
}

// Ansible marks text that came from hosts; here all that is in the cache is such text.
function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap)
  if (!isDict(value)) return value
  const text = getKey(value, '__ansible_unsafe')
  return typeof text === 'string' ? text : mapValues(value, unwrap)
}

function toText(facts: Variables): string {
  const sorted = Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)))
  return toJson(sorted, { indent: 4 })
}

function writeWhole(folder: string, file: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `.${randomBytes(9).toString('hex')}`)
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 })
    chmodSync(temporary, 0o600)
    renameSync(temporary, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}
