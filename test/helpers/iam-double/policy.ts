import type { Account } from './account.ts'
import { Refusal } from './protocol.ts'

const malformed = (message: string) => new Refusal('MalformedPolicyDocument', message)

/** What IAM refuses of a policy. @throws {Refusal} */
export function checkPolicy(text: string, account: Account, kind: 'trust' | 'identity'): void {
  if (!/^[\t\n\r\u0020-\u00ff]*$/.test(text))
    throw malformed('The policy contains characters that are not allowed.')
  if (text.replace(/\s/g, '').length > account.limits.policySize)
    throw new Refusal('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${account.limits.policySize}`)
  const policy = parse(text)
  if (policy.Version !== undefined && !['2012-10-17', '2008-10-17'].includes(String(policy.Version)))
    throw malformed('Syntax errors in policy: Version')
  const statements = [policy.Statement].flat() as Record<string, unknown>[]
  if (policy.Statement === undefined || statements.length === 0) throw malformed('Syntax errors in policy.')
  for (const statement of statements) checkStatement(statement, account, kind)
}

function checkStatement(statement: Record<string, unknown>, account: Account, kind: string): void {
  if (!['Allow', 'Deny'].includes(String(statement.Effect))) throw malformed('Statement must have an Effect.')
  if (statement.Action === undefined && statement.NotAction === undefined)
    throw malformed('Policy statement must contain actions.')
  if (kind === 'identity') {
    if (statement.Resource === undefined) throw malformed('Policy statement must contain resources.')
    if (statement.Principal !== undefined) throw malformed('Policy document should not specify a principal.')
    return
  }
  if (statement.Resource !== undefined) throw malformed('Has prohibited field Resource')
  if (statement.Principal === undefined) throw malformed('Missing required field Principal')
  const principal = statement.Principal as Record<string, unknown>
  for (const arn of [principal.Federated ?? []].flat() as string[]) {
    // A provider that was made just now is no principal yet for the part of IAM that looks at policies.
    const provider = account.providers.get(arn)
    if (arn.includes(':oidc-provider/') && provider?.read() === undefined)
      throw malformed(`Invalid principal in policy: "FEDERATED":"${arn}"`)
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const policy = JSON.parse(text)
    if (typeof policy === 'object' && policy !== null && !Array.isArray(policy)) return policy
  } catch {}
  throw malformed('This policy contains invalid Json')
}
