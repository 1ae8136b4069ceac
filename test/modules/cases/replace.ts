import type { ModuleCase } from '../../helpers/module-cases.ts'

/** What replace does to a real host. */
export const REPLACE_CASES: readonly ModuleCase[] = [
  {
    name: 'all matches are replaced, and the old file is kept',
    before: 'printf "old a\\nb\\nold c\\n" >f; chmod 600 f',
    args: (folder) => ({ path: `${folder}/f`, regexp: '^old (.)$', replace: 'new \\1', backup: true }),
    after: '[ "$(cat f)" = "$(printf "new a\\nb\\nnew c")" ]\n[ "$(stat -c %a f)" = 600 ]\ngrep -q old f.*~',
    result: () => ({ msg: '2 replacements made', rc: 0 }),
  },
  {
    name: 'nothing matches, and only the mode differs',
    before: 'echo a >f; chmod 600 f',
    args: (folder) => ({ path: `${folder}/f`, regexp: 'x', mode: '0640' }),
    after: '[ "$(stat -c %a f)" = 640 ]',
    result: () => ({ msg: 'ownership, perms or SE linux context changed' }),
  },
  {
    name: 'nothing matches',
    before: 'echo a >f',
    args: (folder) => ({ path: `${folder}/f`, regexp: 'x', replace: 'y' }),
    changed: false,
    result: () => ({ msg: '' }),
  },
  {
    name: 'a missing file is an error, in check mode a prediction',
    args: (folder) => ({ path: `${folder}/f`, regexp: 'x' }),
    fails: /Path .*f does not exist !/,
    fails_late: true,
  },
  {
    name: 'a folder is an error',
    before: 'mkdir f',
    args: (folder) => ({ path: `${folder}/f`, regexp: 'x' }),
    fails: /Path .*f is a directory !/,
  },
  {
    name: 'what validate refuses is not written',
    before: 'echo a >f',
    args: (folder) => ({ path: `${folder}/f`, regexp: 'a', replace: 'b', validate: 'grep -q a %s' }),
    fails: /failed to validate/,
    fails_late: true,
    after: '[ "$(cat f)" = a ]',
  },
]
