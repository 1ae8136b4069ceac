import { ArgumentError } from '../core/errors.ts'
import { type Controller, defineModule, nothing } from '../core/module.ts'

/** What the engine adds to a controller: whether `yes` and the like stay words (the setting `jinja2_native`). */
export interface WordKeeper {
  readonly keepsWords: boolean
}

/**
 * Set variables of the host for the rest of the run.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/set_fact_module.html
 *
 * @example
 * { set_fact: { release: 'v1.2', cacheable: true } }
 */
export const set_fact = defineModule({
  name: 'set_fact',
  doc: 'Set variables of the host for the rest of the run',
  exact: true,
  args: {
    cacheable: { type: 'bool', default: false, doc: 'Keep them as facts too, which a fact cache may store' },
  },
  open: true,
  local: true,
  prepare: (args, controller) => readFacts(args, controller),
  plan({ cacheable }, _state: undefined, { local: facts }) {
    const names = Object.keys(facts)
    if (names.length === 0) {
      throw new ArgumentError('set_fact needs at least one variable to set', {
        hint: 'Give it as name: value.',
      })
    }
    const wrong = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    if (wrong !== undefined) {
      throw new ArgumentError(`'${wrong}' cannot be the name of a variable`, {
        hint: 'Names are letters, digits and underscores, and do not begin with a digit.',
      })
    }
    return nothing({ ansible_facts: facts, ...(cacheable ? { cacheable: true } : {}) })
  },
})

function readFacts(
  args: Readonly<Record<string, unknown>>,
  controller: Controller & Partial<WordKeeper>,
): Readonly<Record<string, unknown>> {
  const { cacheable: _, ...facts } = args
  const read = controller.keepsWords === true ? (value: unknown) => value : truthWord
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [renderName(name, controller), read(value)]),
  )
}

/** A variable's name may be made from others: `'{{ app }}_port': 80`. */
function renderName(name: string, controller: Controller): string {
  return name.replaceAll(/\{\{(.+?)\}\}/g, (_, expression: string) =>
    String(controller.evaluate(expression.trim())),
  )
}

// Ansible turns these four words into booleans here, in any case, and roles rely on it, unless they ask for native types.
function truthWord(value: unknown): unknown {
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  if (word === 'true' || word === 'yes') return true
  return word === 'false' || word === 'no' ? false : value
}
