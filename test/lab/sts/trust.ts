/** A statement of a policy document, as IAM keeps it. */
interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface TrustPolicy {
  readonly Statement: Statement | readonly Statement[]
}

/** What is asked of a trust policy: who wants to do what, and what is known of them. */
export interface TrustRequest {
  readonly action: string
  /** ARN of the identity provider that vouches for the caller. */
  readonly federated: string
  /** Condition keys, in lower case, and their values. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String)

/** `*` stands for any text and `?` for any character, as in StringLike. */
function isLike(pattern: string, value: string): boolean {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${text}$`, 's').test(value)
}

type Operator = (wanted: readonly string[], found: readonly string[]) => boolean

const some =
  (test: (wanted: string, found: string) => boolean): Operator =>
  (wanted, found) =>
    found.some((value) => wanted.some((one) => test(one, value)))
const equals = some((wanted, found) => wanted === found)
const equalsIgnoringCase = some((wanted, found) => wanted.toLowerCase() === found.toLowerCase())
const like = some(isLike)

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: equals,
  StringNotEquals: (wanted, found) => !equals(wanted, found),
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: like,
  StringNotLike: (wanted, found) => !like(wanted, found),
  'ForAnyValue:StringEquals': equals,
  'ForAnyValue:StringLike': like,
}

function holds(condition: Statement['Condition'], context: TrustRequest['context']): boolean {
  return Object.entries(condition ?? {}).every(([name, keys]) => {
    const operator = OPERATORS[name]
    if (operator === undefined) throw new Error(`the STS double does not know the condition operator ${name}`)
    return Object.entries(keys).every(([key, wanted]) =>
      operator(listOf(wanted), context[key.toLowerCase()] ?? []),
    )
  })
}

/** Whether a role's trust policy lets a federated caller do what it asks: some statement allows, and none denies. */
export function isTrusted(policy: TrustPolicy, request: TrustRequest): boolean {
  const statements = (
    Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]
  ) as readonly Statement[]
  const matching = statements.filter(({ Action, Principal, Condition }) => {
    const { Federated } = (Principal ?? {}) as { readonly Federated?: unknown }
    const isAsked = listOf(Action).some((pattern) =>
      isLike(pattern.toLowerCase(), request.action.toLowerCase()),
    )
    return isAsked && listOf(Federated).includes(request.federated) && holds(Condition, request.context)
  })
  return (
    matching.some(({ Effect }) => Effect === 'Allow') && matching.every(({ Effect }) => Effect === 'Allow')
  )
}
