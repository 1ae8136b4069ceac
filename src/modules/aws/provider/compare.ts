import type { Change } from '../../../core/module.ts'
import { compareTags, withTags } from '../tags.ts'
import type { ProviderArgs } from './parameters.ts'
import type { Provider } from './state.ts'

/** What the parameters want. What they do not say stays as it is; what a new provider gets without them is IAM's to say. */
export function wantedProvider(args: ProviderArgs, arn: string, found?: Provider): Provider {
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

/** What differs between two states, in the words of the parameters. */
export function changesBetween(before: Provider, after: Provider): readonly Change[] {
  const fields = {
    client_id_list: (provider: Provider) => [...provider.client_id_list].sort(),
    thumbprint_list: (provider: Provider) => provider.thumbprint_list.map((one) => one.toLowerCase()).sort(),
    tags: (provider: Provider) => provider.tags,
  }
  return Object.entries(fields)
    .map(([what, of]) => ({ what, before: of(before), after: of(after) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after))
}

/** Each value once. */
export function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
