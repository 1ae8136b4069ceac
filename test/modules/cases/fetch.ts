import type { ModuleCase } from '../../helpers/module-cases.ts'

const BYTES = `awk 'BEGIN { for (i = 0; i < 60000; i++) printf "%c%d é\\n", i % 256, i }'`

/** What fetch brings from a real host into a folder of the controller. */
export function fetchCases(root: string): readonly ModuleCase[] {
  return [
    {
      name: 'a file is brought whole, odd name and all',
      before: `${BYTES} >"-so 'urce"`,
      args: (folder) => ({ src: `${folder}/-so 'urce`, dest: `${root}/got` }),
      result: (folder) => ({ dest: `${root}/got/web-1${folder}/-so 'urce` }),
    },
    {
      name: 'flat, into a folder',
      before: 'echo x >flat',
      args: (folder) => ({ src: `${folder}/flat`, dest: `${root}/flat/`, flat: true }),
      result: () => ({ dest: `${root}/flat/flat`, checksum: '6fcf9dfbd479ed82697fee719b9f8c610a11ff2a' }),
    },
    {
      name: 'a file that is not there',
      args: (folder) => ({ src: `${folder}/none`, dest: `${root}/got` }),
      fails: /the remote file does not exist/,
    },
    {
      name: 'a file that may be missing',
      args: (folder) => ({ src: `${folder}/none`, dest: `${root}/got`, fail_on_missing: false }),
      changed: false,
    },
    {
      name: 'a folder',
      args: (folder) => ({ src: folder, dest: `${root}/got` }),
      fails: /fetch cannot work on directories/,
    },
  ]
}
