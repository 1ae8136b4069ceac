import type { Step } from '../../../core/module.ts'
import { type AwsError, isAws } from '../errors.ts'
import { type Policy, samePolicy } from '../policy.ts'
import { isUnknownPrincipal } from '../settle.ts'
import { type Acting, change } from '../step.ts'
import { compareTags, toList } from '../tags.ts'
import type { RoleArgs } from './parameters.ts'
import type { Role } from './state.ts'

/** How many managed policies a role may have, unless its account has a higher quota. */
const MOST_POLICIES = 10

/** The calls that bring an existing role from one state to another: only those that are needed. */
export function updateSteps(args: RoleArgs, found: Role, wanted: Role): readonly Step[] {
  const RoleName = args.name
  const step = (label: string, work: (acting: Acting) => Promise<unknown>) =>
    change(`${label} role ${RoleName}`, args, work, {
      // The role itself may be too new for the part of IAM that is asked.
      passes: (error) => isUnknownPrincipal(error) || isUnknownRole(error, RoleName),
    })
  const steps: Step[] = []
  if (!samePolicy(found.trust, wanted.trust)) {
    const PolicyDocument = JSON.stringify(wanted.trust)
    steps.push(
      step('replace the trust policy of', ({ iam }) =>
        iam.updateAssumeRolePolicy({ RoleName, PolicyDocument }),
      ),
    )
  }
  if (
    found.description !== wanted.description ||
    found.max_session_duration !== wanted.max_session_duration
  ) {
    const { description: Description, max_session_duration: MaxSessionDuration } = wanted
    steps.push(step('update', ({ iam }) => iam.updateRole({ RoleName, Description, MaxSessionDuration })))
  }
  if (found.boundary !== wanted.boundary) {
    const PermissionsBoundary = wanted.boundary
    steps.push(
      PermissionsBoundary === ''
        ? step('remove the boundary of', ({ iam }) => iam.deleteRolePermissionsBoundary({ RoleName }))
        : step('bound', ({ iam }) => iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary })),
    )
  }
  const tags = compareTags(found.tags, args.tags, args.purge_tags)
  if (tags.remove.length > 0)
    steps.push(step('remove tags of', ({ iam }) => iam.untagRole({ RoleName, TagKeys: [...tags.remove] })))
  if (Object.keys(tags.set).length > 0)
    steps.push(step('tag', ({ iam }) => iam.tagRole({ RoleName, Tags: toList(tags.set) })))
  const attach = without(wanted.attached, found.attached).map((PolicyArn) =>
    step(`attach ${PolicyArn} to`, ({ iam }) => iam.attachRolePolicy({ RoleName, PolicyArn })),
  )
  const detach = without(found.attached, wanted.attached).map((PolicyArn) =>
    step(`detach ${PolicyArn} from`, ({ iam }) =>
      iam.detachRolePolicy({ RoleName, PolicyArn }).catch(unlessGone(RoleName)),
    ),
  )
  // New ones come first, so that the role is never without, unless there is no room for them.
  const room = Object.keys(found.attached).length + attach.length <= MOST_POLICIES
  steps.push(...(room ? [...attach, ...detach] : [...detach, ...attach]))
  for (const [PolicyName, policy] of Object.entries(wanted.inline)) {
    if (isSame(found.inline[PolicyName], policy)) continue
    const PolicyDocument = JSON.stringify(policy)
    steps.push(
      step(`put the inline policy ${PolicyName} of`, ({ iam }) =>
        iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument }),
      ),
    )
  }
  for (const PolicyName of without(found.inline, wanted.inline))
    steps.push(
      step(`delete the inline policy ${PolicyName} of`, ({ iam }) =>
        iam.deleteRolePolicy({ RoleName, PolicyName }).catch(unlessGone(RoleName)),
      ),
    )
  for (const profile of wanted.profiles.filter((one) => !found.profiles.includes(one)))
    steps.push(step('make an instance profile for', (acting) => makeProfile(profile, wanted.path, acting)))
  return steps
}

/** The calls that take a role away: IAM deletes only one that nothing hangs on. */
export function removalSteps(args: RoleArgs, found: Role): readonly Step[] {
  const RoleName = args.name
  const step = (label: string, work: (acting: Acting) => Promise<unknown>) =>
    change(`${label} role ${RoleName}`, args, work, { passes: ({ awsCode }) => awsCode === 'DeleteConflict' })
  const profiles = found.profiles.flatMap((InstanceProfileName) => {
    const leave = step(`take instance profile ${InstanceProfileName} from`, ({ iam }) =>
      iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName }).catch(unless('NoSuchEntity')),
    )
    const remove = step(`delete the instance profile of`, ({ iam }) =>
      iam.deleteInstanceProfile({ InstanceProfileName }).catch(unless('NoSuchEntity')),
    )
    return args.delete_instance_profile && InstanceProfileName === RoleName ? [leave, remove] : [leave]
  })
  return [
    ...profiles,
    ...updateSteps({ ...args, tags: undefined }, found, { ...found, attached: {}, inline: {} }),
    step('delete', ({ iam }) => iam.deleteRole({ RoleName }).catch(unless('NoSuchEntity'))),
  ]
}

/** Whether IAM does not know a role, as it may for some seconds after it was made. */
export function isUnknownRole({ awsCode, message }: AwsError, name: string): boolean {
  return awsCode === 'NoSuchEntity' && /\brole\b/i.test(message) && message.includes(name)
}

// A call whose answer got lost is repeated, and meets its own work: what it was to make is there, what it was to take
// away is gone.
async function makeProfile(InstanceProfileName: string, Path: string, { iam }: Acting): Promise<void> {
  const isIn = async () => {
    const { InstanceProfile } = await iam.getInstanceProfile({ InstanceProfileName })
    return InstanceProfile?.Roles?.some(({ RoleName }) => RoleName === InstanceProfileName) === true
  }
  await iam.createInstanceProfile({ InstanceProfileName, Path }).catch(unless('EntityAlreadyExists'))
  if (await isIn()) return
  try {
    await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: InstanceProfileName })
  } catch (error) {
    // A profile holds one role, so that the second one is refused even when it is the same.
    if (!isAws(error, 'LimitExceeded') || !(await isIn())) throw error
  }
}

function unlessGone(role: string): (error: unknown) => void {
  return (error) => {
    if (!isAws(error, 'NoSuchEntity') || isUnknownRole(error, role)) throw error
  }
}

function unless(code: string): (error: unknown) => void {
  return (error) => {
    if (!isAws(error, code)) throw error
  }
}

function isSame(found: Policy | undefined, wanted: Policy): boolean {
  return found !== undefined && samePolicy(found, wanted)
}

function without(
  some: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(some).filter((key) => !Object.hasOwn(others, key))
}
