import type { Context } from '../jinja/context.ts'

/** What a lookup may use beside its terms. */
export interface LookupServices {
  readonly context: Context
  /** Folders for files, in the order they are searched. */
  readonly searchPath: readonly string[]
  readonly baseDirectory: string
  /** Gives a file's content, decrypted when it is encrypted as a whole. */
  readonly decrypted: (content: Buffer, file: string) => Buffer
  /** Renders a template file with the current variables and some more. */
  renderFile(
    path: string,
    more: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ): string
}

/** A lookup: gives a list, of one item for each term as a rule. */
export type Lookup = (
  terms: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
  services: LookupServices,
) => unknown[]

/** A lookup of the user's own. */
export type UserLookup = (
  terms: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
) => readonly unknown[]

export type LookupTable = Readonly<Record<string, Lookup>>
