import type { IAM } from '@aws-sdk/client-iam'
import { TaskError } from '../../../core/errors.ts'
import { pages } from '../pages.ts'

/**
 * The ARNs of managed policies that are given by ARN or name. Names cost a walk through the account's policies, and
 * through Amazon's more than a thousand.
 * @throws {TaskError} naming those that there are not
 */
export async function policyArns(
  iam: IAM,
  wanted: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  // Ansible's way to say none at all is a list of nothing, which arrives as an empty text.
  const names = wanted?.filter((one) => one !== '' && one !== 'None')
  if (names === undefined) return undefined
  const missing = new Set(names.filter((one) => !one.startsWith('arn:')))
  const arns = new Map<string, string>()
  for (const Scope of ['Local', 'AWS'] as const) {
    if (missing.size === 0) break
    for await (const { Policies = [] } of pages((marker) => iam.listPolicies({ Scope, ...marker }))) {
      for (const { PolicyName = '', Arn = '' } of Policies)
        if (missing.delete(PolicyName)) arns.set(PolicyName, Arn)
      if (missing.size === 0) break
    }
  }
  if (missing.size > 0) {
    throw new TaskError(`there is no managed policy named ${[...missing].join(', ')}`, {
      hint: 'Give its ARN, or its name as the account has it.',
    })
  }
  return [...new Set(names.map((one) => arns.get(one) ?? one))]
}
