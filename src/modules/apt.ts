import { defineModule } from '../core/module.ts'
import { APT_PARAMETERS } from './packages/apt-parameters.ts'
import { probeApt } from './packages/apt-state.ts'
import { parseApt } from './packages/parse-apt.ts'
import { finishApt, normalizeApt, planApt } from './packages/plan-apt.ts'

/**
 * Keep packages of Debian and its kin as they are wanted.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/apt_module.html
 *
 * @example
 * { apt: { name: ['nginx', 'curl'], update_cache: true, cache_valid_time: 3600 } }
 */
export const apt = defineModule({
  name: 'apt',
  doc: 'Keep packages of Debian and its kin as they are wanted',
  args: APT_PARAMETERS,
  rules: { mutually_exclusive: [['name', 'deb']] },
  probe: (args) => probeApt(normalizeApt(args)),
  parse: ({ text }, args) => parseApt(text, args.deb),
  plan: (args, state) => planApt(normalizeApt(args), state),
  finish: (outputs, _args, plan) => finishApt(outputs, plan),
})
