import type { ModuleCase } from '../../helpers/module-cases.ts'

/** What blockinfile does to a real host. */
export const BLOCKINFILE_CASES: readonly ModuleCase[] = [
  {
    name: 'a block is put behind a line, and the file keeps its mode',
    before: 'printf "a\\nb" >f; chmod 640 f; printf "a\\n# BEGIN x\\n1\\n2\\n# END x\\nb" >wanted',
    args: (folder) => ({ path: `${folder}/f`, block: '1\n2', marker: '# {mark} x', insertafter: '^a' }),
    after: 'cmp f wanted\n[ "$(stat -c %a f)" = 640 ]',
    result: () => ({ msg: 'Block inserted', mode: '0640' }),
  },
  {
    name: 'a block is taken out and the old file kept',
    before: 'printf "a\\n# BEGIN x\\n1\\n# END x\\nb\\n" >f',
    args: (folder) => ({ path: `${folder}/f`, state: 'absent', marker: '# {mark} x', backup: true }),
    after: '[ "$(cat f)" = "$(printf "a\\nb")" ]\ngrep -q BEGIN f.*~',
    result: () => ({ msg: 'Block removed' }),
  },
  {
    name: 'a missing file is made with the folders above it when asked',
    args: (folder) => ({ path: `${folder}/new/er/f`, block: 'x', create: true, mode: '0600' }),
    after: '[ "$(wc -l <new/er/f)" -eq 3 ]\n[ "$(stat -c %a new/er/f)" = 600 ]',
    result: () => ({ msg: 'File created' }),
  },
  {
    name: 'a missing file is no error where no block is wanted',
    args: (folder) => ({ path: `${folder}/f`, state: 'absent', create: true }),
    changed: false,
    result: (folder) => ({ msg: `File ${folder}/f not present` }),
  },
  {
    name: 'a missing file is an error, in check mode a prediction',
    args: (folder) => ({ path: `${folder}/f`, block: 'x' }),
    fails: /Path .*f does not exist !/,
    fails_late: true,
  },
  {
    name: 'what validate refuses is not written',
    before: 'echo a >f',
    args: (folder) => ({ path: `${folder}/f`, block: 'x', validate: 'false %s' }),
    fails: /failed to validate/,
    fails_late: true,
    after: '[ "$(cat f)" = a ]',
  },
  {
    name: 'a link is followed',
    before: 'echo a >f; ln -s f link',
    args: (folder) => ({ path: `${folder}/link`, block: 'x' }),
    after: '[ -L link ]\n[ "$(wc -l <f)" -eq 4 ]',
  },
]
