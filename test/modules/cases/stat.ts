import type { ModuleCase } from '../../helpers/module-cases.ts'

/** Fields of the result's `stat`, to compare with others of their names. */
const told =
  (wanted: Readonly<Record<string, unknown>>) =>
  (stat: unknown): readonly [unknown, unknown] => {
    const found = stat as Readonly<Record<string, unknown>>
    return [Object.fromEntries(Object.keys(wanted).map((name) => [name, found[name]])), wanted]
  }

/** What stat tells of a real host. */
export const STAT_CASES: readonly ModuleCase[] = [
  {
    name: 'a file with an odd name and two names',
    before: `printf 'hello\\n' >"-o'dd é"; chmod 640 -- "./-o'dd é"; ln -- "./-o'dd é" other`,
    args: (folder) => ({ path: `${folder}/-o'dd é` }),
    changed: false,
    result: () => ({
      stat: told({
        exists: true,
        isreg: true,
        isdir: false,
        islnk: false,
        mode: '0640',
        nlink: 2,
        size: 6,
        rgrp: true,
        woth: false,
        checksum: 'f572d396fae9206628714fb2ce00f72e94f2258f',
      }),
    }),
  },
  {
    name: 'another checksum',
    before: `printf 'hello\\n' >a`,
    args: (folder) => ({ path: `${folder}/a`, checksum_algorithm: 'md5' }),
    changed: false,
    result: () => ({ stat: told({ checksum: 'b1946ac92492d2347c6235b4d2611184' }) }),
  },
  {
    name: 'a link is looked at, or what it leads to',
    before: 'mkdir d; ln -s d link',
    args: (folder) => ({ path: `${folder}/link` }),
    changed: false,
    result: (folder) => ({
      stat: told({ islnk: true, isdir: false, lnk_target: 'd', lnk_source: `${folder}/d` }),
    }),
  },
  {
    name: 'what a link leads to',
    before: 'mkdir d; ln -s d link',
    args: (folder) => ({ path: `${folder}/link`, follow: true }),
    changed: false,
    result: () => ({ stat: told({ islnk: false, isdir: true }) }),
  },
  {
    name: 'nothing',
    args: (folder) => ({ path: `${folder}/none/below` }),
    changed: false,
    result: () => ({ stat: (stat: unknown) => [stat, { exists: false }] }),
  },
]
