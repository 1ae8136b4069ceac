import type { Variables } from '../../../src/core/scope.ts'
import type { ModuleCase } from '../../helpers/module-cases.ts'

const TREE =
  'mkdir -p d/sub/deep d/.hid; printf 1234 >d/a.log; printf "x\\nneedle 1\\n" >d/b.txt; echo y >"d/-e \'q\n r"; echo z >d/sub/c.log; echo z >d/sub/deep/e.log; echo z >d/.h.log; echo z >d/.hid/i.log; ln -s b.txt d/l.log; chmod 600 d/a.log; touch -d "@1000000000" d/sub/c.log'

// Ansible gives files in the order of the folder; here they are compared without one.
function found(args: Readonly<Record<string, unknown>>, names: readonly string[], more: Variables = {}) {
  return {
    before: TREE,
    args: (folder: string) => ({ paths: [`${folder}/d`], ...args }),
    changed: false,
    result: (folder: string) => ({
      matched: names.length,
      ...more,
      files: listed(names.map((name) => `${folder}/d/${name}`)),
    }),
  }
}

/** Equal to a list of files with these paths, in any order. */
function listed(paths: readonly string[]) {
  return (files: unknown) => {
    const have = (files as readonly { path: string }[]).map(({ path }) => path)
    return [have.sort(), [...paths].sort()]
  }
}

/** What find finds on a real host. */
export const FIND_CASES: readonly ModuleCase[] = [
  {
    name: 'files of one folder',
    ...found({}, ['a.log', 'b.txt', "-e 'q\n r"], { examined: 7, msg: 'All paths examined' }),
  },
  {
    name: 'all below, in hidden folders too',
    ...found({ recurse: true, patterns: '*.log' }, ['a.log', '.hid/i.log', 'sub/c.log', 'sub/deep/e.log']),
  },
  {
    name: 'hidden ones down to a depth, of any kind',
    ...found({ recurse: true, depth: 2, patterns: '.*,*l.log,c*', hidden: true, file_type: 'any' }, [
      ...['.h.log', '.hid', 'l.log', 'sub/c.log'],
    ]),
  },
  { name: 'old ones by their mode', ...found({ recurse: true, age: '1w', mode: '0644' }, ['sub/c.log']) },
  { name: 'by a line, which grep finds', ...found({ contains: 'needle.*' }, ['b.txt']) },
  {
    name: 'by a line, where grep knows no such expression',
    ...found({ contains: '(?:ne)edle\\s\\d$' }, ['b.txt']),
  },
  {
    name: 'by the whole text, of some',
    ...found({ contains: 'x\\nneed', read_whole_file: true, patterns: '[a-c].*' }, ['b.txt']),
  },
  {
    name: 'a path that is no folder is told of, and checksums are given',
    before: 'echo a >f; mkdir d; printf a >d/g',
    args: (folder) => ({ paths: `${folder}/f,${folder}/d,${folder}/none`, get_checksum: true }),
    changed: false,
    result: (folder) => ({
      matched: 1,
      msg: 'Not all paths examined, check warnings for details',
      skipped_paths: {
        [`${folder}/f`]: `'${folder}/f' is not a directory`,
        [`${folder}/none`]: `'${folder}/none' is not a directory`,
      },
      files: (files: unknown) => [
        (files as { checksum: string }[])[0]?.checksum,
        '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8',
      ],
    }),
  },
  {
    name: 'folders behind links are entered when asked, and the path itself may be one',
    before: 'mkdir -p real/x; echo a >real/x/f; ln -s real top; ln -s ../real/x real/way',
    args: (folder) => ({ paths: `${folder}/top`, recurse: true, follow: true }),
    changed: false,
    result: (folder) => ({ files: listed([`${folder}/top/way/f`, `${folder}/top/x/f`]) }),
  },
]
