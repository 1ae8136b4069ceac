import { InventoryError } from '../core/errors.ts'
import { readJson } from '../core/values/read-json.ts'
import { parseYaml, type YamlDocument } from '../core/yaml/parse.ts'

/**
 * Reads JSON, and what Ansible also takes in a `.json` file, YAML. The reader of JSON is tried first since it is
 * ten times faster; the YAML reader then says where a mistake is.
 * @throws InventoryError with line and column
 */
export function parseJson(text: string, file: string): YamlDocument {
  const data = quickly(text)
  if (data === undefined) return parseYaml(text, file)
  refusePrototypeKeys(data, file)
  return { data, locate: () => ({ file }), duplicates: [] }
}

function quickly(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}

/**
 * Data from elsewhere (a program's output, a module's export) must not carry a `__proto__` key: a later copy
 * could take it for a prototype.
 * @throws InventoryError naming the file
 */
export function refusePrototypeKeys(data: unknown, file: string): void {
  const pending = [data]
  const seen = new Set<object>()
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (Object.hasOwn(value, '__proto__') || (value instanceof Map && value.has('__proto__'))) {
      throw new InventoryError("the key '__proto__' is not allowed", { at: { file } })
    }
    for (const inner of value instanceof Map ? value.values() : Object.values(value))
      if (inner !== undefined && inner !== null) pending.push(inner)
  }
}
