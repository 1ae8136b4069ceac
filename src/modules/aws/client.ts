import { readFile } from 'node:fs/promises'
import type { IAM } from '@aws-sdk/client-iam'
import type { STS } from '@aws-sdk/client-sts'
import { TaskError } from '../../core/errors.ts'
import type { Controller } from '../../core/module.ts'
import { explain } from './errors.ts'
import type { ConnectionArgs } from './parameters.ts'
import { retryStrategy } from './retry.ts'
import { type Settings, settingsFrom } from './settings.ts'

/** The services of AWS that the modules ask. Calls that fail throw AwsError, which names the action. */
export interface Aws {
  readonly iam: IAM
  /** Loaded when it is asked for, which is seldom. */
  sts(): Promise<STS>
}

// One for each task on each host: its credentials are looked up once, and nothing is shared between runs.
const open = new WeakMap<Controller, Promise<Aws>>()

/**
 * The services, as a task's parameters and environment say.
 * @throws {ArgumentError} when they cannot be honoured
 */
export function aws(args: ConnectionArgs, controller: Controller): Promise<Aws> {
  let found = open.get(controller)
  if (found === undefined) {
    found = connect(args, controller)
    open.set(controller, found)
  }
  return found
}

async function connect(args: ConnectionArgs, controller: Controller): Promise<Aws> {
  const { environment, signal } = controller
  const settings = settingsFrom(args, environment)
  // The SDK's version is pinned to one that runs on every Node that playscript runs on: its advice is not the user's.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const { IAM } = await import('@aws-sdk/client-iam')
  const config = await clientConfig(settings, signal)
  const iam = watched(new IAM(config), 'iam', signal)
  return {
    iam,
    sts: async () => {
      const { STS } = await import('@aws-sdk/client-sts')
      return watched(new STS(config), 'sts', signal)
    },
  }
}

async function clientConfig(settings: Settings, signal: AbortSignal | undefined) {
  const { region, profile, credentials, endpoint, caBundle, verify } = settings
  return {
    // IAM is one for all regions of a partition; where nothing names one, this is the one that serves most accounts.
    region: region ?? (await configuredRegion(profile)) ?? 'us-east-1',
    retryStrategy: retryStrategy(signal),
    requestHandler: {
      connectionTimeout: 10_000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      httpsAgent: {
        rejectUnauthorized: verify,
        ...(caBundle === undefined ? {} : { ca: await readBundle(caBundle) }),
      },
    },
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
  }
}

async function configuredRegion(profile: string | undefined): Promise<string | undefined> {
  const { IAM } = await import('@aws-sdk/client-iam')
  const client = new IAM(profile === undefined ? {} : { profile })
  return client.config.region().catch(() => undefined)
}

async function readBundle(path: string): Promise<Buffer> {
  return readFile(path).catch((cause) => {
    throw new TaskError(`aws_ca_bundle ${path} cannot be read: ${(cause as Error).message}`, { cause })
  })
}

// Every call ends when the task does, and fails in words that name the action as policies do.
function watched<Client extends IAM | STS>(
  client: Client,
  service: string,
  signal: AbortSignal | undefined,
): Client {
  const send = client.send.bind(client) as (command: object, options: object) => Promise<unknown>
  const watching = async (command: object, options: object = {}) => {
    try {
      return await send(command, { abortSignal: signal, ...options })
    } catch (error) {
      throw explain(error, `${service}:${command.constructor.name.replace(/Command$/, '')}`, signal)
    }
  }
  return Object.assign(client, { send: watching })
}
