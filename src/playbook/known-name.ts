import type { Location } from '../core/location.ts'
import { createScope } from '../vars/scope.ts'
import { variablesOf } from './keywords.ts'
import type { Surroundings } from './surroundings.ts'

const HINT =
  'What is imported is known before the play runs, from variables of the play, of the role or of -e.'

type Around = Pick<Surroundings, 'known' | 'passed' | 'role' | 'playbookDir' | 'problems'>

/**
 * The value of the name of a file or role that is loaded before the play runs. It may be a template of the variables
 * of the command line, the play, the role, and of what is around the task.
 * @param own the `vars` of the task itself
 * @returns undefined when it cannot be told; the problem is put down then
 */
export async function knownName(
  name: string,
  at: Location | undefined,
  around: Around,
  own?: unknown,
): Promise<string | undefined> {
  if (!name.includes('{{')) return name
  const value = await knownValue(name, at, around, own)
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  around.problems.add(`'${name}' must be the name of a file or role`, at, HINT)
  return undefined
}

/** The value of any template that is loaded before the play runs, as `knownName` has it. */
export async function knownValue(
  text: string,
  at: Location | undefined,
  { known, passed, role, playbookDir, problems }: Around,
  own?: unknown,
): Promise<unknown> {
  const { createTemplar } = await import('../template/index.ts')
  const templar = createTemplar({ outside: false })
  const { defaults = {}, vars = {}, params = {} } = role ?? {}
  const all = Object.assign(
    {},
    defaults,
    known.play,
    vars,
    ...passed.vars,
    variablesOf(own),
    params,
    known.extra(),
    { playbook_dir: playbookDir },
    known.inventoryDir && { inventory_dir: known.inventoryDir },
    role && { role_path: role.path, role_name: role.name, ansible_role_name: role.name },
  )
  const scope = createScope([{ kind: 'templates', values: all }], (value, inner) =>
    templar.render(value, inner),
  )
  try {
    return templar.render(text, scope, at)
  } catch (error) {
    problems.add(`'${text}' cannot be told: ${error instanceof Error ? error.message : error}`, at, HINT)
    return undefined
  }
}
