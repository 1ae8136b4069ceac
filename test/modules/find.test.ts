import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { find } from '../../src/modules/find.ts'
import { grepOf, matchGlob, parseAge, parseSize } from '../../src/modules/shared/find/match.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { FIND_CASES } from './cases/find.ts'
import { pathState } from './states.ts'

const test = suite('modules/find')

for (const [glob, name, wanted] of [
  ['*', '.hidden', true],
  ['*.log', 'a.log', true],
  ['*.log', 'a.log.1', false],
  ['a?c', 'abc', true],
  ['[ab]*', 'bcd', true],
  ['[!ab]*', 'bcd', false],
  ['a[', 'a[', true],
  ['a.c', 'abc', false],
  ['*', 'a\nb', true],
  ['?', '€', true],
] as const) {
  test(`${JSON.stringify(name)} ${wanted ? 'is' : 'is not'} a name for ${glob}`, () => {
    assert.is(matchGlob(glob)(name), wanted)
  })
}

test('ages and sizes have units', () => {
  assert.equal(['90', '2m', '-1h', '1d', '1W'].map(parseAge), [90, 120, -3600, 86_400, 604_800])
  assert.equal(['90', '2b', '-1k', '1m', '1G', '1t'].map(parseSize), [
    90,
    2,
    -1024,
    2 ** 20,
    2 ** 30,
    2 ** 40,
  ])
  assert.throws(() => parseAge('1y'), /failed to process age/)
  assert.throws(() => parseSize('big'), /failed to process size/)
})

test('grep gets what it reads as Python does, and nothing else', () => {
  assert.is(grepOf('needle.*'), '^(needle.*)')
  assert.is(grepOf('a\\.b+'), '^(a\\.b+)')
  for (const other of ['\\d', '(?:a)', 'a|b', 'a+?', '[a]', 'a{2}', 'é', '(a)\\1', '*a']) {
    assert.is(grepOf(other), undefined, other)
  }
})

const entry = (path: string, own = {}) => ({ path: `/d/${path}`, state: pathState(own) })
const WALKED = {
  now: 1_000_000,
  walked: [
    {
      path: '/d',
      problem: '',
      entries: [
        entry('a.log', { size: 4, mode: 0o600, mtime: 999_999, atime: 0 }),
        entry('b.txt', { size: 10, mode: 0o644, mtime: 990_000 }),
        entry('.h', { size: 1, mtime: 0, ctime: 999_999 }),
        entry('sub', { type: 'directory', mode: 0o755 }),
        entry('sub/c.log', { size: 2, mode: 0o444 }),
        entry('sub/deep/e', { type: 'link' }),
      ],
    },
  ],
}

for (const [args, names] of [
  [{}, ['a.log', 'b.txt', 'sub/c.log']],
  [{ hidden: true, size: '-1' }, ['.h']],
  [{ patterns: ['*.log'] }, ['a.log', 'sub/c.log']],
  [{ patterns: '*', excludes: '[ab].*' }, ['sub/c.log']],
  [{ patterns: '[ab]\\.(log|txt)$', use_regex: true }, ['a.log', 'b.txt']],
  [{ patterns: 'log', use_regex: true }, []],
  [{ excludes: '.*log', use_regex: true }, ['b.txt']],
  [{ file_type: 'directory', size: '99' }, ['sub']],
  [{ file_type: 'link', recurse: true }, ['sub/deep/e']],
  [{ file_type: 'any', recurse: true, depth: 2 }, ['a.log', 'b.txt', 'sub', 'sub/c.log']],
  [{ recurse: true, depth: 1 }, ['a.log', 'b.txt']],
  [{ age: '1h' }, ['b.txt', 'sub/c.log']],
  [{ age: '-1h' }, ['a.log']],
  [{ age: '1w', age_stamp: 'atime' }, ['a.log', 'b.txt', 'sub/c.log']],
  [{ age: '-1h', age_stamp: 'ctime', hidden: true }, ['.h']],
  [{ size: '4b' }, ['a.log', 'b.txt']],
  [{ size: '-1k', mode: '0600' }, ['a.log']],
  [{ mode: 'g+r', exact_mode: false }, ['b.txt', 'sub/c.log']],
  [{ mode: 'u+r,g+r,o+r' }, ['sub/c.log']],
  [{ limit: 1 }, ['a.log']],
] as const) {
  test(`${JSON.stringify(args)} finds ${names.join(', ') || 'nothing'}, and changes nothing`, () => {
    const { changes, steps, result } = planOf(find, { paths: '/d', ...args }, WALKED)
    const files = result?.files as readonly { readonly path: string }[]
    assert.equal(
      files.map(({ path }) => path),
      names.map((name) => `/d/${name}`),
    )
    assert.equal([changes, steps, result?.matched, result?.examined], [[], [], names.length, 6])
  })
}

test('a path must be named', () => {
  assert.throws(() => checkedArguments(find, { patterns: '*' }), /paths/)
})

tryCases(test, find, FIND_CASES)

test.run()
