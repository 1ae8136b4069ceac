import { compare } from '../../core/values/compare.ts'
import { EvaluationError } from '../../core/values/types.ts'

type Parts = readonly unknown[]

/** Runs of digits and letters, compared as numbers and text: Python's LooseVersion. */
function loose(version: string): Parts {
  return version
    .split(/(\d+|[a-z]+|\.)/)
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

function strict(version: string): Parts {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version)
  if (match === null) throw new EvaluationError(`invalid version number '${version}'`)
  const [, major, minor, patch = '0', stage, number] = match
  return [
    Number(major),
    Number(minor),
    Number(patch),
    stage === undefined ? 1 : 0,
    stage ?? '',
    Number(number ?? 0),
  ]
}

/** Semantic Versioning 2.0.0, point 11. */
function semantic(version: string): Parts {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([\da-zA-Z.-]+))?(?:\+[\da-zA-Z.-]+)?$/.exec(version)
  if (match === null) throw new EvaluationError(`invalid semantic version '${version}'`)
  const [, major, minor, patch, pre] = match
  const stages =
    pre?.split('.').map((part) => (/^\d+$/.test(part) ? [0, Number(part), ''] : [1, 0, part])) ?? []
  return [Number(major), Number(minor), Number(patch), pre === undefined ? 1 : 0, stages]
}

const stages: Readonly<Record<string, number>> = {
  dev: -4,
  a: -3,
  alpha: -3,
  b: -2,
  beta: -2,
  c: -1,
  rc: -1,
  pre: -1,
  preview: -1,
}

/** PEP 440, as far as versions of packages go: epoch, release, pre, post and dev. */
function pep440(version: string): Parts {
  const match =
    /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:[-_.]?(?:post|rev|r)[-_.]?(\d*)|-(\d+))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+(.+))?$/i.exec(
      version.trim(),
    )
  if (match === null) throw new EvaluationError(`invalid version '${version}'`)
  const [, epoch = '0', release = '', stage, stageNumber, post, implicitPost, dev, local] = match
  const numbers = release
    .replace(/(\.0+)+$/, '')
    .split('.')
    .map(Number)
  const postNumber = post ?? implicitPost
  const first =
    stage === undefined
      ? postNumber === undefined && dev !== undefined
        ? -4
        : 0
      : (stages[stage.toLowerCase()] ?? 0)
  return [
    Number(epoch),
    numbers,
    first,
    Number(stageNumber ?? 0),
    postNumber === undefined ? -1 : Number(postNumber),
    dev === undefined ? 1 : 0,
    Number(dev ?? 0),
    loose(local ?? ''),
  ]
}

const readers: Readonly<Record<string, (version: string) => Parts>> = {
  loose,
  strict,
  semver: semantic,
  semantic,
  pep440,
}

const operators: Readonly<Record<string, (order: number) => boolean>> = Object.fromEntries(
  (
    [
      [['==', '=', 'eq'], (order) => order === 0],
      [['!=', '<>', 'ne'], (order) => order !== 0],
      [['<', 'lt'], (order) => order < 0],
      [['<=', 'le'], (order) => order <= 0],
      [['>', 'gt'], (order) => order > 0],
      [['>=', 'ge'], (order) => order >= 0],
    ] as [string[], (order: number) => boolean][]
  ).flatMap(([names, check]) => names.map((name) => [name, check] as const)),
)

/** Compares two versions by the rules of a scheme: loose (the default), strict, semver or pep440. */
export function compareVersions(left: string, right: string, operator: string, scheme: string): boolean {
  const check = Object.hasOwn(operators, operator) ? operators[operator] : undefined
  if (check === undefined) {
    throw new EvaluationError(
      `Invalid operator type (${operator}). Must be one of ${Object.keys(operators).join(', ')}`,
    )
  }
  const read = Object.hasOwn(readers, scheme) ? readers[scheme] : undefined
  if (read === undefined)
    throw new EvaluationError(
      `Invalid version type (${scheme}). Must be one of ${Object.keys(readers).join(', ')}`,
    )
  if (left === '') throw new EvaluationError('Input version value cannot be empty')
  if (right === '') throw new EvaluationError('Version parameter to compare against cannot be empty')
  return check(compare(read(left), read(right)))
}
