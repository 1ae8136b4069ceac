import { Script } from '../../core/quote.ts'
import type { Topic } from './source.ts'

const RELEASES: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', rc: 'candidate' }

/** The Python that is there, for playbooks that choose packages by it: nothing here needs one. Without it, no facts. */
export const python: Topic = {
  name: 'python',
  subsets: ['min', 'python_version'],
  script: new Script(
    'for p in python3 python; do p=$(command -v "$p") && { printf "%s\\n" "$p"; "$p" -V 2>&1; break; }; done; true',
  ),
  parse(source) {
    const said = /^(\S.*)\nPython (\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?/.exec(source.printed('python'))
    if (said === null) return {}
    const [, executable, ...parts] = said
    const [major = 0, minor = 0, micro = 0] = parts.slice(0, 3).map(Number)
    const [releaselevel, serial] = [RELEASES[parts[3] ?? ''] ?? 'final', Number(parts[4] ?? 0)]
    return {
      python: {
        executable,
        version: { major, minor, micro, releaselevel, serial },
        version_info: [major, minor, micro, releaselevel, serial],
        has_sslcontext: true,
        type: 'cpython',
      },
      python_version: `${major}.${minor}.${micro}`,
    }
  },
}
