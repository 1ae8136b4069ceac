import { defineModule, nothing } from '../core/module.ts'
import { sh } from '../core/quote.ts'

/**
 * See whether the host can be reached and has a shell that works.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ping_module.html
 *
 * @example
 * { ping: null }
 */
export const ping = defineModule({
  name: 'ping',
  doc: 'See whether the host can be reached and has a shell that works',
  args: { data: { type: 'str', default: 'pong', doc: 'What to answer; `crash` fails' } },
  probe: ({ data }) => sh`printf %s ${data}`,
  parse: ({ text }) => text,
  plan: ({ data }, answer) =>
    data === 'crash' ? { ...nothing(), failed: 'boom' } : nothing({ ping: answer }),
})
