import type { ModuleCase } from '../../helpers/module-cases.ts'

const never_settles = 'each run makes another one'

/** What tempfile does to a real host. */
export const TEMPFILE_CASES: readonly ModuleCase[] = [
  {
    name: 'a file that only its owner can read',
    args: (folder) => ({ path: folder, prefix: "-a 'b", suffix: ' c.txt' }),
    after: '[ "$(ls | wc -l)" -eq 1 ]\n[ "$(stat -c %a:%s -- "./-a \'b"????????" c.txt")" = 600:0 ]',
    result: () => ({ state: 'file', mode: '0600', size: 0 }),
    never_settles,
  },
  {
    name: 'a folder that only its owner can enter',
    args: (folder) => ({ path: folder, state: 'directory' }),
    after:
      '[ "$(ls -A | wc -l)" -eq 1 ]\n[ -d ansible.???????? ]\n[ "$(stat -c %a ansible.????????)" = 700 ]',
    result: () => ({ state: 'directory', mode: '0700' }),
    never_settles,
  },
  {
    name: 'a folder for it that does not exist',
    args: (folder) => ({ path: `${folder}/none` }),
    fails: /No such file/,
    fails_late: true,
  },
]
