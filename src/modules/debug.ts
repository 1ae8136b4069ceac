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
    if (level < args.verbosity) return { shown: false, value: undefined }
    return { shown: true, value: args.var === undefined ? args.msg : evaluate(args.var, controller) }
  },
  plan(args, _state: undefined, { local }) {
    if (!local.shown) {
      return {
        ...nothing({ skipped_reason: 'Verbosity threshold not met.' }),
        skipped: `printed from verbosity ${args.verbosity} on`,
      }
    }
    if (args.var === undefined) return nothing({ msg: local.value ?? 'Hello world!' })
    return nothing({ [typeof args.var === 'string' ? args.var : 'var']: local.value })
  },
})

// Braces around the whole expression are superfluous, and often there.
function evaluate(expression: unknown, controller: Controller): unknown {
  if (typeof expression !== 'string') return expression
  const [, inside] = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(expression) ?? []
  try {
    return controller.evaluate((inside ?? expression).trim())
  } catch (error) {
    // An error about a variable names it, whatever its message says.
    if (error instanceof TemplateError && 'variable' in error) {
      return 'VARIABLE IS NOT DEFINED!'
    }
    throw error
  }
}
