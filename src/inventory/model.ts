import type { Variables } from '../core/scope.ts'

/** One host. `vars` are those set on the host itself, unrendered; groups and folders add theirs elsewhere. */
export interface Host {
  readonly name: string
  readonly vars: Variables
  /** Variables that a play gave it: data, never rendered. They win over `vars`. */
  readonly data?: Variables
  /** Groups the host is listed in directly, in the order they were met. `all` is never among them. */
  readonly groups: readonly string[]
  /** The source file that named the host first: gives `inventory_file` and `inventory_dir`. */
  readonly file: string | undefined
  /** A `localhost` that no source lists: it is reached without a connection and `all` leaves it out. */
  readonly implicit: boolean
}

/** One group. `depth` is the longest way down from `all`; `priority` is `ansible_group_priority`. */
export interface Group {
  readonly name: string
  readonly vars: Variables
  readonly hosts: readonly string[]
  readonly children: readonly string[]
  readonly parents: readonly string[]
  readonly depth: number
  readonly priority: number
}

/** One variable file of a `group_vars/` or `host_vars/` folder, as written. */
export interface VariableFile {
  readonly file: string
  /** Reading them throws an InventoryError when the file is a vault that could not be opened: other hosts go on. */
  readonly vars: Variables
}

/** What the `group_vars/` and `host_vars/` folders in one place hold, by group and by host; later files win. */
export interface VariableFolder {
  readonly dir: string
  readonly groups: ReadonlyMap<string, readonly VariableFile[]>
  readonly hosts: ReadonlyMap<string, readonly VariableFile[]>
  readonly warnings: readonly string[]
}

/** Everything the inventory sources say. Plain data: nothing here is rendered, and nothing changes later. */
export interface Inventory {
  /** In the order the sources name them. */
  readonly hosts: ReadonlyMap<string, Host>
  readonly groups: ReadonlyMap<string, Group>
  /** The folders beside the sources, in the order of the sources; later ones win. */
  readonly folders: readonly VariableFolder[]
  /** The sources as given, absolute where they are paths. */
  readonly sources: readonly string[]
  readonly warnings: readonly string[]
}

/** Names that mean this machine when no source lists them (Ansible: 'Implicit localhost'). */
export const LOCALHOST_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1']
