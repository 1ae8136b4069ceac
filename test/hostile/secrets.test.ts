import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { main } from '../../src/cli/main.ts'
import { printable } from '../../src/core/printable.ts'
import { Secrets } from '../../src/core/secrets.ts'
import { seal } from '../../src/vars/vault/vault.ts'
import { leaksOf } from './leaks.ts'

const test = suite('hostile/secrets')
const RUNS = process.env.PLAYSCRIPT_HOSTILE === 'long' ? 60 : 3

/** Numbers that look random, the same ones for each seed. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39)
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below
  }
}

const ALPHABETS = [
  'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789',
  'aZ3@/:?&=#%+ $!\'"\\<>(){}[]|;,*~^`_-.',
  'äöüßñé漢字aZ3 /+',
]

interface Hidden {
  /** What the vault holds. */
  readonly vault: {
    readonly a: string
    readonly deep: object
    readonly list: readonly string[]
    readonly pin: number
  }
  readonly inline: string
  readonly login: string
  readonly option: string
  readonly all: readonly string[]
}

function hide(next: (below: number) => number): Hidden {
  const word = () => {
    const letters = [...(ALPHABETS[next(ALPHABETS.length)] ?? '')]
    const inside = Array.from({ length: 5 + next(30) }, () => letters[next(letters.length)]).join('')
    // Blanks at the ends are lost where a value is trimmed; what is within braces would be a template.
    return `q${inside}7x`.replaceAll(/\{[{%#]|[}%#]\}/g, '{')
  }
  const [a, b, c, d, inline, login, option] = [
    word(),
    word(),
    word(),
    `${word()}\n${word()}`,
    word(),
    word(),
    word(),
  ]
  const pin = 10_000_000 + next(80_000_000)
  const vault = { a, deep: { b, deeper: [{ c }] }, list: [d, a], pin }
  return {
    vault,
    inline,
    login,
    option,
    all: [a, b, c, ...d.split('\n'), inline, login, option, String(pin)],
  }
}

const VALUES = [
  '{{ vault.a }}',
  '{{ vault }}',
  'before {{ vault.deep.b }} after',
  '{{ vault.list }}',
  '{{ vault.pin }}',
  'pin {{ vault.pin }}!',
  '{{ inline }}',
  '{{ ansible_password }}',
  '{{ hostvars[inventory_hostname] }}',
  '{{ vars }}',
  "{{ ('x' ~ vault.a) | b64encode }}",
  "{{ ('xy' ~ vault.deep.b ~ 'z') | b64encode }}",
  "{{ ('xyz' ~ inline) | b64encode }}",
  '{{ vault.a | urlencode }}',
  "{{ {'k': vault.deep.b} | urlencode }}",
  '{{ vault | to_json }}',
  '{{ vault | to_json | to_json }}',
  '{{ vault | to_nice_yaml }}',
  '{{ vault.deep.b | quote }}',
  '{{ vault.a | escape }}',
  "{{ [vault.a, inline] | join(',') }}",
] as const

const TASKS: readonly ((value: string, text: string) => object)[] = [
  (value) => ({ debug: { msg: value } }),
  (value) => ({ name: `Say ${value}`, debug: { msg: [value, { deep: value }] } }),
  () => ({ debug: { var: 'vault' } }),
  () => ({ debug: { var: 'hostvars[inventory_hostname]' } }),
  (value) => ({ fail: { msg: value }, ignore_errors: true }),
  (value) => ({ assert: { that: '1 == 2', fail_msg: value }, ignore_errors: true }),
  (_, text) => ({ command: { argv: ['printf', '%s\\n', text] } }),
  (_, text) => ({
    command: { argv: ['sh', '-c', 'printf %s "$1" >&2; exit 3', 'sh', text] },
    ignore_errors: true,
  }),
  (value) => ({ debug: { msg: '{{ item }}' }, loop: [value, [value], { k: value }] }),
  (value) => ({
    fail: { msg: '{{ item }}' },
    loop: [value],
    loop_control: { label: value },
    ignore_errors: true,
  }),
  (value) => ({ name: `Skip ${value}`, debug: { msg: value }, when: "vault.a == 'no'" }),
  (value) => ({ set_fact: { made: value, ansible_become_password: '{{ inline }}' } }),
  (value) => ({ set_fact: { all: '{{ hostvars[inventory_hostname] }}', value } }),
  (_, text) => ({ include_tasks: `${text}.yml`, ignore_errors: true }),
  (value) => ({
    name: `Try ${value}`,
    command: 'false',
    until: 'false',
    retries: 1,
    delay: 0,
    ignore_errors: true,
  }),
  (_, text) => ({
    copy: { content: `pw=${text}\n`, dest: '{{ playbook_dir }}/made' },
    diff: true,
    notify: 'tell',
  }),
  (_, text) => ({ copy: { content: `other=${text}\nmore\n`, dest: '{{ playbook_dir }}/made' }, diff: true }),
  () => ({ slurp: { src: '{{ playbook_dir }}/made' }, ignore_errors: true }),
  (_, text) => ({ stat: { path: `/nowhere/${text}` } }),
  (value) => ({
    debug: { msg: `{{ ${'nope'} ~ vault.a }}`, verbosity: 0 },
    vars: { x: value },
    ignore_errors: true,
  }),
  (value) => ({ set_stats: { data: { kept: value } } }),
  (value) => ({ add_host: { name: 'added', ansible_password: '{{ vault.deep.b }}', note: value } }),
  () => ({
    validate_argument_spec: {
      argument_spec: { o: { type: 'int', no_log: true } },
      provided_arguments: { o: 'OPTION' },
    },
    ignore_errors: true,
  }),
  (_, text) => ({ command: { argv: ['true'], chdir: `/nowhere/${text}` }, ignore_errors: true }),
  (value) => ({ debug: { msg: value }, delegate_to: 'localhost', vars: { v: value } }),
  (value) => ({ ping: {}, delegate_to: 'gone', name: `Reach ${value}`, ignore_unreachable: true }),
]

for (let seed = 1; seed <= RUNS; seed += 1) {
  test(`nothing of a vault is shown by any printer: seed ${seed}`, async () => {
    const next = random(seed)
    const hidden = hide(next)
    const dir = mkdtempSync(join(tmpdir(), 'playscript-secrets-'))
    const write = (name: string, content: string) => writeFileSync(join(dir, name), content, { mode: 0o600 })
    try {
      const key = { id: 'default', password: Buffer.from('vault-password-1') }
      write('password', 'vault-password-1\n')
      // A key that is given twice must not keep its values from being secrets.
      const twice = seed % 2 === 0 ? `twice: 1\ntwice: ${JSON.stringify(hidden.vault.a)}\n` : ''
      write('vault.yml', seal(Buffer.from(`${twice}vault: ${JSON.stringify(hidden.vault)}\n`), key))
      const sealed = seal(Buffer.from(hidden.inline), key).trimEnd().replaceAll('\n', '\n    ')
      write('plain.yml', `inline: !vault |\n    ${sealed}\n`)
      const value = () => VALUES[next(VALUES.length)] ?? ''
      const tasks = TASKS.map((make) => make(value(), VALUES[next(2) === 0 ? 0 : 2]))
        .map((task): [number, object] => [next(1000), task])
        .sort(([one], [other]) => one - other)
        .map(([, task]) => task)
      const play = {
        ...{ name: `Play {{ inline | default('') }}`, hosts: 'all', gather_facts: false },
        vars_files: ['vault.yml', 'plain.yml'],
        tasks,
        handlers: [{ name: 'tell', debug: { msg: value() } }],
      }
      // Where it is a variable as well, it is shown until a spec says that it is secret.
      write(
        'site.yml',
        JSON.stringify([play]).replaceAll('"OPTION"', () => JSON.stringify(hidden.option)),
      )
      const login = JSON.stringify(hidden.login)
      const local = `{ansible_connection: local, ansible_password: ${login}, ansible_become_pass: ${login}}`
      const gone = '{ansible_host: 127.0.0.1, ansible_port: 1, ansible_user: "u{{ inline }}"}'
      write('hosts.yml', `all: {hosts: {one: ${local}, gone: ${gone}}}\n`)
      const secrets = new Secrets()
      const said = { out: '', err: '' }
      const reports = ['json', 'ndjson', 'junit', 'html', 'yaml'].flatMap((one) => [
        '--report',
        `${one}:r.${one}`,
      ])
      const verbose = seed % 5 === 0 ? [] : [`-${'v'.repeat(seed % 5)}`]
      await main(
        ['run', 'site.yml', '-i', 'hosts.yml', '--vault-password-file', 'password', ...verbose, ...reports],
        {
          out: (text) => {
            said.out += text
          },
          err: (text) => {
            said.err += printable(secrets.maskShown(text))
          },
          ...{ secrets, cwd: dir, width: 80, terminal: false, signal: new AbortController().signal },
          env: { PATH: process.env.PATH, HOME: dir, ANSIBLE_SHOW_CUSTOM_STATS: '1', ANSIBLE_TIMEOUT: '3' },
        },
      )
      assert.match(said.out, /\*{8}/)
      const files = readdirSync(dir).filter((name) => name.startsWith('r.'))
      assert.is(files.length, 5)
      const sinks = [
        ...files.map((name) => [name, readFileSync(join(dir, name), 'utf8')]),
        ...Object.entries(said),
      ]
      for (const name of files) assert.is(statSync(join(dir, name)).mode & 0o777, 0o600, name)
      const found = sinks.flatMap(([name, text = '']) =>
        leaksOf(text, hidden.all).map((leak) => `${name}: ${leak}`),
      )
      assert.equal(found, [])
      assert.not.throws(() => JSON.parse(readFileSync(join(dir, 'r.json'), 'utf8')))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
}

test.run()
