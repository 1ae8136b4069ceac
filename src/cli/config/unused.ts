import { basename } from 'node:path'
import { distance } from 'fastest-levenshtein'
import { didYouMean } from '../../core/suggest.ts'
import type { IniEntry } from './ini.ts'
import { ACCEPTED, OTHER_SECTIONS, UNSUPPORTED } from './others.ts'
import { SETTINGS, type Setting } from './settings.ts'

const TABLE: readonly Setting[] = Object.values(SETTINGS)

/**
 * What is set and has no effect, each named once: names that Ansible does not know either, names that it knows and
 * this does not, and variables of the environment that are one of ours but for a letter or two.
 */
export function noteUnused(
  entries: readonly IniEntry[],
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const name = file === undefined ? '' : basename(file)
  const notes = entries.flatMap((entry) => noteOn(entry) ?? []).map((note) => `${name}: ${note}`)
  return [...new Set([...notes, ...misspeltVariables(env)])]
}

function noteOn({ section, key, line }: IniEntry): string | undefined {
  if (OTHER_SECTIONS.test(section)) return undefined
  const sections = [...new Set([...Object.keys(ACCEPTED), ...Object.keys(UNSUPPORTED), 'defaults'])]
  if (!sections.includes(section)) return `unknown section [${section}]${didYouMean(section, sections)}`
  const used = TABLE.flatMap(({ ini }) => ini)
    .filter((place) => place.startsWith(`${section}.`))
    .map((place) => place.slice(section.length + 1))
  if (used.includes(key) || ACCEPTED[section]?.includes(key)) return undefined
  if (UNSUPPORTED[section]?.includes(key)) return `${key} in [${section}] has no effect here (line ${line})`
  const known = [...used, ...(ACCEPTED[section] ?? [])]
  const elsewhere = [...Object.keys(ACCEPTED)].find((other) => other !== section && knows(other, key))
  const meant = elsewhere === undefined ? didYouMean(key, known) : `; it belongs in [${elsewhere}]`
  return `unknown setting ${key} in [${section}] (line ${line})${meant}`
}

function knows(section: string, key: string): boolean {
  return (
    TABLE.some(({ ini }) => ini.includes(`${section}.${key}`)) || ACCEPTED[section]?.includes(key) === true
  )
}

function misspeltVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const ours = TABLE.flatMap((setting) => setting.env)
  const accepted = Object.values(ACCEPTED).flat()
  return Object.keys(env)
    .filter((name) => name.startsWith('ANSIBLE_') && name !== 'ANSIBLE_CONFIG' && !ours.includes(name))
    .filter((name) => !accepted.includes(name.slice('ANSIBLE_'.length).toLowerCase()))
    .flatMap((name) => {
      const near = ours.find((one) => distance(one, name) <= 2)
      return near === undefined ? [] : [`unknown variable ${name}; did you mean '${near}'?`]
    })
}
