import type { ArgumentSpecs } from './arguments.ts'

const SELINUX = 'playscript does not set SELinux contexts'
const FLAGS = 'playscript does not set the attributes of chattr'
const FOR_OLDER = 'only old releases of Ansible have it'

const OF_FILES: Readonly<Record<string, string>> = {
  seuser: SELINUX,
  serole: SELINUX,
  setype: SELINUX,
  selevel: SELINUX,
  attributes: FLAGS,
  attr: FLAGS,
  unsafe_writes: 'playscript always replaces a file as a whole',
}

const LOCAL_FILE = 'the copy on the controller belongs to the user who runs playscript'

const OF_MODULES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  command: { warn: FOR_OLDER },
  shell: { warn: FOR_OLDER },
  get_url: { sha256sum: "only old releases of Ansible have it; write checksum: 'sha256:…'" },
  fetch: { mode: LOCAL_FILE, owner: LOCAL_FILE, group: LOCAL_FILE, ...OF_FILES },
}

/**
 * The parameters that YAML written for Ansible may give a module and that do nothing here, with the reason: those of
 * every module that writes files, and what Ansible's own module ignores.
 */
export function ignoredParameters(module: string, specs: ArgumentSpecs): Readonly<Record<string, string>> {
  const own = OF_MODULES[module]
  if (own !== undefined) return module === 'get_url' ? { ...OF_FILES, ...own } : own
  return 'mode' in specs && 'owner' in specs ? OF_FILES : {}
}
