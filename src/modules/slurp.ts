import { TaskError } from '../core/errors.ts'
import { defineModule, nothing } from '../core/module.ts'
import { sh } from '../core/quote.ts'
import { fieldReader, hostPath } from './shared/path-state.ts'

/**
 * Read a file of the target into a result, as base64: `{{ (slurped.content | b64decode) }}`.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/slurp_module.html
 *
 * @example
 * { slurp: { src: '/etc/machine-id' }, register: 'slurped' }
 */
export const slurp = defineModule({
  name: 'slurp',
  doc: 'Read a file of the target',
  args: { src: { type: 'path', required: true, aliases: ['path'], doc: 'The file to read' } },
  probe({ src }) {
    const file = hostPath(src)
    return sh`if [ -d ${file} ]; then printf 'directory\000'
elif [ -r ${file} ]; then printf 'file\000'; cat <${file}
else case $(LC_ALL=C cat -- ${file} 2>&1) in
*'ermission denied'*) printf 'unreadable\000' ;; *'o such file'*) printf 'absent\000' ;; *) printf 'other\000' ;; esac
fi`
  },
  parse({ bytes }) {
    const fields = fieldReader(bytes)
    return { kind: fields.next(), content: fields.rest() }
  },
  plan({ src }, { kind, content }) {
    const problem = PROBLEMS[kind]
    if (problem !== undefined) throw new TaskError(`${problem}: ${src}`)
    return nothing({ content: content.toString('base64'), encoding: 'base64', source: src })
  },
})

const PROBLEMS: Readonly<Record<string, string>> = {
  directory: 'source is a directory and must be a file',
  absent: 'file not found',
  unreadable: 'file is not readable',
  other: 'unable to slurp file',
}
