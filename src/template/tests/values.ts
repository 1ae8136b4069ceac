import { lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { contains, truth } from '../../core/values/compare.ts'
import { itemsOf } from '../../core/values/dicts.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { Membership } from '../python/membership.ts'
import { matches, pythonRegex } from '../python/regex.ts'
import { type TestTable, test } from './define.ts'
import { compareVersions } from './versions.ts'

const regexTest = (fixed?: string) =>
  test(
    fixed === undefined ? 'pattern ignorecase multiline match_type' : 'pattern ignorecase multiline',
    (value, args) => {
      const [pattern = '', ignorecase, multiline, how = 'search'] = args
      const regex = pythonRegex(text(pattern, 'pattern'), {
        ignorecase: truth(ignorecase),
        multiline: truth(multiline),
      })
      return matches(regex, str(value), fixed ?? text(how, 'match_type'))
    },
  )

const version = test('version! operator strict version_type', (value, [
  other,
  operator = 'eq',
  strict,
  type,
]) => {
  const isGiven = (one: unknown) => one !== undefined && one !== null
  if (isGiven(strict) && isGiven(type))
    throw new EvaluationError('version: strict and version_type cannot be given both')
  const scheme =
    type === undefined || type === null ? (truth(strict ?? false) ? 'strict' : 'loose') : str(type)
  return compareVersions(str(value), str(other), str(operator), scheme)
})

const subset = test('superset!', (value, [all]) => isWithin(itemsOf(value), itemsOf(all)))
const superset = test('subset!', (value, [part]) => isWithin(itemsOf(part), itemsOf(value)))

function isWithin(part: readonly unknown[], all: readonly unknown[]): boolean {
  const known = new Membership(all)
  return part.every((one) => known.has(one))
}

type Stats = ReturnType<typeof lstatSync>

const stats = (check: (stats: NonNullable<Stats>) => boolean, look: (path: string) => Stats = follow) =>
  test('', (value) => {
    const found = look(text(value, 'path'))
    return found !== undefined && check(found)
  })

function follow(path: string): Stats {
  return statSync(path, { throwIfNoEntry: false })
}

function noFollow(path: string): Stats {
  return lstatSync(path, { throwIfNoEntry: false })
}

const file = stats((one) => one.isFile())
const directory = stats((one) => one.isDirectory())
const link = stats((one) => one.isSymbolicLink(), noFollow)
const absolute = test('', (value) => isAbsolute(text(value, 'path')))
const same = test('other!', (value, [other]) =>
  realpathSync(text(value, 'path')) === realpathSync(text(other, 'path')))
const mount = test('', (value) => {
  const path = text(value, 'path')
  const [own, parent] = [follow(path), follow(dirname(path))]
  return own !== undefined && parent !== undefined && (own.dev !== parent.dev || own.ino === parent.ino)
})

/** The scheme of an address, when it is one of those asked for and the rest has what it needs. */
const address = (rest: RegExp) =>
  test('schemes', (value, [schemes]) => {
    const [, scheme = '', body = ''] = /^(?:([A-Za-z][\w+.-]*):)?(.*)$/s.exec(str(value)) ?? []
    return (
      rest.test(`${scheme}:${body}`) &&
      (schemes === undefined || schemes === null || contains(schemes, scheme))
    )
  })

/** Ansible's tests of text, versions, lists and files of the controller. */
export const valueTests: TestTable = {
  match: regexTest('match'),
  search: regexTest('search'),
  regex: regexTest(),
  version,
  version_compare: version,
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  file,
  is_file: file,
  directory,
  is_dir: directory,
  link,
  is_link: link,
  exists: stats(() => true),
  link_exists: stats(() => true, noFollow),
  abs: absolute,
  is_abs: absolute,
  same_file: same,
  is_same_file: same,
  mount,
  is_mount: mount,
  uri: address(/^/),
  url: address(/^[^:]+:\/\/[^/]/),
  urn: address(/^urn:[^:]+:./),
  vault_encrypted: test('', (value) => str(value).startsWith('$ANSIBLE_VAULT;')),
}
