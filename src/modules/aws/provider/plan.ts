import { type Change, nothing, type Plan, type Step } from '../../../core/module.ts'
import type { Variables } from '../../../core/scope.ts'
import { AwsError, isAws } from '../errors.ts'
import { until } from '../settle.ts'
import { type Acting, change } from '../step.ts'
import { asTags, compareTags, toList, withTags } from '../tags.ts'
import type { ProviderArgs } from './parameters.ts'
import { findProvider, getProvider, type Provider, type ProviderState } from './state.ts'

/** The way from the provider found to the one wanted. Pure; the steps do the asking. */
export function planProvider(args: ProviderArgs, state: ProviderState): Plan {
  if (args.state === 'absent') return planRemoval(args, state.found)
  const wanted = { ...args, thumbprint_list: state.served ?? args.thumbprint_list }
  return state.found === undefined ? planCreation(wanted, state) : planUpdate(wanted, state.found)
}

/** The result's fields, as the module of linuxhq.aws names them. */
export function providerFields(url: string, provider: Provider | undefined): Variables {
  if (provider === undefined) return { url }
  const { arn, client_id_list, thumbprint_list, tags, create_date } = provider
  return {
    url,
    open_id_connect_provider_arn: arn,
    open_id_connect_provider: {
      url: url.replace(/^https:\/\//, ''),
      client_id_list,
      thumbprint_list,
      tags,
      ...(create_date === undefined ? {} : { create_date }),
    },
  }
}

function planRemoval(args: ProviderArgs, found: Provider | undefined): Plan {
  const result = { ...providerFields(args.url, found), state: 'absent' }
  if (found === undefined) return nothing(result)
  const removal = change(`delete the OIDC provider ${args.url}`, args, async ({ iam, patience }) => {
    await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: found.arn })
    await until(
      () => getProvider({ iam }, found.arn),
      (left) => left === undefined,
      patience,
    )
  })
  return { changes: [{ what: 'state', before: 'present', after: 'absent' }], steps: [removal], result }
}

function planCreation(args: ProviderArgs, { identity }: ProviderState): Plan {
  const provider = wantedProvider(args, identity === undefined ? '' : arnOf(args.url, identity))
  const changes: readonly Change[] = [
    { what: 'state', before: 'absent', after: 'present' },
    { what: 'url', before: '', after: args.url },
    ...changesBetween({ arn: '', client_id_list: [], thumbprint_list: [], tags: {} }, provider),
  ]
  const { open_id_connect_provider_arn: arn, ...rest } = providerFields(args.url, provider)
  const result = { ...rest, ...(arn === '' ? {} : { open_id_connect_provider_arn: arn }), state: 'present' }
  const creation = change(`create the OIDC provider ${args.url}`, args, (acting) => create(args, acting), {
    as: 'provider',
  })
  return { changes, steps: [creation], result }
}

function planUpdate(args: ProviderArgs, found: Provider): Plan {
  const wanted = wantedProvider(args, found.arn, found)
  const changes = changesBetween(found, wanted)
  const result = { ...providerFields(args.url, wanted), state: 'present' }
  if (changes.length === 0) return nothing(result)
  return { changes, steps: [...updates(args, found, wanted), settled(args, found.arn)], result }
}

// What the parameters do not say stays as it is; what a new provider gets without them is IAM's to say.
function wantedProvider(args: ProviderArgs, arn: string, found?: Provider): Provider {
  const { client_id_list, thumbprint_list, tags, purge_tags } = args
  const before = found?.tags ?? {}
  return {
    ...found,
    arn,
    client_id_list: client_id_list === undefined ? (found?.client_id_list ?? []) : unique(client_id_list),
    thumbprint_list:
      thumbprint_list === undefined
        ? (found?.thumbprint_list ?? [])
        : unique(thumbprint_list.map((one) => one.toLowerCase())),
    tags: withTags(before, compareTags(before, tags, purge_tags)),
  }
}

function changesBetween(before: Provider, after: Provider): readonly Change[] {
  const fields = {
    client_id_list: (provider: Provider) => [...provider.client_id_list].sort(),
    thumbprint_list: (provider: Provider) => provider.thumbprint_list.map((one) => one.toLowerCase()).sort(),
    tags: (provider: Provider) => provider.tags,
  }
  return Object.entries(fields)
    .map(([what, of]) => ({ what, before: of(before), after: of(after) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after))
}

function updates(args: ProviderArgs, found: Provider, wanted: Provider): readonly Step[] {
  const OpenIDConnectProviderArn = found.arn
  const add = missing(wanted.client_id_list, found.client_id_list).map((ClientID) =>
    change(`accept the audience ${ClientID}`, args, ({ iam }) =>
      iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID }),
    ),
  )
  const remove = missing(found.client_id_list, wanted.client_id_list).map((ClientID) =>
    change(`no longer accept the audience ${ClientID}`, args, ({ iam }) =>
      iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID }),
    ),
  )
  // New ones come first, so that nobody is turned away meanwhile, unless there is no room for them.
  const clientIds = add.length + found.client_id_list.length > 100 ? [...remove, ...add] : [...add, ...remove]
  const differs = changesBetween(found, wanted).some(({ what }) => what === 'thumbprint_list')
  const thumbprints = change('replace the thumbprints', args, ({ iam }) =>
    iam.updateOpenIDConnectProviderThumbprint({
      OpenIDConnectProviderArn,
      ThumbprintList: [...wanted.thumbprint_list],
    }),
  )
  const tags = compareTags(found.tags, args.tags, args.purge_tags)
  const untag = change('remove tags', args, ({ iam }) =>
    iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys: [...tags.remove] }),
  )
  const tag = change('set tags', args, ({ iam }) =>
    iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: toList(tags.set) }),
  )
  return [
    ...clientIds,
    ...(differs ? [thumbprints] : []),
    ...(tags.remove.length > 0 ? [untag] : []),
    ...(Object.keys(tags.set).length > 0 ? [tag] : []),
  ]
}

// A call whose answer got lost is repeated and then meets its own work, as a run does that was cut off before: what
// exists is brought to the wanted state, whoever made it.
async function create(args: ProviderArgs, { iam, patience, remote }: Acting): Promise<Provider> {
  const { url, client_id_list, thumbprint_list, tags = {} } = args
  try {
    const { OpenIDConnectProviderArn: arn = '' } = await iam.createOpenIDConnectProvider({
      Url: url,
      ...(client_id_list === undefined ? {} : { ClientIDList: unique(client_id_list) }),
      ...(thumbprint_list === undefined ? {} : { ThumbprintList: unique(thumbprint_list) }),
      ...(Object.keys(tags).length === 0 ? {} : { Tags: toList(asTags(tags)) }),
    })
    const shown = await until(
      () => getProvider({ iam }, arn),
      (one) => one !== undefined,
      patience,
    )
    return shown ?? wantedProvider(args, arn)
  } catch (error) {
    if (!isAws(error, 'EntityAlreadyExists')) throw error
    const ask = () => findProvider({ iam, sts: () => Promise.reject(error) }, url)
    const found = await until(ask, (one) => one !== undefined, patience)
    if (found === undefined) throw error
    const { steps } = planUpdate(args, found)
    await remote.apply(steps)
    return wantedProvider(args, found.arn, found)
  }
}

function settled(args: ProviderArgs, arn: string): Step {
  return change('wait until IAM shows the changes', args, async ({ iam, patience }) => {
    if (!args.wait) return
    const left = (found: Provider | undefined) =>
      found === undefined ? [{ what: 'state' }] : changesBetween(found, wantedProvider(args, arn, found))
    const last = await until(
      () => getProvider({ iam }, arn),
      (found) => left(found).length === 0,
      patience,
    )
    const still = left(last).map(({ what }) => what)
    if (still.length === 0) return
    throw new AwsError(
      'NotSettled',
      `IAM does not show the changes ${args.wait_timeout} seconds later: ${still.join(', ')}`,
    )
  })
}

function arnOf(url: string, { account, partition }: NonNullable<ProviderState['identity']>): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${url.replace(/^https:\/\//, '')}`
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}

function missing(wanted: readonly string[], found: readonly string[]): readonly string[] {
  return wanted.filter((one) => !found.includes(one))
}
