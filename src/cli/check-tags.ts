import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/suggest.ts'
import { hasIncludes, type LoadedPlay } from '../playbook/model.ts'
import { SPECIAL_TAGS, tagsOf } from '../playbook/tags.ts'

/**
 * Checks the tags of a command line. Where something is included on the way, it may bring tags that are not known yet.
 * @throws {UsageError} for a tag that nothing has, with the nearest that there is
 */
export function checkTags(plays: readonly LoadedPlay[], given: readonly string[]): void {
  if (plays.some(({ sections }) => sections.some((section) => hasIncludes(section)))) return
  const known = new Set([...plays.flatMap(tagsOf), ...SPECIAL_TAGS])
  for (const tag of given) {
    if (!known.has(tag)) {
      throw new UsageError(`no task has the tag '${tag}'${didYouMean(tag, known)}`, {
        hint: `Tags here: ${[...known].join(', ')}.`,
      })
    }
  }
}
