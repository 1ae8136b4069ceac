import type { ModuleCase } from '../../helpers/module-cases.ts'

const PARTS =
  'mkdir -p parts/sub; printf a >parts/1; printf "b\\n" >"parts/2 x"; printf "c\\000\\377" >parts/3; echo h >parts/.h'

/** What assemble does to a real host. */
export const ASSEMBLE_CASES: readonly ModuleCase[] = [
  {
    name: 'parts are put together in the order of their names',
    before: `${PARTS}; printf "h\\na\\nb\\nc\\000\\377" >wanted`,
    args: (folder) => ({ src: `${folder}/parts`, dest: `${folder}/f`, mode: '0600' }),
    after: 'cmp f wanted\n[ "$(stat -c %a f)" = 600 ]',
    result: (folder) => ({ dest: `${folder}/f`, src: `${folder}/parts`, msg: 'OK', mode: '0600' }),
  },
  {
    name: 'with a text between them, hidden ones and others left out',
    before: `${PARTS}; printf "a\\n--\\nb\\n" >wanted; echo old >f; chmod 640 f`,
    args: (folder) => ({
      src: `${folder}/parts`,
      dest: `${folder}/f`,
      delimiter: '\\x2d-',
      regexp: '^[12h]',
      ignore_hidden: true,
      backup: true,
    }),
    after: 'cmp f wanted\n[ "$(stat -c %a f)" = 640 ]\ngrep -q old f.*~',
  },
  {
    name: 'what is put together already is left alone',
    before: `${PARTS}; printf "a\\n" >f; rm parts/2* parts/3 parts/.h; echo a >parts/1`,
    args: (folder) => ({ src: `${folder}/parts`, dest: `${folder}/f` }),
    changed: false,
    result: () => ({
      checksum: '3f786850e387550fdab836ed7e6dc881de23001b',
      md5sum: '60b725f10c9c85c70d97880dfe8191b3',
    }),
  },
  {
    name: 'what validate refuses is not written',
    before: `${PARTS}; echo old >f`,
    args: (folder) => ({ src: `${folder}/parts`, dest: `${folder}/f`, validate: 'false %s' }),
    fails: /failed to validate/,
    fails_late: true,
    after: '[ "$(cat f)" = old ]',
  },
  {
    name: 'a missing folder is an error',
    args: (folder) => ({ src: `${folder}/parts`, dest: `${folder}/f` }),
    fails: /Source \(.*parts\) does not exist/,
  },
  {
    name: 'a file is no folder',
    before: 'echo a >parts',
    args: (folder) => ({ src: `${folder}/parts`, dest: `${folder}/f` }),
    fails: /Source \(.*parts\) is not a directory/,
  },
]
