import type { Inputs } from '../core/arguments.ts'
import type { Module } from '../core/module.ts'

/**
 * Every module by name, with its type: what a task may name and which parameters it then takes. A user's own
 * module joins by declaration merging:
 *
 * @example
 * declare module 'playscript' {
 *   interface ModuleRegistry { motd: typeof motd }
 * }
 */
export interface ModuleRegistry {
  command: typeof import('./command.ts').command
  group: typeof import('./group.ts').group
  raw: typeof import('./raw.ts').raw
  shell: typeof import('./shell.ts').shell
}

/** The parameters of a module as a task gives them; a bare string where the module takes one. */
export type ModuleInput<M, V> =
  M extends Module<infer S, infer _State, infer _Local, infer FreeForm, infer Open>
    ?
        | (Inputs<S, V> & (Open extends true ? Readonly<Record<string, unknown>> : unknown))
        | ([FreeForm] extends [never] ? never : string)
        | (Record<never, never> extends Inputs<S, V> ? null : never)
    : never

/** One loader for each module: a module's file is read when a task of the run uses it. */
const LOADERS: { readonly [M in keyof ModuleRegistry]: () => Promise<Module> } = {
  command: async () => (await import('./command.ts')).command as unknown as Module,
  group: async () => (await import('./group.ts')).group as unknown as Module,
  raw: async () => (await import('./raw.ts')).raw as unknown as Module,
  shell: async () => (await import('./shell.ts')).shell as unknown as Module,
}

/** The names of all modules that come with playscript. */
export function moduleNames(): readonly string[] {
  return Object.keys(LOADERS)
}

/** Loads a module by its name, with or without `ansible.builtin.` or `ansible.legacy.`; undefined when there is none. */
export async function loadModule(name: string): Promise<Module | undefined> {
  const short = name.replace(/^ansible\.(builtin|legacy)\./, '')
  return Object.hasOwn(LOADERS, short) ? LOADERS[short as keyof ModuleRegistry]() : undefined
}
