import type { Variables } from '../../core/scope.ts'

export type Tags = Readonly<Record<string, string>>

/** Which tags to set and which to take away. */
export interface TagChanges {
  readonly set: Tags
  readonly remove: readonly string[]
}

/**
 * The way from the tags found to those wanted; without wanted ones nothing is changed. Keys that begin with `aws:`
 * are Amazon's own and nobody else can change them.
 */
export function compareTags(found: Tags, wanted: Variables | undefined, purge: boolean): TagChanges {
  if (wanted === undefined) return { set: {}, remove: [] }
  const texts = asTags(wanted)
  return {
    set: Object.fromEntries(Object.entries(texts).filter(([key, value]) => found[key] !== value)),
    remove: purge
      ? Object.keys(found).filter((key) => !Object.hasOwn(texts, key) && !key.startsWith('aws:'))
      : [],
  }
}

/** The tags after such changes. */
export function withTags(found: Tags, { set, remove }: TagChanges): Tags {
  const left = Object.entries(found).filter(([key]) => !remove.includes(key))
  return sortedTags({ ...Object.fromEntries(left), ...set })
}

/** Values as AWS stores them: text, booleans as Ansible writes them. */
export function asTags(tags: Variables): Tags {
  const text = (value: unknown) =>
    typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value ?? '')
  return sortedTags(Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, text(value)])))
}

function sortedTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** As the API takes them. */
export function toList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** As the API gives them. */
export function fromList(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags {
  return sortedTags(Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value])))
}
