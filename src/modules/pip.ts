import { defineModule } from '../core/module.ts'
import { checkPip, PIP_PARAMETERS } from './pip/parameters.ts'
import { finishPip, planPip } from './pip/plan.ts'
import { pipProbe, readPipState } from './pip/state.ts'

/**
 * Keep Python packages as they are wanted, with the target's own pip.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/pip_module.html
 *
 * @example
 * { pip: { name: ['flask>=3,<4'], virtualenv: '/srv/app/venv', virtualenv_command: 'python3 -m venv' } }
 */
export const pip = defineModule({
  name: 'pip',
  doc: 'Keep Python packages as they are wanted',
  args: PIP_PARAMETERS,
  rules: {
    required_one_of: [['name', 'requirements']],
    mutually_exclusive: [
      ['name', 'requirements'],
      ['executable', 'virtualenv'],
    ],
  },
  probe: (args) => pipProbe(checkPip(args)),
  parse: ({ bytes }, args) => readPipState(bytes, checkPip(args)),
  plan: (args, state) => planPip(checkPip(args), state),
  finish: (outputs, _args, plan) => finishPip(outputs, plan),
})
