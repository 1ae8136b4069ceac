import type { Controller } from '../../../core/module.ts'
import { type Aws, aws } from '../client.ts'
import { isAws } from '../errors.ts'
import { type Identity, identityOf } from '../identity.ts'
import type { ConnectionArgs } from '../parameters.ts'
import { fromList, type Tags } from '../tags.ts'
import { servedThumbprints } from '../thumbprint.ts'
import { checkProvider, type Wanted } from './check.ts'

/** A provider as IAM has it. */
export interface Provider {
  readonly arn: string
  readonly client_id_list: readonly string[]
  readonly thumbprint_list: readonly string[]
  readonly tags: Tags
  readonly create_date?: string | undefined
}

export interface ProviderState {
  readonly found: Provider | undefined
  /** Asked for where there is no provider yet, to tell the ARN that it will get. */
  readonly identity?: Identity | undefined
  /** What the issuer's servers send, where that is to be pinned. */
  readonly served?: readonly string[]
}

/** Reads what IAM has of an issuer, and what the issuer serves where that is wanted. */
export async function readProvider(
  args: ConnectionArgs & Wanted & { readonly state: string },
  controller: Controller,
): Promise<ProviderState> {
  checkProvider(args)
  const present = args.state === 'present'
  const served =
    present && args.fetch_thumbprint ? await servedThumbprints(args.url, controller.signal) : undefined
  const client = await aws(args, controller)
  const found = await findProvider(client, args.url)
  return {
    found,
    ...(served === undefined ? {} : { served }),
    ...(found === undefined && present ? { identity: await identityOf(client) } : {}),
  }
}

/** The provider of that URL. IAM does not look one up by its URL, and its list is short: 100 at most as a rule. */
export async function findProvider({ iam }: Aws, url: string): Promise<Provider | undefined> {
  const name = url.replace(/^https:\/\//, '')
  const { OpenIDConnectProviderList: list = [] } = await iam.listOpenIDConnectProviders({})
  const arn = list.map(({ Arn = '' }) => Arn).find((one) => one.replace(/^.*?:oidc-provider\//, '') === name)
  return arn === undefined ? undefined : getProvider({ iam }, arn)
}

/** The provider of that ARN; undefined when there is none, or none yet for readers. */
export async function getProvider({ iam }: Pick<Aws, 'iam'>, arn: string): Promise<Provider | undefined> {
  try {
    const found = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })
    return {
      arn,
      client_id_list: found.ClientIDList ?? [],
      thumbprint_list: found.ThumbprintList ?? [],
      tags: fromList(found.Tags),
      create_date: found.CreateDate?.toISOString(),
    }
  } catch (error) {
    if (isAws(error, 'NoSuchEntity')) return undefined
    throw error
  }
}
