import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coreFor } from './program.ts'
import { splitWords } from './split-words.ts'

/** The folder of this suite. */
export const HERE = dirname(fileURLToPath(import.meta.url))

/** The hosts of every playbook here: four names for this machine. */
export const INVENTORY = join(HERE, 'inventory')

/** A playbook of this suite, and the command lines it is run with. */
export interface Case {
  /** `topic/name`. */
  readonly name: string
  readonly file: string
  readonly recorded: string
  readonly runs: readonly (readonly string[])[]
  /** The ansible-core it is recorded with, where that is not the usual one. */
  readonly core: string | undefined
}

/** All playbooks: the YAML files that stand directly in a topic's folder. `# run: …` lines hold their command lines. */
export function findCases(): readonly Case[] {
  const topics = readdirSync(HERE, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'inventory' && entry.name !== 'host',
  )
  return topics
    .map((topic) => topic.name)
    .sort()
    .flatMap((topic) => {
      const files = readdirSync(join(HERE, topic)).filter((name) => name.endsWith('.yml'))
      return files.sort().map((name) => caseOf(`${topic}/${name.replace(/\.yml$/, '')}`))
    })
}

function caseOf(name: string): Case {
  const file = join(HERE, `${name}.yml`)
  const text = readFileSync(file, 'utf8')
  const lines = [...text.matchAll(/^# run:(.*)$/gm)]
  return {
    name,
    file,
    recorded: join(HERE, `${name}.json`),
    core: coreFor(text),
    runs: lines.length === 0 ? [[]] : lines.map(([, words = '']) => splitWords(words)),
  }
}
