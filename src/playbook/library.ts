import { readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { messageOf, PlayscriptError, Problem } from '../core/errors.ts'
import { importCode } from '../core/import-code.ts'
import type { Module } from '../core/module.ts'
import { isModule, loadModule, moduleNames } from '../modules/index.ts'

/** The modules that tasks of one play may name: those in `library/` folders, then ours. */
export interface Library {
  /** All names, for suggestions. */
  names(): readonly string[]
  /**
   * Loads a module; undefined when no module has that name.
   * @throws {Problem} when a user's module cannot be loaded
   */
  load(name: string): Promise<Module | undefined>
  /** The file of a module of that name that is written in another language, which cannot run here. */
  foreign(name: string): string | undefined
  /** The same library with the modules of one more folder before the others. */
  with(folder: string): Library
}

export interface LibraryOptions {
  /** Nothing will run: modules are known by their names, and their files stay unread. */
  readonly namesOnly?: boolean | undefined
}

/** The library of a playbook: the `library/` folder beside it, if there is one, and our own modules. */
export function createLibrary(folders: readonly string[], options: LibraryOptions = {}): Library {
  const files = new Map<string, string>()
  const foreign = new Map<string, string>()
  for (const folder of [...folders].reverse()) {
    // A path that is no folder has no modules: ANSIBLE_LIBRARY=/dev/null is how people say 'none'.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue
    for (const file of readdirSync(folder)) {
      const known = /\.m?[jt]s$/.test(file) ? files : foreign
      if (!file.includes('.test.')) known.set(basename(file, extname(file)), join(folder, file))
    }
  }
  return {
    names: () => [...files.keys(), ...moduleNames()],
    load: async (name) => {
      const file = files.get(name)
      if (options.namesOnly && (file !== undefined || isModule(name))) return nameOnly(name)
      return file === undefined ? loadModule(name) : loadUserModule(name, file)
    },
    foreign: (name) => foreign.get(name),
    with: (folder) => createLibrary([folder, ...folders], options),
  }
}

/** Stands for a module in lists of tasks: it takes any parameters, and cannot run. */
function nameOnly(name: string): Module {
  const plan = () => {
    throw new Error(`${name} was loaded for its name alone`)
  }
  return { name, doc: '', args: {}, open: true, free_form: '_raw_params', takes_function: true, plan }
}

async function loadUserModule(name: string, file: string): Promise<Module> {
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = await importCode(file)
  } catch (cause) {
    if (cause instanceof PlayscriptError) throw cause
    throw new Problem(`the module ${name} cannot be loaded: ${messageOf(cause)}`, { at: { file }, cause })
  }
  const module = (exports.default ?? exports[name]) as Module | undefined
  if (typeof module?.plan !== 'function' || typeof module.args !== 'object') {
    const hint = `Write \`export default defineModule({ name: '${name}', … })\`.`
    throw new Problem(`does not export a module named ${name}`, { at: { file }, hint })
  }
  return module
}
