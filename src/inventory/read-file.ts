import { pathToFileURL } from 'node:url'
import { InventoryError, messageOf } from '../core/errors.ts'

/**
 * The default export of a TypeScript or JavaScript file, as the file is now.
 * @throws InventoryError when it cannot be loaded or has no default export that is an object
 */
export async function importDefault(file: string): Promise<object> {
  const module = await importAnew(file).catch((cause: unknown) => {
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

/** A plain import would give what the first one gave, even after the file has changed. */
async function importAnew(file: string): Promise<{ default?: unknown }> {
  const { tsImport } = await import('tsx/esm/api')
  return tsImport(pathToFileURL(file).href, import.meta.url)
}

/** Where no package.json says `"type": "module"`, the exports arrive one level deeper. */
function isCommonJs(value: unknown): value is { default?: unknown } {
  return typeof value === 'object' && value !== null && '__esModule' in value
}
