/**
 * Where expressions find their variables. Layers stay apart and are looked through by name, so that a
 * task costs what it reads and not what the host has. What `get` returns is final: rendered already, or
 * data from a host, and never to be taken for a template again.
 */
export interface Scope {
  has(name: string): boolean
  get(name: string): unknown
  names(): Iterable<string>
  /** Folders where what is rendered with it finds the files that it names: of the role, the task, the playbook. */
  readonly searchPath?: readonly string[]
}

/** Variables by name, as files and results hold them. */
export type Variables = Readonly<Record<string, unknown>>
