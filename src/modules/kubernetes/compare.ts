import { isDeepStrictEqual } from 'node:util'
import type { Change } from '../../core/module.ts'
import { yaml } from '../../core/yaml/library.ts'
import { type Manifest, titleOf } from './manifest.ts'

/** What the server writes by itself: not part of what anybody wants. */
const OWN_METADATA = [
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
]

/** An object without what its server adds to every one, and without its status unless that is wanted. */
export function essence(object: Manifest, wanted: Manifest): Manifest {
  const { status, ...rest } = object
  const kept = Object.entries(object.metadata).filter(([name]) => !OWN_METADATA.includes(name))
  const own = { ...rest, metadata: Object.fromEntries(kept) } as Manifest
  return wanted.status === undefined ? own : { ...own, status }
}

/**
 * How an object differs from what it will be; undefined when it does not. Values of a Secret are never shown, only
 * whether they differ.
 * @param diff whether the texts are wanted; they cost time
 */
export function changeOf(
  wanted: Manifest,
  before: Manifest | undefined,
  after: Manifest | undefined,
  diff: boolean,
): Change | undefined {
  const [old, next] = [before && essence(before, wanted), after && essence(after, wanted)]
  if (isDeepStrictEqual(old, next)) return undefined
  const what = titleOf(before ?? after ?? wanted)
  if (!diff) {
    const word = (object: Manifest | undefined, is: string) => (object === undefined ? 'absent' : is)
    return {
      what,
      before: word(old, 'present'),
      after: word(next, old === undefined ? 'present' : 'updated'),
    }
  }
  const [shownOld, shownNext] = wanted.kind === 'Secret' ? maskSecret(old, next) : [old, next]
  return { what, before: text(shownOld), after: text(shownNext), file: what }
}

function text(object: Manifest | undefined): string {
  return object === undefined ? '' : yaml().stringify(object, { lineWidth: 0 })
}

type Values = Readonly<Record<string, unknown>>

function maskSecret(
  before: Manifest | undefined,
  after: Manifest | undefined,
): readonly [Manifest | undefined, Manifest | undefined] {
  const mask = (object: Manifest | undefined, other: Manifest | undefined, word: string) => {
    if (object === undefined) return undefined
    const masked = ['data', 'stringData'].flatMap((field) => {
      const values = object[field] as Values | undefined
      if (values === undefined) return []
      const others = (other?.[field] ?? {}) as Values
      const shown = Object.entries(values).map(([name, value]) => {
        const differs = name in others && others[name] !== value
        return [name, differs ? `*** (${word})` : '***'] as const
      })
      return [[field, Object.fromEntries(shown)] as const]
    })
    return { ...object, ...Object.fromEntries(masked) } as Manifest
  }
  return [mask(before, after, 'before'), mask(after, before, 'after')]
}
