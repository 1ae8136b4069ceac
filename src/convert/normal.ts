import { checkArguments } from '../core/check-arguments.ts'
import { COERCIONS } from '../core/coerce.ts'
import type { Module } from '../core/module.ts'
import { isDictionary } from '../core/values/dictionary.ts'
import { readFreeForm } from '../modules/commands/free-form.ts'
import { argumentsOf, isDeferred } from '../playbook/check-task.ts'
import { KEYWORDS, type KeywordType } from '../playbook/keywords.ts'
import { attempt, isWholeTemplate } from './fit.ts'
import { loopOf } from './loops.ts'
import { dataOf, treeOf } from './tree.ts'

/** A loaded task, block or the like as data that is equal where two of them do the same. */
export type Normal = Readonly<Record<string, unknown>>

// Where it was written, not what it does.
const PLACE = ['at', 'context', 'load', 'module']

const TYPES: Readonly<Record<string, KeywordType>> = { ...KEYWORDS.play, ...KEYWORDS.handler }

const COERCED: Readonly<Partial<Record<KeywordType, (value: unknown) => unknown>>> = {
  boolean: COERCIONS.bool,
  number: COERCIONS.float,
  text: COERCIONS.str,
}

/** Brings something loaded into the one form that both languages give: words such as `yes` read, defaults filled in. */
export function normalItem(item: Readonly<Record<string, unknown>>): Normal {
  const normal: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(item)) {
    if (PLACE.includes(key) || value === undefined || value === null) continue
    normal[key] = normalField(key, value)
  }
  const { module, args, loop_with } = item
  if (isModule(module)) {
    normal.action = module.name
    normal.args = normalArguments(module, args)
  }
  if (isDictionary(loop_with)) {
    const loop = loopOf(String(loop_with.lookup), treeOf(loop_with.terms))
    if (loop !== undefined) {
      delete normal.loop_with
      normal.loop = dataOf(loop)
    }
  }
  return item.action === 'include_tasks' ? { ...normal, loop: withoutEndings(normal.loop) } : normal
}

function normalField(key: string, value: unknown): unknown {
  if (['block', 'rescue', 'always'].includes(key) && Array.isArray(value)) return value.map(normalItem)
  if (key === 'options' && isDictionary(value)) return mapValues(value, withoutEnding)
  if (key === 'loop_control' && isDictionary(value)) {
    return mapValues(value, (one, name) => (name === 'pause' ? Number(one) : String(one)))
  }
  const coerce = COERCED[TYPES[key] ?? 'any']
  if (coerce !== undefined && !isDeferred(value)) return attempt(() => coerce(value)) ?? value
  return trimmed(value)
}

function isModule(value: unknown): value is Module {
  return isDictionary(value) && typeof value.plan === 'function'
}

function normalArguments(module: Module, args: unknown): unknown {
  const given = argumentsOf(module, args ?? {})
  if (typeof given === 'string') return args
  const { name, args: specs, rules, open } = module
  const checked = checkArguments(given, { module: name, specs, rules, open, deferred: isDeferred }).args
  const { _raw_params: text, ...rest } = mapValues(checked, trimmed)
  if (typeof text !== 'string') return rest
  const { command, parameters } = readFreeForm(text)
  return { ...rest, ...parameters, ...('cmd' in module.args ? { cmd: command } : { _raw_params: command }) }
}

// Blanks around a template that is one whole expression change nothing in what it gives.
function trimmed(value: unknown): unknown {
  return typeof value === 'string' && isWholeTemplate(value.trim()) ? value.trim() : value
}

function withoutEnding(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\.(ya?ml|ts)$/, '') : value
}

// The names that an include loops over; in templates too.
function withoutEndings(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\.(ya?ml|ts)(?=$|['"])/g, '')
  if (Array.isArray(value)) return value.map(withoutEndings)
  return isDictionary(value) ? mapValues(value, withoutEndings) : value
}

function mapValues(
  dict: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
) {
  return Object.fromEntries(Object.entries(dict).map(([key, value]) => [key, change(value, key)]))
}
