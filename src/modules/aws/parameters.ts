import type { Args, ArgumentRules, ArgumentSpecs } from '../../core/arguments.ts'

/** Parameters that all modules for AWS have: where to ask, and as whom. Names are those of the collection amazon.aws. */
export const CONNECTION_PARAMETERS = {
  region: { type: 'str', aliases: ['aws_region', 'ec2_region'], doc: 'Region; IAM has one for all' },
  profile: { type: 'str', aliases: ['aws_profile'], doc: 'Profile of ~/.aws to take credentials from' },
  access_key: {
    type: 'str',
    aliases: ['aws_access_key_id', 'aws_access_key'],
    doc: 'Access key; default: what the environment, ~/.aws or the machine gives',
  },
  secret_key: {
    type: 'str',
    aliases: ['aws_secret_access_key', 'aws_secret_key'],
    no_log: true,
    doc: 'Secret key that belongs to it',
  },
  session_token: {
    type: 'str',
    aliases: ['aws_session_token', 'security_token', 'aws_security_token', 'access_token'],
    no_log: true,
    doc: 'Token that belongs to temporary keys',
  },
  endpoint_url: {
    type: 'str',
    aliases: ['aws_endpoint_url', 'ec2_url', 's3_url'],
    doc: 'Address of a service that speaks AWS, instead of AWS',
  },
  aws_ca_bundle: { type: 'path', doc: 'PEM file of the CAs to trust at the endpoint' },
  validate_certs: { type: 'bool', default: true, doc: 'Check the endpoint’s certificate' },
} as const satisfies ArgumentSpecs

/** How long to wait until IAM shows what was written: it is a distributed service, and reads lag behind. */
const WAIT_PARAMETERS = {
  wait: { type: 'bool', default: true, doc: 'Wait until IAM shows what was changed' },
  wait_timeout: { type: 'int', default: 120, doc: 'Seconds to wait at most' },
} as const satisfies ArgumentSpecs

/** Parameters of a module that keeps one thing in the wanted state, beside what the thing is. */
export const MANAGED_PARAMETERS = {
  state: {
    type: 'str',
    choices: ['present', 'absent'],
    default: 'present',
    doc: 'Whether there is to be one',
  },
  tags: { type: 'dict', aliases: ['resource_tags'], doc: 'Tags; without it they are left alone' },
  purge_tags: { type: 'bool', default: true, doc: 'Remove tags that `tags` does not have' },
  ...WAIT_PARAMETERS,
  ...CONNECTION_PARAMETERS,
} as const satisfies ArgumentSpecs

/** What the connection parameters ask of one another. */
export const CONNECTION_RULES = {
  mutually_exclusive: [
    ['profile', 'access_key'],
    ['profile', 'secret_key'],
    ['profile', 'session_token'],
  ],
  required_together: [['access_key', 'secret_key']],
  required_by: { session_token: ['access_key'] },
} as const satisfies ArgumentRules

export type ConnectionArgs = Args<typeof CONNECTION_PARAMETERS>
export type WaitArgs = Args<typeof WAIT_PARAMETERS>
