// Compiled by `npm run check`, never run: what must not compile is marked, and an error that stays away is one itself.
import { defaults, defineModule, handlers, nothing, playbook, sh, tasks } from 'playscript'

const vars = defaults({ acme_home: '/var/www', port: 443, on: true })
type Vars = typeof vars & { readonly domain_name: string }

tasks<Vars>([
  { name: 'plain', group: { name: 'acme', system: true } },
  { group: { name: (v) => v.acme_home, gid: (v) => v.port, system: (v) => v.on } },
  { group: { name: '{{ acme_home }}', gid: '{{ port }}', state: '{{ wanted }}' } },
  { file: { path: '/x', mode: 0o644 }, when: (v) => v.port === 443, tags: 'a' },
  { command: 'uptime', changed_when: (_v, result) => result.rc === 1 },
  {
    ping: null,
    loop: (v) => [v.port],
    register: 'r',
    until: (_v, result) => !result.failed,
    retries: 3,
    delay: 1,
  },
  { debug: { msg: (v) => `on ${v.inventory_hostname} in ${v.group_names.join()}` } },
  { set_fact: { anything: 1, else: (v) => v.domain_name } },
  { block: [{ ping: null }], rescue: [{ fail: { msg: 'x' } }], always: [{ meta: 'flush_handlers' }] },
  { import_tasks: 'other.ts', tags: ['x'], become: true, become_user: (v) => v.domain_name },

  // @ts-expect-error a misspelt keyword
  { name: 'x', wen: 'true', ping: null },
  // @ts-expect-error a misspelt module
  { name: 'x', groop: { name: 'acme' } },
  // @ts-expect-error a misspelt parameter
  { group: { name: 'acme', sytem: true } },
  // @ts-expect-error a missing parameter
  { group: { system: true } },
  // @ts-expect-error a wrong choice
  { group: { name: 'acme', state: 'presnt' } },
  // @ts-expect-error a wrong type
  { group: { name: 'acme', gid: 'many' } },
  // @ts-expect-error a variable that the role does not have
  { group: { name: (v) => v.acme_hom } },
  // @ts-expect-error a variable of another type
  { group: { name: 'acme', gid: (v) => v.acme_home } },
  // @ts-expect-error a variable that a condition misspells
  { ping: null, when: (v) => v.prt === 1 },
  // @ts-expect-error a function for a module that takes none
  { command: async () => {} },
  // @ts-expect-error text for a module that takes none
  { group: 'acme' },
  // @ts-expect-error a wrong become method
  { ping: null, become_method: 'sudoo' },
  // @ts-expect-error a wrong order to the engine
  { meta: 'flush_handler' },
])

// @ts-expect-error a misspelt keyword of a handler
handlers([{ name: 'h', ping: null, listenn: 'x' }])

playbook(import.meta, [
  {
    hosts: 'all',
    tasks: tasks<Vars>([{ ping: null }]),
    roles: ['k8s', { role: 'app', tags: ['x'], replicas: 3 }],
  },
  // @ts-expect-error a misspelt keyword of a play
  { hosts: 'all', gather_fact: true },
  // @ts-expect-error a play without hosts
  { name: 'x' },
])

// A module of one's own: probe, parse and plan are typed by its parameters, tasks by declaration merging.
export const motd = defineModule({
  name: 'motd',
  doc: 'Keep the message of the day',
  args: {
    text: { type: 'str', required: true, doc: 'The message' },
    style: { type: 'str', choices: ['plain', 'boxed'], default: 'plain', doc: 'Its looks' },
    width: { type: 'int', doc: 'Characters in a line' },
  },
  probe: ({ text }) => sh`cat /etc/motd; : ${text}`,
  parse: ({ text }) => ({ now: text }),
  plan({ text, style, width }, state) {
    const same: boolean = state.now === text && style === 'plain'
    // @ts-expect-error it may not have been given
    width.toFixed()
    // @ts-expect-error no such choice
    if (style === 'round') return nothing()
    return same ? nothing() : { changes: [{ what: 'text', before: state.now, after: text }], steps: [] }
  },
})

declare module 'playscript' {
  interface ModuleRegistry {
    motd: typeof motd
  }
}

tasks([
  { motd: { text: 'hello', style: 'boxed' } },
  // @ts-expect-error a misspelt parameter of one's own module
  { motd: { txt: 'hello' } },
])
