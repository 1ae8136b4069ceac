import { isDictionary } from '../core/values/dictionary.ts'
import { readFreeForm } from '../modules/commands/free-form.ts'
import { listOf } from './inherit.ts'
import { variablesOf } from './keywords.ts'
import type { NormalTask } from './normalize.ts'
import { readPairs } from './pairs.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Brings `include`, the older word, into today's: an import where the file is known before the run and nothing around it
 * is included, and else an include, as Ansible reads it. What stands behind the file are variables.
 */
export function withoutOldInclude(task: NormalTask, { below }: Pick<Surroundings, 'below'>): NormalTask {
  if (task.raw.include === undefined) return task
  const { include, args, ...raw } = task.raw
  const { file, ...given } = partsOf(include, args)
  const looped = raw.loop !== undefined || task.loopWith !== undefined
  const isKnown = below !== true && !looped && !String(file).includes('{{')
  const vars = variablesOf(raw.vars)
  return {
    ...task,
    // As in Ansible the keyword's are as strong as those of an include, and those behind the file as a task's own.
    ...(isKnown && vars !== undefined ? { includeParams: vars } : {}),
    raw: {
      ...raw,
      ...(Object.keys(given).length === 0 ? {} : { vars: { ...vars, ...given } }),
      // As in Ansible one that is no import runs whatever tags are asked for; what it brings has its own.
      ...(isKnown ? {} : { tags: [...listOf(raw.tags), 'always'] }),
      [isKnown ? 'import_tasks' : 'include_tasks']: { file },
    },
  }
}

function partsOf(include: unknown, args: unknown): Readonly<Record<string, unknown>> {
  const more = isDictionary(args) ? args : {}
  if (isDictionary(include)) return { ...more, ...include }
  const text = String(include ?? '')
  const names = [...text.matchAll(/\s(\w+)=/g)].map(([, name = '']) => name)
  const { command: file } = readFreeForm(text, names)
  return { ...more, ...readPairs(text.replace(file, '')), file }
}
