import { ArgumentError, MissingError } from '../core/errors.ts'
import { defineModule, nothing, run } from '../core/module.ts'
import { sh } from '../core/quote.ts'

/** A package's questions and answers, as debconf-show prints them: `* question: answer`. */
export function readAnswers(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/^[* ]*([^\s:]+):(.*)$/gm)]
  return Object.fromEntries(found.map(([, question = '', answer = '']) => [question, answer.trim()]))
}

/**
 * Answer the questions that a Debian package asks when it is installed or reconfigured.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/debconf_module.html
 *
 * @example
 * { debconf: { name: 'tzdata', question: 'tzdata/Areas', vtype: 'select', value: 'Europe' } }
 */
export const debconf = defineModule({
  name: 'debconf',
  doc: 'Answer the questions that a Debian package asks when it is installed',
  args: {
    name: { type: 'str', required: true, aliases: ['pkg'], doc: 'Name of the package' },
    question: { type: 'str', aliases: ['selection', 'setting'], doc: 'The question to answer' },
    vtype: {
      type: 'str',
      choices: [
        ...[
          'boolean',
          'error',
          'multiselect',
          'note',
          'password',
          'seen',
          'select',
          'string',
          'text',
          'title',
        ],
      ] as const,
      doc: 'Type of the answer',
    },
    value: { type: 'str', aliases: ['answer'], doc: 'The answer' },
    unseen: { type: 'bool', default: false, doc: 'Do not mark the question as answered' },
  },
  rules: { required_together: [['question', 'vtype', 'value']] },
  // debconf-show hides passwords; the tools of debconf-utils do not.
  probe({ name, question, vtype }) {
    const password = sh`if command -v debconf-get-selections >/dev/null 2>&1; then
  debconf-get-selections | awk -F '\t' -v q=${question ?? ''} '$2 == q { print "password: " $4 }'
fi`
    return sh`command -v debconf-show >/dev/null 2>&1 || { echo @none; exit 0; }
debconf-show -- ${name} || exit 1; echo @; ${vtype === 'password' ? password : sh`:`}`
  },
  parse({ text }) {
    if (text.startsWith('@none')) throw new MissingError('there is no debconf on the host: install debconf')
    const [shown = '', password = ''] = text.split(/^@$/m)
    return { answers: readAnswers(shown), password: readAnswers(password).password }
  },
  plan({ name, question, vtype = '', value = '', unseen }, { answers, password }) {
    if (question === undefined) return nothing({ msg: '', current: answers })
    for (const word of [name, question]) {
      if (/\s/.test(word)) throw new ArgumentError(`debconf: '${word}' holds blanks, and a name has none`)
    }
    if (/[\r\n]/.test(value)) throw new ArgumentError('debconf: an answer is one line')
    const isBoolean = vtype === 'boolean'
    const wanted = isBoolean ? value.toLowerCase() : value
    const before = vtype === 'password' ? (password ?? answers[question]) : answers[question]
    const isSame =
      vtype === 'multiselect'
        ? before !== undefined && members(before) === members(wanted)
        : (isBoolean ? before?.toLowerCase() : before) === wanted
    if (isSame) return nothing({ msg: '', current: answers })
    const secret = vtype === 'password'
    return {
      changes: [
        { what: question, before: secret ? undefined : before, after: secret ? 'the new password' : wanted },
      ],
      steps: [
        run(['debconf-set-selections', ...(unseen ? ['-u'] : [])], {
          stdin: `${name} ${question} ${vtype} ${wanted}\n`,
          label: `answer ${question}`,
        }),
      ],
      result: {
        msg: '',
        current: { [question]: secret ? '' : wanted },
        previous: { [question]: secret ? '' : (before ?? '') },
      },
    }
  },
})

function members(text: string): string {
  return text
    .split(',')
    .map((one) => one.trim())
    .sort()
    .join(',')
}
