import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { Problem, TemplateError } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import { byName } from '../core/values/dictionary.ts'
import { warningsOf } from '../core/yaml/duplicates.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import { readSource } from '../playbook/source.ts'
import type { Run } from './context.ts'
import type { HostState } from './host.ts'
import type { PlayFacts } from './variable-facts.ts'

/**
 * Reads the files that a play's `vars_files` name for one host. A list inside the list means the first that exists.
 * @returns the variables, weak to strong; undefined when a name depends on facts that are not gathered yet
 * @throws {Problem} when a file is missing or holds no variables
 */
export async function loadVarsFiles(
  run: Run,
  play: PlayFacts,
  host: HostState,
  { factsMayCome }: { readonly factsMayCome: boolean },
): Promise<readonly Variables[] | undefined> {
  const scope = run.variables.scope(host, { play })
  const loaded: Variables[] = []
  for (const entry of play.play.vars_files) {
    let names: readonly unknown[]
    try {
      names = [run.renderer.value(entry, scope, play.play.at)].flat()
    } catch (error) {
      if (!(error instanceof TemplateError) || Object.keys(host.facts).length > 0) throw error
      if (factsMayCome) return undefined
      // As in Ansible the file is left out; there it happens in silence.
      run.emit({
        kind: 'warning',
        message: `${host.name} goes without a file of vars_files: ${error.message}`,
      })
      continue
    }
    const candidates = names.flatMap((name) => placesOf(String(name), play.play))
    const file = candidates.find((candidate) => existsSync(candidate))
    if (file === undefined) {
      throw new Problem(`there is no file of variables '${names.join("' or '")}' for ${host.name}`, {
        at: play.play.at,
        hint: `Looked for ${candidates.join(', ')}.`,
      })
    }
    loaded.push(await readVariables(file, run))
  }
  return loaded
}

function placesOf(name: string, { playbookDir }: LoadedPlay): readonly string[] {
  return isAbsolute(name) ? [name] : [join(playbookDir, 'vars', name), join(playbookDir, name)]
}

// Each host reads the files for itself; what is wrong with them is told once a run.
const told = new WeakMap<Run['renderer'], Set<string>>()

async function readVariables(file: string, { renderer, duplicateKeys, emit }: Run): Promise<Variables> {
  const { value, duplicates = [] } = await readSource(file, renderer.vault.file)
  const known = told.get(renderer) ?? new Set()
  told.set(renderer, known)
  for (const message of warningsOf(duplicates, duplicateKeys)) {
    if (!known.has(message)) emit({ kind: 'warning', message })
    known.add(message)
  }
  const variables = value === null ? {} : byName(value)
  if (variables !== undefined) return variables
  throw new Problem('must hold variables by name', { at: { file } })
}
