import type { ModuleCase } from '../../helpers/module-cases.ts'

const KEY = 'git.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHi8LqIfcebC/u1Rnlm4nsRJ/jzK+sIXqDmEuus17w3u'

/** What known_hosts does to a real file. */
export const KNOWN_HOSTS_CASES: readonly ModuleCase[] = [
  {
    name: 'a file is made',
    args: (folder) => ({ name: 'git.example', key: KEY, path: `${folder}/kh` }),
    after: `[ "$(cat kh)" = "${KEY}" ]\n[ "$(stat -c %a kh)" = 644 ]`,
    result: (folder) => ({ name: 'git.example', path: `${folder}/kh`, state: 'file', mode: '0644' }),
  },
  {
    name: 'a key is put into a file that keeps its mode',
    before: 'echo "other ssh-rsa AAAA" >kh; chmod 600 kh',
    args: (folder) => ({ name: 'git.example', key: KEY, path: `${folder}/kh`, hash_host: true }),
    after: '[ "$(wc -l <kh)" -eq 2 ]\ngrep -q "^|1|.* ssh-ed25519 AAAA" kh\n[ "$(stat -c %a kh)" = 600 ]',
  },
  {
    name: 'a host is forgotten',
    before: `echo "${KEY}" >kh; echo "other ssh-rsa AAAA" >>kh`,
    args: (folder) => ({ name: 'git.example', path: `${folder}/kh`, state: 'absent' }),
    after: '[ "$(cat kh)" = "other ssh-rsa AAAA" ]',
  },
  {
    name: 'a host of a file that is not there',
    args: (folder) => ({ name: 'git.example', path: `${folder}/kh`, state: 'absent' }),
    changed: false,
  },
]
