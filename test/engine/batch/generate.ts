/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Item = Readonly<Record<string, unknown>>

/** A play, what its files hold, and the state that its hosts are in before. */
export interface Generated {
  readonly tasks: readonly Item[]
  readonly handlers: readonly Item[]
  /** Files to include, beside the playbook. */
  readonly files: Readonly<Record<string, string>>
  /** Shell text that makes the hosts' first state, in the folder of the test. */
  readonly before: string
}

const PLACES = ['a', 'b', 'c', 'd/e', 'd/f', 'g']
const HANDLERS = ['note', 'count', 'touch']

/**
 * Makes up a play that changes, asks, registers, decides, loops, fails and rescues at random. Its hosts share a disk,
 * and many of its tasks look at what others of them made.
 */
export function generate(seed: number, dir: string): Generated {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const chance = (share: number) => random() < share
  const registered: string[] = []
  const files: Record<string, string> = {}
  let number = 0

  const path = (): string => `${dir}/${pick(['', '{{ inventory_hostname }}/'])}${pick(PLACES)}`
  const word = (): string =>
    pick(['x', '{{ n }}', '{{ inventory_hostname }}', '{{ known | default("none") }}'])
  const learn = (): string => {
    const name = `r${registered.length}`
    registered.push(name)
    return name
  }
  const condition = (): string => {
    const name = registered.length === 0 ? 'nobody' : pick(registered)
    return pick([
      'n > 1',
      "inventory_hostname == 'one'",
      `${name} is defined and ${name} is changed`,
      `(${name}.stat | default({})).exists | default(false)`,
      `${name} is not defined or ${name} is succeeded`,
      `${name}.stdout | default('') != ''`,
      "known | default('') == 'x'",
    ])
  }

  const ACTIONS: readonly (() => Item)[] = [
    () => ({ file: { path: path(), state: 'directory', mode: pick(['0755', '0700']) } }),
    () => ({ file: { path: path(), state: 'absent' } }),
    () => ({ file: { path: path(), mode: pick(['0644', '0600']) } }),
    () => ({ file: { path: path(), state: 'link', src: path(), force: true } }),
    () => ({ copy: { content: `${word()}\n`, dest: path() } }),
    () => ({ copy: { content: `${word()}\n`, dest: path(), mode: '0640', force: chance(0.5) } }),
    () => ({ copy: { src: path(), dest: path(), remote_src: true } }),
    () => ({ lineinfile: { path: path(), line: `line ${word()}`, create: chance(0.5) } }),
    () => ({ lineinfile: { path: path(), regexp: '^line', state: 'absent' } }),
    () => ({ stat: { path: path() }, register: learn() }),
    () => ({ command: { cmd: `mkdir ${path()}`, creates: path() } }),
    () => ({ command: { cmd: 'true' }, changed_when: false }),
    () => ({ shell: `cat ${path()}`, register: learn(), changed_when: false, failed_when: false }),
    () => ({ shell: `echo ${word()} >>${dir}/log` }),
    () => ({ set_fact: { known: word() } }),
    () => ({ set_fact: { known: `{{ ${registered.at(-1) ?? 'n'}.stdout | default('-') }}` } }),
    () => ({ debug: { msg: `${word()} {{ ${registered.at(-1) ?? 'n'} is defined }}` } }),
    () => ({ assert: { that: [condition()] } }),
    () => ({ fail: { msg: word() } }),
    () => ({ copy: { content: `{{ lookup('pipe', 'ls -A ${dir} | sort') }}\n`, dest: path() } }),
    () => ({ stat: { path: path() }, register: learn(), until: condition(), retries: 1, delay: 0 }),
    () => ({ file: { path: `${dir}/{{ item }}`, state: 'directory' }, loop: ['l1', '{{ n }}', 'd', 'l1'] }),
    () => ({ copy: { content: '{{ item }}', dest: `${dir}/loop` }, loop: [1, 2, 2, 3], register: learn() }),
    () => ({ stat: { path: `${dir}/{{ item }}` }, loop: PLACES, register: learn() }),
  ]

  const task = (): Item => ({
    name: `task ${++number}`,
    ...pick(ACTIONS)(),
    ...(chance(0.3) ? { when: condition() } : {}),
    ...(chance(0.25) ? { notify: pick(HANDLERS) } : {}),
    ...(chance(0.6) ? { ignore_errors: true } : {}),
    ...(chance(0.05) ? { delegate_to: 'two' } : {}),
    ...(chance(0.05) ? { run_once: true } : {}),
    ...(chance(0.05) ? { check_mode: chance(0.5) } : {}),
    ...(chance(0.05) ? { environment: { WORD: word() } } : {}),
    ...(chance(0.05) ? { vars: { n: below(3) } } : {}),
  })
  const several = (depth: number): Item[] => Array.from({ length: 1 + below(5) }, () => item(depth))
  const item = (depth: number): Item => {
    if (depth > 1 || chance(0.8)) return task()
    if (chance(0.25)) return { meta: 'flush_handlers' }
    if (chance(0.3)) {
      const name = `included-${++number}.yml`
      // JSON is YAML as well.
      files[name] = JSON.stringify(several(2))
      return { name: `include ${number}`, include_tasks: name, ...(chance(0.3) ? { when: condition() } : {}) }
    }
    return {
      block: several(depth + 1),
      ...(chance(0.6) ? { rescue: several(depth + 1) } : {}),
      ...(chance(0.4) ? { always: several(depth + 1) } : {}),
    }
  }

  const tasks = Array.from({ length: 6 + below(14) }, () => item(0))
  const handlers = HANDLERS.map((name) => ({
    name,
    ...(name === 'touch'
      ? { copy: { content: `${word()}\n`, dest: path() } }
      : { shell: `echo ${name} >>${dir}/handled` }),
    ignore_errors: true,
  }))
  const before = PLACES.filter(() => chance(0.4)).map((place) =>
    place.includes('/') || chance(0.3) ? `mkdir -p ${place}` : `[ -d ${place} ] || echo old >${place}`,
  )
  return { tasks, handlers, files, before: ['mkdir -p one two', ...before].join('\n') }
}
