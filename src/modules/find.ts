import type { Args } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { translatePythonRegex } from '../core/python-regex.ts'
import { describeState } from './shared/describe-state.ts'
import { resolveMode } from './shared/file-mode.ts'
import { atLeast, grepOf, matchGlob, matchStart, parseAge, parseSize } from './shared/find/match.ts'
import {
  type Entry,
  readWalk,
  shortPath,
  type Walked,
  type WalkRequest,
  walkProbe,
} from './shared/find/walk.ts'
import { baseName, hostPath } from './shared/path-state.ts'

const ARGS = {
  paths: {
    type: 'list',
    elements: 'path',
    required: true,
    aliases: ['name', 'path'],
    doc: 'The folders to look in',
  },
  patterns: {
    type: 'list',
    elements: 'str',
    default: [],
    aliases: ['pattern'],
    doc: 'Names to find: shell patterns, or regular expressions with use_regex',
  },
  excludes: { type: 'list', elements: 'str', aliases: ['exclude'], doc: 'Of those, names to leave out' },
  contains: { type: 'str', doc: 'A regular expression that a line of the file begins with' },
  read_whole_file: { type: 'bool', default: false, doc: 'Search for contains in the file as one text' },
  file_type: {
    type: 'str',
    choices: ['any', 'directory', 'file', 'link'],
    default: 'file',
    doc: 'What to find',
  },
  age: { type: 'str', doc: 'At least that old (or that new at most when negative): 30, 5m, 2h, -1d, 3w' },
  age_stamp: {
    type: 'str',
    choices: ['atime', 'ctime', 'mtime'],
    default: 'mtime',
    doc: 'Which time the age counts from',
  },
  size: { type: 'str', doc: 'At least that large (or at most when negative): 100, 4k, -10m, 1g' },
  recurse: { type: 'bool', default: false, doc: 'Look in folders below as well' },
  depth: { type: 'int', doc: 'How deep, with recurse' },
  hidden: { type: 'bool', default: false, doc: 'Find names that begin with a dot too' },
  follow: { type: 'bool', default: false, doc: 'Go into folders that symbolic links lead to' },
  get_checksum: { type: 'bool', default: false, doc: 'Give the checksums of files' },
  checksum_algorithm: {
    type: 'str',
    choices: ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
    default: 'sha1',
    aliases: ['checksum', 'checksum_algo'],
    doc: 'Which checksum',
  },
  use_regex: { type: 'bool', default: false, doc: 'patterns and excludes are regular expressions' },
  mode: { type: 'mode', doc: 'The permissions they have, octal or symbolic' },
  exact_mode: { type: 'bool', default: true, doc: 'Exactly those, and not one of them' },
  limit: { type: 'int', doc: 'Stop after so many' },
} as const
type FindArgs = Args<typeof ARGS>

/**
 * Find files, folders or links on the target by name, age, size, mode and content.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/find_module.html
 *
 * @example
 * { find: { paths: '/var/log', patterns: '*.log.*', age: '4w', recurse: true }, register: 'old' }
 */
export const find = defineModule({
  name: 'find',
  doc: 'Find files on the target',
  args: ARGS,
  probe: (args, { target }) => walkProbe(request(args, target.userland)),
  parse: ({ bytes }, args, { target }) => readWalk(bytes, request(args, target.userland)),
  plan(args, { walked, now }) {
    const wanted = filterOf(args, now)
    const found = walked.flatMap(({ entries }) => entries.filter(wanted))
    const files = found.slice(0, args.limit).map(({ path, state }) => ({
      path,
      ...describeState(state),
      ...(args.get_checksum &&
        state.type === 'file' &&
        args.file_type !== 'link' && { checksum: state.checksum }),
    }))
    const problems = walked.filter(({ problem }) => problem !== '')
    const msg =
      problems.length === 0 ? 'All paths examined' : 'Not all paths examined, check warnings for details'
    return nothing({
      files,
      msg,
      matched: files.length,
      examined: walked.reduce((sum, { entries }) => sum + entries.length, 0),
      skipped_paths: Object.fromEntries(problems.map(({ path, problem }) => [path, problem])),
      ...(problems.length > 0 && { warnings: problems.map(warning) }),
    })
  },
})

function warning({ path, problem }: Walked): string {
  return `Skipped '${path}' path due to this access issue: ${problem}`
}

function request(args: FindArgs, userland: string): WalkRequest {
  const { contains, read_whole_file, patterns, use_regex, depth } = args
  const reads = contains !== undefined && args.file_type === 'file'
  return {
    paths: args.paths,
    // Ansible counts what lies one folder deeper as examined, and finds nothing there.
    depth: args.recurse ? (depth === undefined || depth < 1 ? undefined : depth + 1) : 1,
    follow: args.follow,
    checksum: args.get_checksum ? args.checksum_algorithm : undefined,
    userland,
    content: reads
      ? { names: use_regex ? [] : patterns, grep: read_whole_file ? undefined : grepOf(contains) }
      : undefined,
  }
}

function filterOf(args: FindArgs, now: number): (entry: Entry) => boolean {
  const { file_type, age_stamp, hidden, exact_mode } = args
  const age = args.age === undefined ? undefined : parseAge(args.age)
  const size = args.size === undefined ? undefined : parseSize(args.size)
  const match = args.use_regex ? matchStart : matchGlob
  const names = args.patterns.map(match)
  const excluded = (args.excludes ?? []).map(match)
  const contains = contentFilter(args)
  const mode =
    args.mode === undefined ? undefined : resolveMode(args.mode, { mode: 0, directory: false, umask: 0 })
  const depth = depthFilter(args)
  return ({ path, state, content }) => {
    const name = baseName(path)
    const { type } = state
    if (name.startsWith('.') && !hidden) return false
    if (file_type !== 'any' && type !== file_type) return false
    if (names.length > 0 && !names.some((one) => one(name))) return false
    if (excluded.some((one) => one(name)) || !depth(path)) return false
    if (mode !== undefined && (exact_mode ? state.mode !== mode : (state.mode & mode) === 0)) return false
    if (!atLeast(now - state[age_stamp], age)) return false
    if (type === 'file' && !atLeast(state.size, size)) return false
    return file_type !== 'file' || contains(content ?? Buffer.alloc(0))
  }
}

function depthFilter({ paths, depth, recurse }: FindArgs): (path: string) => boolean {
  if (!recurse || depth === undefined || depth < 1) return () => true
  const tops = paths.map((path) => shortPath(hostPath(path)).replace(/\/$/, ''))
  return (path) =>
    tops.some((top) => path.startsWith(`${top}/`) && path.slice(top.length).split('/').length - 1 <= depth)
}

function contentFilter({ contains, read_whole_file }: FindArgs): (content: Buffer) => boolean {
  if (contains === undefined) return () => true
  if (read_whole_file) {
    const regex = translatePythonRegex(contains)
    return (content) => content.toString('utf8').search(regex) >= 0
  }
  if (grepOf(contains) !== undefined) return (content) => content.length > 0
  const match = matchStart(contains)
  return (content) =>
    content
      .toString('utf8')
      .split(/(?<=\n)/)
      .some(match)
}
