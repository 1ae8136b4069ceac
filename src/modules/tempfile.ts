import { defineModule } from '../core/module.ts'
import { lines, Script, sh } from '../core/quote.ts'
import { statusFields } from './shared/attributes.ts'
import { fieldReader, hostPath, lookFunctions, readPath } from './shared/path-state.ts'

/** What stands in a name for the letters that only the target will choose. */
const UNKNOWN = 'XXXXXXXX'

/**
 * Make a new file or folder under a name that nothing else has. It stays until something removes it.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/tempfile_module.html
 *
 * @example
 * { tempfile: { state: 'directory', suffix: '.build' }, register: 'build' }
 */
export const tempfile = defineModule({
  name: 'tempfile',
  doc: 'Make a new temporary file or folder',
  args: {
    state: {
      type: 'str',
      choices: ['file', 'directory'],
      default: 'file',
      doc: 'What to make',
    },
    path: { type: 'path', doc: 'The folder to make it in; default: TMPDIR, else /tmp' },
    prefix: { type: 'str', default: 'ansible.', doc: 'How the name begins' },
    suffix: { type: 'str', default: '', doc: 'How the name ends' },
  },
  probe: ({ path }) =>
    path === undefined ? new Script('printf %s "${TMPDIR:-/tmp}"') : sh`printf %s ${hostPath(path)}`,
  parse: ({ text }) => text,
  plan({ state, prefix, suffix }, folder) {
    const name = `${folder === '/' ? '' : folder}/${prefix}`
    // mktemp(1) of busybox takes no suffix, so it lends the name of a folder that is unique beside the wanted one. What
    // is wanted is then made only where nothing has that name: a name cannot be taken from under it.
    const make =
      state === 'directory' ? sh`mkdir -m 700 -- "$n"` : sh`(umask 077; set -C; : >"$n") 2>/dev/null`
    const script = sh`d=$(mktemp -d ${`${folder}/.playscript.${UNKNOWN}`}) || exit 1
trap 'rmdir -- "$d"' EXIT
n=${name}${LETTERS}${suffix}
${make} || { echo ${`cannot make a ${state} below ${folder}`} >&2; exit 1; }
printf '%s\000' "$n"; ${lines(lookFunctions('other'), sh`look "$n" '' ''`)}`
    return {
      changes: [{ what: 'state', before: 'absent', after: state }],
      steps: [{ kind: 'script', label: `make a temporary ${state}`, script, as: 'made' }],
      result: { path: `${name}${UNKNOWN}${suffix}`, state },
    }
  },
  finish({ made }) {
    const fields = fieldReader(Buffer.from(made?.stdout ?? ''))
    const path = fields.next()
    const state = readPath(fields)
    return { path, ...(state && statusFields(state)) }
  },
})

// What mktemp chose: the letters behind the last dot.
const LETTERS = new Script('"${d##*.}"')
