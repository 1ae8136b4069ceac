import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { hasIncludes, type LoadedPlay } from '../playbook/model.ts'
import { SPECIAL_TAGS, tagsOf } from '../playbook/tags.ts'

/**
 * Checks the tags of a command line. Nothing is said where more tags may come: from what is included on the way, or
 * from tags that are templates.
 * @returns what to warn of: tags given to a playbook that has none of its own, and of which only `always` runs
 * @throws {UsageError} for a tag that nothing has, with the nearest that there is
 */
export function checkTags(plays: readonly LoadedPlay[], given: readonly string[]): readonly string[] {
  const tags = plays.flatMap((play) => [...tagsOf(play), ...play.handlers.flatMap((handler) => handler.tags)])
  if (tags.some((tag) => tag.includes('{{'))) return []
  if (plays.some(({ sections }) => sections.some((section) => hasIncludes(section)))) return []
  const known = new Set<string>([...tags, ...SPECIAL_TAGS])
  const unknown = given.filter((tag) => !known.has(tag))
  const [first] = unknown
  if (first === undefined) return []
  // What has no tags but `always` runs whole with whichever it is given; nothing can be misspelt there.
  if (tags.length > 0 && tags.every((tag) => tag === 'always'))
    return unknown.map((tag) => `no task has the tag '${tag}': only those tagged always run`)
  throw new UsageError(`no task has the tag '${first}'${didYouMean(first, known)}`, {
    hint: `Tags here: ${[...known].join(', ')}.`,
  })
}
