import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, nothing, type Plan } from '../core/module.ts'
import { lines, operands, type Script, sh } from '../core/quote.ts'

const ARGS = {
  database: { type: 'str', required: true, doc: 'The database to ask: passwd, group, hosts, services, …' },
  key: { type: 'str', doc: 'The entry to ask for; without it all are given' },
  service: { type: 'str', doc: 'The service to ask, whatever nsswitch.conf says' },
  split: {
    type: 'str',
    doc: 'What stands between the fields; default: a colon or blanks, as the database has it',
  },
  fail_key: { type: 'bool', default: true, doc: 'Whether an entry that is missing is a failure' },
} as const satisfies ArgumentSpecs

/** What getent(1) gave. */
export interface Answer {
  readonly code: number
  readonly text: string
}

/** Databases whose fields have colons between them. */
const COLONS = ['passwd', 'shadow', 'group', 'gshadow']

/** What exit codes of getent(1) mean. */
const FAILURES: Readonly<Record<number, string>> = {
  1: 'Missing arguments, or database unknown.',
  2: 'One or more supplied key could not be found in the database.',
  3: 'Enumeration not supported on this database.',
  127: 'getent: the target has no getent, and the database is none of the files passwd, group, shadow and gshadow',
}

/**
 * Read entries of a database of the operating system, as facts.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/getent_module.html
 *
 * @example
 * { getent: { database: 'passwd', key: 'root' } }
 */
export const getent = defineModule({
  name: 'getent',
  doc: 'Read entries of a database of the operating system, as facts',
  args: ARGS,
  probe: probeEntries,
  parse: ({ text }) => parseAnswer(text),
  plan: (args, answer) => planFacts(args, answer),
})

function probeEntries({ database, key, service }: Args<typeof ARGS>): Script {
  const asked = operands(database, ...(key === undefined ? [] : [key]))
  const override = service === undefined ? [] : ['-s', service]
  return lines(
    sh`if command -v getent >/dev/null 2>&1; then getent ${override} ${asked}; r=$?`,
    COLONS.includes(database) ? sh`else ${readFile(database, key)}` : sh`else r=127`,
    sh`fi; printf '\n%s\n' "$r"`,
  )
}

// Where there is no getent there are no other sources than the files either.
function readFile(database: string, key: string | undefined): Script {
  const file = `/etc/${database}`
  if (key === undefined) return sh`cat ${file}; r=$?`
  const word = key.replace(/[^\w-]/g, '\\$&')
  const number = database === 'passwd' || database === 'group' ? `|^[^:]*:[^:]*:${word}:` : ''
  return sh`grep -E ${`^${word}:${number}`} ${file} || false; r=$?; [ $r -ne 1 ] || r=2`
}

/** Reads what the probe printed: entries, and the exit code on the last line. */
export function parseAnswer(text: string): Answer {
  const [, entries = '', code = '1'] = /^([\s\S]*)\n(\d+)\n$/.exec(text) ?? []
  return { code: Number(code), text: entries }
}

function planFacts({ database, key, split, fail_key }: Args<typeof ARGS>, { code, text }: Answer): Plan {
  const name = `getent_${database}`
  if (code === 0) {
    const separator = split ?? (COLONS.includes(database) ? ':' : undefined)
    return nothing({ ansible_facts: { [name]: parseEntries(text, separator) } })
  }
  const msg = FAILURES[code] ?? 'Unexpected failure!'
  if (code !== 2 || fail_key) return { ...nothing(), failed: msg }
  return nothing({ ansible_facts: { [name]: { [key ?? '']: null } }, msg })
}

/** Entries by their first field; one that is there several times is a list of lists. */
export function parseEntries(text: string, separator: string | undefined): Readonly<Record<string, unknown>> {
  const entries = new Map<string, string[][]>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [name = '', ...fields] = separator === undefined ? line.trim().split(/\s+/) : line.split(separator)
    entries.set(name, [...(entries.get(name) ?? []), fields])
  }
  return Object.fromEntries(
    [...entries].map(([name, found]) => [name, found.length === 1 ? found[0] : found]),
  )
}
