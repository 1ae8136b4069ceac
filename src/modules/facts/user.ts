import { Script } from '../../core/quote.ts'
import type { Topic } from './source.ts'

/** The user whose shell this is, and its environment. */
export const user: Topic = {
  name: 'user',
  subsets: [
    'min',
    'user_id',
    'user_uid',
    'user_gid',
    'user_gecos',
    'user_dir',
    'user_shell',
    'real_user_id',
    'effective_user_id',
    'effective_group_ids',
  ],
  script: new Script(
    'u=$(id -u); echo "$u"; id -g; getent passwd "$u" 2>/dev/null || grep "^[^:]*:[^:]*:$u:" /etc/passwd',
  ),
  parse(source) {
    const [uid = '', gid = '', passwd = ''] = source.printed('user').split('\n')
    const [name = '', , , primary = gid, gecos = '', home = '', shell = ''] = passwd.split(':')
    return {
      user_id: name,
      user_uid: Number(uid),
      user_gid: Number(primary),
      user_gecos: gecos,
      user_dir: home,
      user_shell: shell,
      real_user_id: Number(uid),
      effective_user_id: Number(uid),
      real_group_id: Number(gid),
      effective_group_id: Number(gid),
    }
  },
}

/** What the shell's user may do beyond files: capsh(1), where it is installed. */
export const capabilities: Topic = {
  name: 'caps',
  subsets: ['min', 'system_capabilities', 'system_capabilities_enforced'],
  script: new Script('command -v capsh >/dev/null 2>&1 && capsh --print'),
  parse(source) {
    const current = /^Current: (.*)$/m.exec(source.printed('caps'))?.[1]?.trim()
    if (current === undefined) return {}
    if (current === '=ep') return { system_capabilities_enforced: 'False', system_capabilities: [] }
    const list = current.slice(current.indexOf('=') + 1).split(',')
    return { system_capabilities_enforced: 'True', system_capabilities: list.map((word) => word.trim()) }
  },
}

/** The environment of commands on the target. Its values may hold anything but NUL bytes. */
export const environment: Topic = {
  name: 'env',
  subsets: ['min'],
  script: new Script(
    "if [ -r /proc/self/environ ]; then cat /proc/self/environ; else env | tr '\\n' '\\000'; fi",
  ),
  parse: (source) => ({
    env: Object.fromEntries(
      source
        .printed('env')
        .split('\0')
        .filter((entry) => entry.includes('='))
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    ),
  }),
}
