import nodeModule from 'node:module'
import { pathToFileURL } from 'node:url'
import { Problem } from './errors.ts'

type Exports = Readonly<Record<string, unknown>>

// Node erases types and does no more, and that not below node_modules; tsx transforms any TypeScript.
const NEEDS_TSX = new Set([
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
])

/** Whether this Node runs TypeScript natively: from 22.18 on, unless an option turns it off. */
export const isNative = (): boolean =>
  Boolean((process.features as { readonly typescript?: unknown }).typescript)

/**
 * Imports a file of JavaScript or TypeScript. Loads tsx only where this Node cannot run the file by itself.
 * @throws {Problem} where tsx is needed and not installed, and what the import throws
 */
export async function importCode(file: string): Promise<Exports> {
  const { href } = pathToFileURL(file)
  await enableTypeScript(file)
  try {
    return await import(href)
  } catch (cause) {
    if (!NEEDS_TSX.has((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    await registerTsx(file, 'Node erases types only, and not in files below node_modules')
    return import(href)
  }
}

/**
 * Makes this process able to import TypeScript.
 * @throws {Problem} where that takes tsx, which is not installed
 */
export async function enableTypeScript(file: string): Promise<void> {
  const loaders = (nodeModule as unknown as { readonly _extensions: object })._extensions
  // tsx is the program already, or its loader is.
  if (isNative() || Object.hasOwn(loaders, '.ts')) return
  await registerTsx(file, `Node runs TypeScript natively from 22.18; this is ${process.version.slice(1)}`)
}

let registered: Promise<unknown> | undefined

async function registerTsx(file: string, why: string): Promise<void> {
  registered ??= import('tsx/esm/api').then(({ register }) => register())
  await registered.catch((cause: unknown) => {
    const hint = 'Install tsx next to playscript: npm install tsx'
    throw new Problem(`cannot be loaded without tsx: ${why}`, { at: { file }, cause, hint })
  })
}
