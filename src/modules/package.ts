import { TaskError } from '../core/errors.ts'
import { defineModule } from '../core/module.ts'
import { sh } from '../core/quote.ts'
import { APT_PARAMETERS } from './packages/apt-parameters.ts'
import { probeApt } from './packages/apt-state.ts'
import { OTHER_PARAMETERS, refuseOthers } from './packages/other-parameters.ts'
import { parseApt } from './packages/parse-apt.ts'
import { finishApt, normalizeApt, planApt } from './packages/plan-apt.ts'

/** Package managers by the command that gives them away. */
const MANAGERS = ['apt-get', 'dnf', 'yum', 'apk', 'zypper', 'pacman', 'pkg', 'emerge'] as const

/**
 * Keep packages as they are wanted, with whatever package manager the target has.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/package_module.html
 *
 * @example
 * { package: { name: 'git', state: 'present' } }
 */
export const package_ = defineModule({
  name: 'package',
  doc: 'Keep packages as they are wanted, with whatever package manager the target has',
  args: {
    ...OTHER_PARAMETERS,
    ...APT_PARAMETERS,
    use: { type: 'str', default: 'auto', doc: 'The package manager; auto finds out' },
  },
  rules: { mutually_exclusive: [['name', 'deb']] },
  probe(args) {
    const probe = probeApt(normalizeApt(args))
    const known = sh`echo @manager apt-get; ${probe}`
    if (args.use === 'apt') return known
    if (args.use !== 'auto') return sh`echo @manager ${args.use}`
    return sh`for m in ${MANAGERS} none; do if command -v "$m" >/dev/null 2>&1; then break; fi; done
if [ "$m" = apt-get ]; then ${known}
else echo "@manager $m"; fi`
  },
  parse({ text }, args) {
    const [, manager, rest = ''] = /^@manager (\S+)\n([\s\S]*)$/.exec(text) ?? []
    if (manager === 'apt-get') return parseApt(rest, args.deb)
    throw new TaskError(
      manager === 'none'
        ? 'package: found no package manager on the target'
        : `package: the target’s package manager is ${manager}, and only apt is supported`,
    )
  },
  plan(args, state) {
    refuseOthers(args)
    return planApt(normalizeApt(args), state)
  },
  finish: (outputs, _args, plan) => finishApt(outputs, plan),
})
