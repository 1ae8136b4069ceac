import type { ModuleCase } from '../../helpers/module-cases.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHi8LqIfcebC/u1Rnlm4nsRJ/jzK+sIXqDmEuus17w3u kim@home'
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIUY5hHPOVNCEEWmCnF/u9SeP5ZPiTK3hoYYR3G22D5L lee@work'

/** What authorized_key does to a real file. */
export const AUTHORIZED_KEY_CASES: readonly ModuleCase[] = [
  {
    name: 'the folder and the file are made',
    args: (folder) => ({ user: 'root', key: KEY, path: `${folder}/ssh/keys` }),
    after: `[ "$(cat ssh/keys)" = "${KEY}" ]\n[ "$(stat -c %a ssh ssh/keys | tr '\\n' ' ')" = '700 600 ' ]`,
    result: (folder) => ({ keyfile: `${folder}/ssh/keys`, user: 'root', state: 'file', exclusive: false }),
    root: true,
  },
  {
    name: 'a key more, with options, in a file that is open too wide',
    before: `mkdir ssh; echo "${OTHER}" >ssh/keys; chmod 755 ssh; chmod 644 ssh/keys`,
    args: (folder) => ({
      user: 'root',
      key: KEY,
      path: `${folder}/ssh/keys`,
      key_options: 'no-pty,from="10.0.0.1"',
    }),
    after: `[ "$(sed -n 2p ssh/keys)" = 'no-pty,from="10.0.0.1" ${KEY}' ]\n[ "$(stat -c %a ssh ssh/keys | tr '\\n' ' ')" = '700 600 ' ]`,
    root: true,
  },
  {
    name: 'a folder that is not to be managed',
    before: `mkdir ssh; chmod 755 ssh`,
    args: (folder) => ({
      user: 'root',
      key: `${KEY}\n${OTHER}\n`,
      path: `${folder}/ssh/keys`,
      manage_dir: false,
    }),
    after: `[ "$(wc -l <ssh/keys)" -eq 2 ]\n[ "$(stat -c %a ssh)" = 755 ]`,
    root: true,
  },
  {
    name: 'only these keys, with another comment',
    before: `mkdir ssh; chmod 700 ssh; echo "${OTHER}" >ssh/keys; chmod 600 ssh/keys`,
    args: (folder) => ({
      user: 'root',
      key: KEY,
      path: `${folder}/ssh/keys`,
      exclusive: true,
      comment: 'me',
    }),
    after: `[ "$(cat ssh/keys)" = "${KEY.replace('kim@home', 'me')}" ]`,
    root: true,
  },
  {
    name: 'a symbolic link is followed when asked',
    before: `mkdir ssh; chmod 700 ssh; echo "${OTHER}" >real; chmod 600 real; ln -s ../real ssh/keys`,
    args: (folder) => ({
      user: 'root',
      key: OTHER,
      path: `${folder}/ssh/keys`,
      state: 'absent',
      follow: true,
      manage_dir: false,
    }),
    after: '[ -L ssh/keys ]\n[ ! -s real ]',
    root: true,
  },
  {
    name: 'a user that there is not, and a prediction in check mode',
    args: (folder) => ({ user: 'no-such-user', key: KEY, path: `${folder}/keys` }),
    fails: /there is no user no-such-user/,
    fails_late: true,
  },
]
