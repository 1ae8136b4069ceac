import { randomBytes } from 'node:crypto'
import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError, TaskError } from '../core/errors.ts'
import { hashName, type KnownHost, matches, parseKnownHosts } from '../core/known-hosts.ts'
import { defineModule, nothing } from '../core/module.ts'
import { statusFields } from './shared/attributes.ts'
import { destProbe, readDest } from './shared/dest.ts'
import { editRequest, planEdit, textOf } from './shared/edit-file.ts'
import { throughLink } from './shared/follow.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  name: {
    type: 'str',
    required: true,
    aliases: ['host'],
    doc: 'Name or address of the host; [name]:port for another port',
  },
  key: {
    type: 'str',
    doc: 'Its key as a line of known_hosts, name included; without it absent means all its keys',
  },
  path: { type: 'path', default: '~/.ssh/known_hosts', doc: 'The file' },
  hash_host: { type: 'bool', default: false, doc: 'Keep the name as a hash' },
  state: { type: 'str', choices: ['absent', 'present'], default: 'present', doc: 'Whether the key is there' },
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

/**
 * Keep the keys of hosts in a known_hosts file.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/known_hosts_module.html
 *
 * @example
 * { known_hosts: { name: 'git.example.org', key: 'git.example.org ssh-ed25519 AAAA…', path: '/etc/ssh/ssh_known_hosts' } }
 */
export const known_hosts = defineModule({
  name: 'known_hosts',
  doc: 'Keep the keys of hosts in a known_hosts file',
  args: ARGS,
  prepare: () => ({ salt: randomBytes(20) }),
  probe: ({ path }, { target }) => destProbe(editRequest(path, target.userland)),
  parse: ({ bytes }, { path }, { target }) => readDest(bytes, editRequest(path, target.userland)),
  plan(args, view, { diff, target, local }) {
    const { name, key, path, hash_host, state } = args
    const text = textOf(view)
    const edited = editHosts(args, text, local.salt)
    // This module of Ansible's tells it whether or not a diff is wanted, and whether or not there is one.
    const header = view.found === undefined ? '/dev/null' : path
    const shown = { before_header: header, after_header: path, before: text, after: edited }
    const result = { name, key: key ?? null, path, hash_host, state, diff: shown }
    const place = throughLink(view, path, target)
    // Every result of Ansible's that has a path tells what file that is.
    if (edited === text) return nothing({ ...result, ...(place.found && statusFields(place.found)) })
    return { ...planEdit(view, place, edited, { diff, report: true }), result }
  },
  finish: (outputs) => readWritten(outputs),
})

// Ansible's words, which playbooks compare with.
const LIST =
  'Comma separated list of names is not supported. Please pass a single name to lookup in the known_hosts file.'

const OTHER = 'Host parameter does not match hashed host field in supplied key'

/** A known_hosts file's text with a host's keys as wanted. @throws {ArgumentError} {TaskError} when the key is not that host's */
export function editHosts(
  args: Pick<Wanted, 'name' | 'key' | 'hash_host' | 'state'>,
  text: string,
  salt: Buffer,
): string {
  const name = args.name.toLowerCase()
  const entries = parseKnownHosts(text, '').filter(({ patterns }) => matches(patterns, name))
  const key = args.key === undefined || args.key.trim() === '' ? undefined : readKey(args.key, name)
  if (key === undefined) {
    if (args.state === 'present') throw new ArgumentError('known_hosts: state present needs a key')
    // Lines of authorities and of revoked keys are about more than this host, so ssh-keygen -R leaves them as well.
    return without(
      text,
      entries.filter(({ marker }) => marker === undefined),
    )
  }
  const wanted = args.hash_host ? { ...key, patterns: hashName(name, salt) } : key
  if (entries.some((entry) => isSame(entry, wanted))) {
    return args.state === 'present'
      ? text
      : without(
          text,
          entries.filter((entry) => isSame(entry, wanted)),
        )
  }
  // A host has one key of a type: another one takes its place, and under `absent` goes as well.
  const [rival] = entries.filter((entry) => isForOne(entry, key) && entry.key.type === key.key.type)
  const rest = rival === undefined ? text : without(text, [rival])
  if (args.state === 'absent') return rest
  const line = args.hash_host
    ? hashedLine(args.key ?? '', key.patterns, wanted.patterns)
    : (args.key ?? '').trim()
  return `${rest === '' || rest.endsWith('\n') ? rest : `${rest}\n`}${line}\n`
}

function readKey(text: string, name: string): KnownHost {
  if (name.includes(',')) throw new TaskError(LIST)
  const [entry] = parseKnownHosts(text, '')
  if (entry === undefined) {
    throw new ArgumentError(
      'known_hosts: key is no line of known_hosts: name, type and key, with blanks between',
    )
  }
  if (!matches(entry.patterns, name)) {
    throw new TaskError(OTHER)
  }
  return entry
}

/**
 * Whether an entry is only about the host of this key. Lines of authorities, of revoked keys, of patterns and of several
 * names hold for others as well: they stay when one host's key changes.
 */
function isForOne({ marker, patterns }: KnownHost, key: KnownHost): boolean {
  if (marker !== undefined || key.marker !== undefined) return false
  return !/[*?!,]/.test(patterns) || patterns === key.patterns
}

function isSame(a: KnownHost, b: KnownHost): boolean {
  const hashed = a.patterns.startsWith('|1|') && b.patterns.startsWith('|1|')
  return (
    (hashed || a.patterns === b.patterns) &&
    a.marker === b.marker &&
    a.key.type === b.key.type &&
    a.key.base64 === b.key.base64
  )
}

function hashedLine(key: string, plain: string, hashed: string): string {
  const words = key.trim().split(/\s+/)
  return words.map((word) => (word === plain ? hashed : word)).join(' ')
}

function without(text: string, entries: readonly KnownHost[]): string {
  const gone = new Set(entries.map(({ line }) => line))
  return gone.size === 0
    ? text
    : text
        .split('\n')
        .filter((_, index) => !gone.has(index + 1))
        .join('\n')
}
