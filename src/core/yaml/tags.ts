import { resolvePlain, toFloat, toInteger } from './scalar.ts'

/** A value that stays encrypted until its owner asks for it; written `!vault |` in YAML. */
export interface VaultValue {
  readonly __ansible_vault: string
}

/** Text that must never be taken for a template; written `!unsafe` in YAML. */
export interface UnsafeValue {
  readonly __ansible_unsafe: string
}

/** What the short form `!!` of a tag stands for. */
export const TAG = 'tag:yaml.org,2002:'

/** Marks text that must never be taken for a template. */
export const UNSAFE = '!unsafe'

/** What a scalar's text becomes under each tag. */
export const TAGS: Readonly<Record<string, (source: string) => unknown>> = {
  [`${TAG}str`]: (source) => source,
  [`${TAG}int`]: toInteger,
  [`${TAG}float`]: toFloat,
  [`${TAG}bool`]: (source) => resolvePlain(source) === true,
  [`${TAG}null`]: () => null,
  [`${TAG}timestamp`]: (source) => source,
  [`${TAG}binary`]: (source) => Buffer.from(source, 'base64').toString(),
  '!vault': (source): VaultValue => ({ __ansible_vault: source }),
  '!vault-encrypted': (source): VaultValue => ({ __ansible_vault: source }),
  [UNSAFE]: (source): UnsafeValue => ({ __ansible_unsafe: source }),
}

/** Says that a tag is not known. */
export function unknownTag(tag: string): string {
  return `unknown tag ${tag}; use one of: !vault, !unsafe`
}
