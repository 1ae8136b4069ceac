import { readFileSync } from 'node:fs'
import { UsageError } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import { byName } from '../core/values/dictionary.ts'
import { parseYaml } from '../core/yaml/parse.ts'
import type { Decrypted } from '../playbook/source.ts'

/**
 * Reads `-e` values: `key=value` pairs (the values stay text), JSON or YAML, or `@file` with either.
 * @param decrypted opens files that are encrypted
 * @throws {UsageError} when one holds no variables
 */
export function parseExtraVars(
  values: readonly string[],
  decrypted: Decrypted = (content) => content,
): Variables {
  return Object.assign({}, ...values.map((value) => parseOne(value, decrypted)))
}

function parseOne(value: string, decrypted: Decrypted): Variables {
  if (value.startsWith('@')) return dictionary(readExtra(value.slice(1), decrypted), value)
  const text = value.trim()
  if (text.startsWith('{') || text.startsWith('[') || !text.includes('=')) return dictionary(text, value)
  const pairs = [...text.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:\{\{[\s\S]*?\}\}|\S)*)/g)]
  if (pairs.length === 0)
    throw new UsageError(`-e ${value} holds no variable; write key=value, JSON or @file`)
  return Object.fromEntries(
    pairs.map(([, key = '', raw = '']) => [key, raw.replace(/^(["'])(.*)\1$/s, '$2')]),
  )
}

function readExtra(file: string, decrypted: Decrypted): string {
  let content: Buffer
  try {
    content = readFileSync(file)
  } catch (cause) {
    throw new UsageError(`-e @${file}: the file cannot be read`, { cause })
  }
  return decrypted(content, file).toString('utf8')
}

function dictionary(text: string, given: string): Variables {
  const { data } = parseYaml(text, given)
  const variables = byName(data)
  if (variables !== undefined) return variables
  throw new UsageError(`-e ${given} holds no variables; write key=value, JSON or @file`)
}
