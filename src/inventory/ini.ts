import { ArgumentError, InventoryError } from '../core/errors.ts'
import type { Location } from '../core/location.ts'
import { shellWords } from '../core/shell-words.ts'
import { SLICE, type Sliced } from '../core/slices.ts'
import { didYouMean } from '../core/suggest.ts'
import { pythonLiteral } from '../core/values/python-literal.ts'
import { addChild, addGroup, addHost, type Draft, setGroupVariable } from './draft.ts'
import { hostsOf } from './tree.ts'

type Section = 'hosts' | 'vars' | 'children'

interface Line {
  readonly text: string
  readonly group: string
  readonly at: Location
}

interface FileLine {
  readonly section: Section
  readonly group: string
  readonly text?: string
  readonly at: Location
}

const SECTION = /^\[([^\]]*)\]\s*(?:#.*)?$/
const KINDS: readonly string[] = ['hosts', 'vars', 'children']

/**
 * Adds an INI inventory to a draft: `[group]`, `[group:children]`, `[group:vars]`, and host lines
 * `name[1:3]:port key=value …`; lines before the first section are hosts without a group.
 * Groups may be declared after the section that refers to them (Ansible docs: 'ini inventory source').
 * @throws InventoryError with the line
 */
export function* addIni(draft: Draft, text: string, file: string): Sliced<void> {
  const lines = yield* sections(text, file)
  const declared = new Set(['all', 'ungrouped'])
  for (const { section, group, text: line } of lines) {
    if (section !== 'vars') declared.add(group)
    if (section !== 'vars' && line === undefined) addGroup(draft, group)
  }
  const refer = (name: string, at: Location): void => {
    if (declared.has(name) || draft.groups.has(name)) return
    throw new InventoryError(`group '${name}' is not declared${didYouMean(name, declared)}`, {
      at,
      hint: `declare it with a section [${name}]`,
    })
  }
  for (const [index, { section, group, text: line, at }] of lines.entries()) {
    if (index % SLICE === SLICE - 1) yield
    if (section === 'vars') refer(group, at)
    if (line !== undefined) ADD[section](draft, { text: line, group, at }, refer)
  }
}

type Refer = (name: string, at: Location) => void

const ADD: Readonly<Record<Section, (draft: Draft, line: Line, refer: Refer) => void>> = {
  hosts: addHostLine,
  children: (draft, { text, group, at }, refer) => {
    const child = text.replace(/\s*#.*$/, '')
    refer(child, at)
    addChild(draft, group, child, at)
  },
  vars: (draft, { text, group, at }) => {
    const [name, value] = assignment(text, at)
    setGroupVariable(draft, group, name, pythonLiteral(value))
  },
}

function addHostLine(draft: Draft, { text, group, at }: Line): void {
  const [pattern = '', ...assignments] = words(text, at)
  const { names, port } = hostsOf(pattern, () => at)
  const variables = assignments.map((word) => assignment(word, at))
  for (const name of names) {
    const host = addHost(draft, name, group, at.file)
    if (port !== undefined) host.vars.set('ansible_port', port)
    for (const [key, value] of variables) host.vars.set(key, pythonLiteral(value))
  }
}

function assignment(text: string, at: Location): [name: string, value: string] {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(equals, 0)).trim()
  if (name === '' || name === '__proto__') {
    throw new InventoryError(`expected key=value, found '${text}'`, {
      at,
      hint: 'one host per line; put quotes round a value with spaces',
    })
  }
  return [name, text.slice(equals + 1).trim()]
}

function words(text: string, at: Location): readonly string[] {
  try {
    return shellWords(text, { comments: true })
  } catch (cause) {
    if (cause instanceof ArgumentError) throw new InventoryError(cause.message, { at, cause })
    throw cause
  }
}

/** The file's lines with the section each is in; a section itself is a line without text. */
function* sections(text: string, file: string): Sliced<readonly FileLine[]> {
  let current: { group: string; section: Section } = { group: 'ungrouped', section: 'hosts' }
  const lines: FileLine[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (index % SLICE === SLICE - 1) yield
    const line = raw.trim()
    const at = { file, line: index + 1 }
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const header = line.startsWith('[') ? SECTION.exec(line)?.[1] : undefined
    // `[2001:db8::1]:22` is a host, not a section.
    if (header === undefined && (!line.startsWith('[') || /^\[[^\]]*\]:\d/.test(line))) {
      lines.push({ ...current, text: line, at })
      continue
    }
    if (header === undefined)
      throw new InventoryError(`'${line}' is not a section`, { at, hint: 'write [group]' })
    current = sectionOf(header, at)
    lines.push({ ...current, at })
  }
  return lines
}

function sectionOf(header: string, at: Location): { group: string; section: Section } {
  const [group = '', kind = 'hosts', ...rest] = header.split(':').map((part) => part.trim())
  if (group === '' || rest.length > 0 || !KINDS.includes(kind)) {
    const meant = didYouMean(kind, KINDS)
    throw new InventoryError(`section [${header}] is not a group, group:vars or group:children${meant}`, {
      at,
    })
  }
  return { group, section: kind as Section }
}
