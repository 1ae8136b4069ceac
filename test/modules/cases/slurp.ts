import type { ModuleCase } from '../../helpers/module-cases.ts'

/** What slurp does to a real host. */
export const SLURP_CASES: readonly ModuleCase[] = [
  {
    name: 'bytes are read as they are',
    before: 'printf "a\\000\\377\\r\\n" >"-f \'x"',
    args: (folder) => ({ path: `${folder}/-f 'x` }),
    changed: false,
    result: (folder) => ({ content: 'YQD/DQo=', encoding: 'base64', source: `${folder}/-f 'x` }),
  },
  {
    name: 'a file without a size is read',
    args: () => ({ src: '/proc/sys/kernel/ostype' }),
    changed: false,
    result: () => ({ content: 'TGludXgK' }),
  },
  {
    name: 'a missing file is an error',
    args: (folder) => ({ src: `${folder}/f` }),
    fails: /file not found: .*f$/,
  },
  {
    name: 'a path below a file is an error',
    before: 'echo a >f',
    args: (folder) => ({ src: `${folder}/f/g` }),
    fails: /unable to slurp file: .*f\/g$/,
  },
  {
    name: 'a folder is an error',
    args: (folder) => ({ src: folder }),
    fails: /source is a directory and must be a file/,
  },
]
