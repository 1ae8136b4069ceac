import { MissingError } from '../core/errors.ts'
import { type Change, defineModule, nothing, type Plan, type Step } from '../core/module.ts'
import type { Variables } from '../core/scope.ts'
import { type Account, parseAccount, probeAccount } from './users/account.ts'
import { createSteps, homeStep, modifySteps, removeStep } from './users/commands.ts'
import { compareUser } from './users/differences.ts'
import { keyStep } from './users/ssh-key.ts'
import { checkSystem, keyFile, USER_PARAMETERS, type WantedUser } from './users/wanted.ts'
import { warningsFor } from './users/warnings.ts'

/**
 * Keep a user of the operating system in the wanted state.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/user_module.html
 *
 * @example
 * { user: { name: 'acme', system: true, shell: '/usr/sbin/nologin', create_home: false, groups: ['www-data'] } }
 */
export const user = defineModule({
  name: 'user',
  doc: 'Keep a user of the operating system in the wanted state',
  args: USER_PARAMETERS,
  probe: (args) => probeAccount(questionOf(args)),
  parse: ({ text }) => parseAccount(text),
  plan(args, account) {
    checkSystem(args)
    if (args.state === 'absent') return planAbsent(args, account)
    const planned = account.passwd === undefined ? planNew(args, account) : planExisting(args, account)
    const warnings = warningsFor(args, account)
    const plan = warnings.length === 0 ? planned : { ...planned, result: { ...planned.result, warnings } }
    if (plan.steps.length === 0) return plan
    // The numbers and paths of the result are those that the commands chose.
    const read: Step = {
      kind: 'script',
      label: `look at ${args.name}`,
      as: 'after',
      script: probeAccount(questionOf(args)),
    }
    return { ...plan, steps: [...plan.steps, read] }
  },
  finish({ after }, args) {
    if (after === undefined) return {}
    return resultOf(args, parseAccount(after.stdout))
  },
})

function questionOf(args: WantedUser) {
  const { name, local, home, generate_ssh_key, state } = args
  const key = generate_ssh_key && state === 'present' ? keyFile(args) : undefined
  return { name, local, home, key }
}

function planAbsent(args: WantedUser, account: Account): Plan {
  const { name, state, force, remove } = args
  if (account.passwd === undefined) return nothing({ name, state })
  return {
    changes: [{ what: 'state', before: 'present', after: 'absent' }],
    steps: [removeStep(args, account)],
    result: { name, state, force, remove },
  }
}

function planNew(args: WantedUser, account: Account): Plan {
  const changes: Change[] = [{ what: 'state', before: 'absent', after: 'present' }]
  const key = args.generate_ssh_key ? [keyStep(args)] : []
  const predicted: Account = {
    ...account,
    passwd: {
      uid: args.uid ?? -1,
      gid: -1,
      comment: args.comment ?? '',
      home: args.home ?? `/home/${args.name}`,
      shell: args.shell ?? '',
    },
  }
  const { uid, group: _, ...result } = resultOf(args, predicted)
  return {
    changes,
    steps: [...createSteps(args, account), ...key],
    result: {
      ...result,
      ...(args.uid === undefined ? {} : { uid }),
      system: args.system,
      create_home: args.create_home,
    },
  }
}

function planExisting(args: WantedUser, account: Account): Plan {
  const { passwd, key } = account
  if (passwd === undefined) throw new MissingError(`there is no user ${args.name}`)
  const { changes, differences } = compareUser(args, account, passwd)
  const home = args.home ?? passwd.home
  const movesThere = differences.home !== undefined && args.move_home
  const makesHome = args.create_home && !account.homeExists && !movesThere && home !== ''
  const makesKey = key !== undefined && (!key.exists || args.force)
  return {
    changes: [
      ...changes,
      ...(makesHome ? [{ what: 'home folder', before: 'absent', after: home }] : []),
      ...(makesKey ? [{ what: 'ssh_key_file', before: key.fingerprint, after: key.path }] : []),
    ],
    steps: [
      ...modifySteps(args, account, differences),
      ...(makesHome ? [homeStep(args, passwd)] : []),
      ...(makesKey ? [keyStep(args)] : []),
    ],
    result: resultOf(args, account, differences.home),
  }
}

function resultOf(args: WantedUser, { passwd, key }: Account, home = passwd?.home): Variables {
  const { name, state, append, groups, move_home, password } = args
  return {
    name,
    state,
    append,
    move_home,
    ...(passwd && { uid: passwd.uid, group: passwd.gid, comment: passwd.comment, home, shell: passwd.shell }),
    ...(groups && { groups: groups.join(',') }),
    ...(password === undefined ? {} : { password: 'NOT_LOGGING_PASSWORD' }),
    ...(key && { ssh_key_file: key.path, ssh_fingerprint: key.fingerprint, ssh_public_key: key.public }),
  }
}
