import { nothing, type Plan, type Step } from '../../../core/module.ts'
import type { Variables } from '../../../core/scope.ts'
import { AwsError, isAws } from '../errors.ts'
import { isUnknownPrincipal, until } from '../settle.ts'
import { type Acting, change, settled } from '../step.ts'
import { asTags, toList } from '../tags.ts'
import { changesBetween, NEW_ROLE, wantedRole } from './compare.ts'
import type { RoleArgs } from './parameters.ts'
import { getRole, optionalFields, plainRole, type Role, type RoleState } from './state.ts'
import { removalSteps, updateSteps } from './steps.ts'

/** The way from the role found to the one wanted. Pure; the steps do the asking. */
export function planRole(args: RoleArgs, state: RoleState): Plan {
  const { found } = state
  if (args.state === 'absent') {
    if (found === undefined) return nothing()
    const steps = [...removalSteps(args, found), gone(args)]
    return { changes: [{ what: 'state', before: 'present', after: 'absent' }], steps }
  }
  return found === undefined ? planCreation(args, state) : planUpdate(args, found, state.policies)
}

// The result's fields, as amazon.aws.iam_role names them.
function roleFields(name: string, role: Role): Variables {
  const { arn, role_id, create_date, trust, path, max_session_duration, tags, attached, inline } = role
  return {
    iam_role: {
      role_name: name,
      ...(arn === '' ? {} : { arn }),
      ...(role_id === '' ? {} : { role_id }),
      ...(create_date === undefined ? {} : { create_date }),
      ...{ path, max_session_duration, tags },
      ...optionalFields(role),
      assume_role_policy_document: trust,
      assume_role_policy_document_raw: trust,
      attached_policies: Object.entries(attached).map(([policy_arn, policy_name]) => ({
        policy_arn,
        policy_name,
      })),
      // Which there are is only known where the task has some.
      ...(Object.keys(inline).length === 0 ? {} : { inline_policies: inline }),
    },
    // As earlier releases of the module have it, which many playbooks read.
    ...(arn === '' ? {} : { arn }),
  }
}

function planCreation(args: RoleArgs, { policies, identity }: RoleState): Plan {
  const path = args.path ?? '/'
  const arn =
    identity === undefined ? '' : `arn:${identity.partition}:iam::${identity.account}:role${path}${args.name}`
  const wanted = { ...wantedRole(args, NEW_ROLE, policies), path, arn }
  return {
    changes: [
      { what: 'state', before: 'absent', after: 'present' },
      { what: 'path', before: '', after: path },
      ...changesBetween(args.name, NEW_ROLE, wanted),
    ],
    steps: [
      change(`create role ${args.name}`, args, (acting) => create(args, policies, acting), {
        as: 'role',
        passes: isUnknownPrincipal,
      }),
    ],
    result: roleFields(args.name, wanted),
  }
}

function planUpdate(args: RoleArgs, found: Role, policies: RoleState['policies']): Plan {
  if (args.path !== undefined && args.path !== found.path) return otherPath(args, found)
  const wanted = wantedRole(args, found, policies)
  const changes = changesBetween(args.name, found, wanted)
  const result = roleFields(args.name, wanted)
  if (changes.length === 0) return nothing(result)
  return { changes, steps: [...updateSteps(args, found, wanted), shown(args, policies)], result }
}

function otherPath({ name, path }: RoleArgs, found: Role): Plan {
  const failed =
    `the role ${name} exists with the path ${found.path} and not ${path}; IAM cannot change a role's path: ` +
    `give path: ${found.path}, or remove the role first`
  return { changes: [], steps: [], failed, result: roleFields(name, found) }
}

// What hangs on a role comes after it. A call whose answer got lost is repeated and then meets its own work, as a run
// does that was cut off before: a role that exists is brought to the wanted state, whoever made it.
async function create(args: RoleArgs, policies: RoleState['policies'], acting: Acting): Promise<Variables> {
  const { iam, patience, remote } = acting
  const wanted = wantedRole(args, NEW_ROLE, policies)
  let role: Role
  try {
    const { Role: made } = await iam.createRole({
      RoleName: args.name,
      Path: args.path ?? '/',
      AssumeRolePolicyDocument: JSON.stringify(wanted.trust),
      ...(wanted.description === '' ? {} : { Description: wanted.description }),
      ...(args.max_session_duration === undefined ? {} : { MaxSessionDuration: args.max_session_duration }),
      ...(wanted.boundary === '' ? {} : { PermissionsBoundary: wanted.boundary }),
      ...(Object.keys(wanted.tags).length === 0 ? {} : { Tags: toList(asTags(wanted.tags)) }),
    })
    const { trust, description, max_session_duration, boundary, tags } = wanted
    role = {
      ...(made === undefined ? NEW_ROLE : plainRole(made)),
      trust,
      description,
      max_session_duration,
      boundary,
      tags,
    }
  } catch (error) {
    if (!isAws(error, 'EntityAlreadyExists')) throw error
    role = await existing(args, acting, error)
  }
  const { steps, failed } = planUpdate(args, role, policies)
  if (failed !== undefined) throw new AwsError('EntityAlreadyExists', failed)
  await remote.apply(steps.length > 0 ? steps : [shown(args, policies)])
  const made = await until(
    () => getRole(iam, args),
    (one) => one !== undefined,
    patience,
  )
  return roleFields(args.name, made ?? wantedRole(args, role, policies))
}

async function existing(args: RoleArgs, { iam, patience }: Acting, error: AwsError): Promise<Role> {
  // Not for long: what IAM will never show under this name may be there under one that differs in case.
  const briefly = { ...patience, seconds: Math.min(patience.seconds, 20) }
  const found = await until(
    () => getRole(iam, args),
    (one) => one !== undefined,
    briefly,
  )
  if (found !== undefined) return found
  throw new AwsError(error.awsCode, error.message, {
    cause: error,
    hint: 'Names of roles are unique whatever their case: is there one that differs from it in that alone?',
    result: error.result,
  })
}

function shown(args: RoleArgs, policies: RoleState['policies']): Step {
  return settled(
    args,
    ({ iam }) => getRole(iam, args),
    (found) => changesBetween(args.name, found, wantedRole(args, found, policies)),
  )
}

function gone(args: RoleArgs): Step {
  return change('wait until IAM no longer shows the role', args, async ({ iam, patience }) => {
    if (args.wait)
      await until(
        () => getRole(iam, args),
        (found) => found === undefined,
        patience,
      )
  })
}
