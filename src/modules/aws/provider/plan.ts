import { type Change, nothing, type Plan } from '../../../core/module.ts'
import type { Variables } from '../../../core/scope.ts'
import { isAws } from '../errors.ts'
import { until } from '../settle.ts'
import { type Acting, change, settled } from '../step.ts'
import { asTags, toList } from '../tags.ts'
import { changesBetween, unique, wantedProvider } from './compare.ts'
import type { ProviderArgs } from './parameters.ts'
import { findProvider, getProvider, type Provider, type ProviderState } from './state.ts'
import { updateSteps } from './steps.ts'

/** The way from the provider found to the one wanted. Pure; the steps do the asking. */
export function planProvider(args: ProviderArgs, state: ProviderState): Plan {
  if (args.state === 'absent') return planRemoval(args, state.found)
  const wanted = { ...args, thumbprint_list: state.served ?? args.thumbprint_list }
  return state.found === undefined ? planCreation(wanted, state) : planUpdate(wanted, state.found)
}

// The result's fields, as the module of linuxhq.aws names them.
function providerFields(url: string, provider: Provider | undefined): Variables {
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
  const wait = settled(
    args,
    ({ iam }) => getProvider({ iam }, found.arn),
    (shown) => changesBetween(shown, wantedProvider(args, shown.arn, shown)),
  )
  return { changes, steps: [...updateSteps(args, found, wanted), wait], result }
}

// A call whose answer got lost is repeated and then meets its own work, as a run does that was cut off before: what
// exists is brought to the wanted state, whoever made it.
async function create(args: ProviderArgs, { iam, patience, remote }: Acting): Promise<Variables> {
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
    return providerFields(url, shown ?? wantedProvider(args, arn))
  } catch (error) {
    if (!isAws(error, 'EntityAlreadyExists')) throw error
    const ask = () => findProvider({ iam, sts: () => Promise.reject(error) }, url)
    const found = await until(ask, (one) => one !== undefined, patience)
    if (found === undefined) throw error
    const { steps } = planUpdate(args, found)
    await remote.apply(steps)
    return providerFields(url, wantedProvider(args, found.arn, found))
  }
}

function arnOf(url: string, { account, partition }: NonNullable<ProviderState['identity']>): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${url.replace(/^https:\/\//, '')}`
}
