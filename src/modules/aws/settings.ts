import { ArgumentError } from '../../core/errors.ts'
import type { ConnectionArgs } from './parameters.ts'

/** Where to ask and as whom; what is undefined is left to the SDK: the environment, ~/.aws, the machine's own role. */
export interface Settings {
  readonly region: string | undefined
  readonly profile: string | undefined
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined
  readonly endpoint: string | undefined
  readonly caBundle: string | undefined
  readonly verify: boolean
}

// What a task's `environment` can say; the SDK itself reads the environment of the whole run.
const VARIABLES = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'AWS_CA_BUNDLE',
] as const

/**
 * What a task's parameters say, then its `environment`.
 * @throws {ArgumentError} for variables of AWS that only the environment of the whole run can have
 */
export function settingsFrom(args: ConnectionArgs, environment: Readonly<Record<string, string>>): Settings {
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('AWS_') && !(VARIABLES as readonly string[]).includes(name),
  )
  if (unknown.length > 0) {
    throw new ArgumentError(
      `the task's environment sets ${unknown.join(', ')}, which modules for AWS do not read`,
      {
        hint: `Set it for the whole run instead. A task may set: ${VARIABLES.join(', ')}.`,
      },
    )
  }
  const of = (name: (typeof VARIABLES)[number]) => environment[name] || undefined
  const own = args.access_key !== undefined || args.profile !== undefined
  const accessKeyId = args.access_key ?? (own ? undefined : of('AWS_ACCESS_KEY_ID'))
  const secretAccessKey = args.secret_key ?? (own ? undefined : of('AWS_SECRET_ACCESS_KEY'))
  const sessionToken = args.session_token ?? (own ? undefined : of('AWS_SESSION_TOKEN'))
  const endpoint = args.endpoint_url ?? of('AWS_ENDPOINT_URL')
  if (endpoint !== undefined && !isHttp(endpoint))
    throw new ArgumentError(`endpoint_url is '${endpoint}'; it must be a URL such as https://host:port`)
  return {
    region: args.region ?? of('AWS_REGION') ?? of('AWS_DEFAULT_REGION'),
    profile: args.profile ?? of('AWS_PROFILE'),
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    endpoint,
    // The SDK does not read this variable, which all other programs of AWS do.
    caBundle: args.aws_ca_bundle ?? of('AWS_CA_BUNDLE') ?? (process.env.AWS_CA_BUNDLE || undefined),
    verify: args.validate_certs,
  }
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
