import { TemplateError } from '../core/errors.ts'
import { type Controller, defineModule, nothing } from '../core/module.ts'

/**
 * Print a message, or the value of an expression.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/debug_module.html
 *
 * @example
 * { debug: { var: 'ansible_facts.distribution', verbosity: 1 } }
 */
export const debug = defineModule({
  name: 'debug',
  doc: 'Print a message, or the value of an expression',
  exact: true,
  args: {
    msg: { type: 'raw', doc: 'What to print; default: Hello world!' },
    var: { type: 'raw', doc: 'An expression, without braces, whose value is printed' },
    verbosity: { type: 'int', default: 0, doc: 'Print it only when the run is at least this verbose' },
  },
  rules: { mutually_exclusive: [['msg', 'var']] },
  expressions: ['var'],
  local: true,
  prepare(args, controller) {
    const level = controller.variables.has('ansible_verbosity')
      ? Number(controller.variables.get('ansible_verbosity'))
      : 0
    if (level < args.verbosity) return { shown: false, fields: {} }
    return {
      shown: true,
      fields: args.var === undefined ? { msg: args.msg } : fieldsOf(args.var, controller),
    }
  },
  plan(args, _state: undefined, { local }) {
    if (!local.shown) {
      return {
        ...nothing({ skipped_reason: 'Verbosity threshold not met.' }),
        skipped: `printed from verbosity ${args.verbosity} on`,
      }
    }
    return nothing(args.var === undefined ? { msg: local.fields.msg ?? 'Hello world!' } : local.fields)
  },
})

// Braces around the whole expression are superfluous, and often there: unless they make the name of a variable, as
// `var: '{{ item }}'` does in a loop over names. A name is looked up; whatever else they make is shown as it is, since
// it may have come from a host.
function fieldsOf(written: unknown, controller: Controller): Readonly<Record<string, unknown>> {
  if (typeof written !== 'string') return { var: written }
  const [, inside] = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(written) ?? []
  if (inside === undefined) return { [written]: evaluate(written, controller) }
  const made = controller.evaluate(inside.trim())
  const [, name] = (typeof made === 'string' && /^([A-Za-z_]\w*)(\.\w+)*$/.exec(made)) || []
  if (name === undefined || !controller.variables.has(name)) return { [written]: made }
  return { [String(made)]: evaluate(String(made), controller) }
}

function evaluate(expression: string, controller: Controller): unknown {
  try {
    return controller.evaluate(expression.trim())
  } catch (error) {
    // An error about a variable names it, whatever its message says.
    if (error instanceof TemplateError && 'variable' in error) {
      return 'VARIABLE IS NOT DEFINED!'
    }
    throw error
  }
}
