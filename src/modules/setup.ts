import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { lines, Script } from '../core/quote.ts'
import type { Variables } from '../core/scope.ts'
import { parseLocal, probeLocal } from './facts/local.ts'
import { readSource } from './facts/source.ts'
import { chooseTopics } from './facts/topics.ts'
import { fnmatch } from './packages/fnmatch.ts'

const ARGS = {
  gather_subset: {
    type: 'list',
    elements: 'str',
    default: ['all'],
    doc: 'What to gather: all, min, hardware, network, virtual, …; with ! before it, what not to',
  },
  filter: {
    type: 'list',
    elements: 'str',
    default: [],
    doc: 'Only facts whose names match one of these patterns',
  },
  fact_path: { type: 'path', default: '/etc/ansible/facts.d', doc: 'Folder of local facts: *.fact' },
  gather_timeout: {
    type: 'int',
    default: 10,
    doc: 'Accepted: what may hang has bounds of its own',
  },
} as const satisfies ArgumentSpecs

/**
 * Gather facts of the target, in one round trip.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/setup_module.html
 *
 * @example
 * { setup: { gather_subset: ['!all', 'network'] } }
 */
export const setup = defineModule({
  name: 'setup',
  doc: 'Gather facts of the target',
  args: ARGS,
  probe: probeFacts,
  parse: ({ text }, args) => parseFacts(text, args),
  plan: (_args, facts) => nothing({ ansible_facts: facts }),
})

/** One script for all topics: one `grep` prints all files, and each topic's own script follows. */
export function probeFacts({ gather_subset, fact_path }: Args<typeof ARGS>): Script {
  const { topics, local } = chooseTopics(gather_subset)
  const files = topics.flatMap((topic) => topic.files ?? [])
  const section = (name: string, script: Script) =>
    new Script(`printf '\\001${name}\\n'\n( ${script.text}\n) 2>/dev/null`)
  return lines(
    files.length === 0 ? undefined : new Script(`grep -s '' /dev/null ${files.join(' ')} 2>/dev/null`),
    ...(local ? [section('local', probeLocal(fact_path))] : []),
    ...topics.flatMap(({ name, script }) => (script === undefined ? [] : [section(name, script)])),
    new Script('true'),
  )
}

/** Reads what `probeFacts` printed into facts with Ansible's names. */
export function parseFacts(text: string, { gather_subset, filter }: Args<typeof ARGS>): Variables {
  const { topics, local } = chooseTopics(gather_subset)
  const source = readSource(text)
  const facts = Object.assign(
    {},
    ...topics.map((topic) => topic.parse(source)),
    local ? parseLocal(source.printed('local')) : {},
  ) as Record<string, unknown>
  const named = [
    ...Object.entries(facts).map(([name, value]) => [`ansible_${name}`, value] as const),
    ['gather_subset', gather_subset] as const,
    ['module_setup', true] as const,
  ]
  const patterns = filter.filter((pattern) => pattern !== '')
  const kept = named.filter(
    ([name]) =>
      patterns.length === 0 ||
      patterns.some((pattern) => fnmatch(name, pattern) || fnmatch(name, `ansible_${pattern}`)),
  )
  return Object.fromEntries(kept)
}
