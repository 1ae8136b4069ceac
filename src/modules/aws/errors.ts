import { ArgumentError, messageOf, TaskError, TimeoutError } from '../../core/errors.ts'

/** AWS refused something, or could not be asked; `awsCode` is its name for that. */
export class AwsError extends TaskError {
  override readonly code = 'AWS'
  readonly awsCode: string

  constructor(awsCode: string, message: string, options: ConstructorParameters<typeof TaskError>[1] = {}) {
    super(message, options)
    this.awsCode = awsCode
  }
}

/** What the SDK throws, as far as it is read here. */
interface SdkError extends Error {
  readonly code?: string
  readonly Code?: string
  readonly $metadata?: {
    readonly httpStatusCode?: number
    readonly requestId?: string
    readonly attempts?: number
  }
}

interface Explanation {
  readonly says: (operation: string, error: SdkError) => string
  readonly hint?: string
}

const NO_CREDENTIALS: Explanation = {
  says: (operation, { message }) => `there are no usable AWS credentials for ${operation}: ${message}`,
  hint: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give profile or access_key and secret_key.',
}

const BAD_CREDENTIALS: Explanation = {
  says: (operation, { message }) => `AWS does not accept the credentials for ${operation}: ${message}`,
  hint: 'Check which keys or profile are used, whether they expired, and the clock of this machine.',
}

const DENIED: Explanation = {
  says: (operation, { message }) => `access denied: these credentials may not do ${operation}: ${message}`,
  hint: 'Allow that action to the user or role that runs this, or use another profile.',
}

const OUT_OF_REACH: Explanation = {
  says: (operation, error) => `AWS cannot be reached for ${operation}: ${error.message || error.code}`,
  hint: 'Check the network, a proxy on the way, and endpoint_url if one is given.',
}

// Codes as IAM and STS send them; classes of the SDK have `Exception` behind them, which is taken off.
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  CredentialsProviderError: NO_CREDENTIALS,
  TokenProviderError: NO_CREDENTIALS,
  ...Object.fromEntries(
    [
      'InvalidClientTokenId',
      'SignatureDoesNotMatch',
      'ExpiredToken',
      'UnrecognizedClient',
      'AuthFailure',
    ].map((code) => [code, BAD_CREDENTIALS]),
  ),
  AccessDenied: DENIED,
  UnauthorizedOperation: DENIED,
  LimitExceeded: {
    says: (operation, { message }) => `a limit of the account is reached (${operation}): ${message}`,
    hint: 'Remove what is no longer used, or ask AWS for a higher quota.',
  },
  EntityAlreadyExists: {
    says: (operation, { message }) => `it exists already (${operation}): ${message}`,
  },
  NoSuchEntity: { says: (operation, { message }) => `not found (${operation}): ${message}` },
  MalformedPolicyDocument: {
    says: (operation, { message }) => `AWS refuses the policy (${operation}): ${message}`,
    hint: 'Check it against the IAM policy grammar, and whether each principal in it exists.',
  },
  OpenIdIdpCommunicationError: {
    says: (operation, { message }) =>
      `AWS could not fetch the issuer's certificate (${operation}): ${message}`,
    hint: 'The issuer must answer from the internet over HTTPS with TLS 1.2; or give thumbprint_list.',
  },
  Throttling: {
    says: (operation, { message }) =>
      `AWS asks for fewer requests (${operation}), again and again: ${message}`,
    hint: 'Run it again later, or for fewer roles at a time.',
  },
  TimeoutError: OUT_OF_REACH,
}

const NETWORK =
  /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|ETIMEDOUT|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/

/** The error of a call in plain words, with what to do. @param operation as policies name it: `iam:CreateRole` */
export function explain(thrown: unknown, operation: string, signal: AbortSignal | undefined): unknown {
  if (thrown instanceof TaskError || thrown instanceof ArgumentError) return thrown
  if (signal?.aborted) return interrupted(signal, operation)
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as SdkError
  const code = error.name.replace(/Exception$/, '')
  const found = Object.hasOwn(EXPLANATIONS, code)
    ? EXPLANATIONS[code]
    : NETWORK.test(error.code ?? '')
      ? OUT_OF_REACH
      : undefined
  const status = error.$metadata?.httpStatusCode
  const fallback = status === undefined ? '' : ` (HTTP ${status})`
  const message =
    found?.says(operation, error) ?? `${operation} failed${fallback}: ${code}: ${plain(error.message)}`
  return new AwsError(code, message, {
    cause: thrown,
    ...(found?.hint === undefined ? {} : { hint: found.hint }),
    result: {
      error: { code, message: plain(error.message) },
      response_metadata: { http_status_code: status, request_id: error.$metadata?.requestId },
    },
  })
}

/** Whether something thrown is AWS's error of that code. */
export function isAws(thrown: unknown, code: string): thrown is AwsError {
  return thrown instanceof AwsError && thrown.awsCode === code
}

function interrupted(signal: AbortSignal, operation: string): Error {
  const { reason } = signal as { reason: unknown }
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return new TimeoutError(`${operation} was not done when the task's timeout was over`)
  return reason instanceof Error ? reason : new Error(messageOf(reason))
}

// A proxy or a wrong address answers with a page; its first line is enough.
function plain(message: string): string {
  const text = message
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
