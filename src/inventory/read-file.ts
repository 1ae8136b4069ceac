import nodeModule from 'node:module'
import { pathToFileURL } from 'node:url'
import { InventoryError, messageOf, PlayscriptError } from '../core/errors.ts'
import { enableTypeScript, importCode, isNative } from '../core/import-code.ts'

/**
 * The default export of a TypeScript or JavaScript file, as the file is now.
 * @throws InventoryError when it cannot be loaded or has no default export that is an object
 */
export async function importDefault(file: string): Promise<object> {
  const module = await importAnew(file).catch((cause: unknown) => {
    if (cause instanceof PlayscriptError) throw cause
    throw new InventoryError(`cannot be loaded: ${messageOf(cause)}`, { at: { file }, cause })
  })
  const value: unknown = isCommonJs(module.default) ? module.default.default : module.default
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InventoryError('has no default export that is an object', {
      at: { file },
      hint: 'write: export default { … }',
    })
  }
  return value
}

const known = new Set<string>()

/** A plain import returns what the first one returned, even after the file has changed. */
async function importAnew(file: string): Promise<{ readonly default?: unknown }> {
  const { href } = pathToFileURL(file)
  if (!isNative()) {
    await enableTypeScript(file)
    const { tsImport } = await import('tsx/esm/api')
    return tsImport(href, import.meta.url)
  }
  if (!known.has(href)) {
    known.add(href)
    return importCode(file)
  }
  return reload(href)
}

type Resolve = (specifier: string, context: object) => { readonly url: string }
interface Hooks {
  resolve(
    specifier: string,
    context: { readonly parentURL?: string },
    next: Resolve,
  ): { readonly url: string }
}

let reloads = 0

// A query makes it another module to Node; what it imports gets the same query, but for packages.
async function reload(href: string): Promise<{ readonly default?: unknown }> {
  const query = `?reload=${++reloads}`
  const { registerHooks } = nodeModule as unknown as {
    registerHooks(hooks: Hooks): { deregister(): void }
  }
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      const isOwn = found.url.startsWith('file:') && !found.url.includes('/node_modules/')
      return isOwn && context.parentURL?.endsWith(query) ? { ...found, url: found.url + query } : found
    },
  })
  try {
    return await import(href + query)
  } finally {
    hooks.deregister()
  }
}

/** Where no package.json says `"type": "module"`, the exports arrive one level deeper. */
function isCommonJs(value: unknown): value is { default?: unknown } {
  return typeof value === 'object' && value !== null && '__esModule' in value
}
