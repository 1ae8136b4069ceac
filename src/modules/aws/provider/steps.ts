import type { Step } from '../../../core/module.ts'
import { change } from '../step.ts'
import { compareTags, toList } from '../tags.ts'
import { changesBetween } from './compare.ts'
import type { ProviderArgs } from './parameters.ts'
import type { Provider } from './state.ts'

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

function missing(wanted: readonly string[], found: readonly string[]): readonly string[] {
  return wanted.filter((one) => !found.includes(one))
}
