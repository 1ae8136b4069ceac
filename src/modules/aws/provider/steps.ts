import type { Step } from '../../../core/module.ts'
import { AwsError } from '../errors.ts'
import { until } from '../settle.ts'
import { change } from '../step.ts'
import { compareTags, toList } from '../tags.ts'
import { changesBetween, wantedProvider } from './compare.ts'
import type { ProviderArgs } from './parameters.ts'
import { getProvider, type Provider } from './state.ts'

/** The calls that bring a provider from one state to another: only those that are needed. */
export function updateSteps(args: ProviderArgs, found: Provider, wanted: Provider): readonly Step[] {
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

/** Waits until readers of IAM see what was written. */
export function settled(args: ProviderArgs, arn: string): Step {
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

function missing(wanted: readonly string[], found: readonly string[]): readonly string[] {
  return wanted.filter((one) => !found.includes(one))
}
