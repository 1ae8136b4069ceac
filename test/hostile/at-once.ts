import { createHash } from 'node:crypto'
import type { Play } from '../../src/playbook/types.ts'
import { type Ran, runPlaybook } from '../helpers/playbook-harness.ts'

/** How many runs edit one file at once, how often each edits it, and how often that is tried. */
export interface Load {
  readonly runs: number
  readonly edits: number
  readonly trials: number
}

/** The load: `PLAYSCRIPT_AT_ONCE` is RUNSxEDITSxTRIALS; without it a short one, or that of `npm run test:hostile`. */
export function loadOf({ PLAYSCRIPT_AT_ONCE, PLAYSCRIPT_HOSTILE }: NodeJS.ProcessEnv): Load {
  const given = PLAYSCRIPT_AT_ONCE ?? (PLAYSCRIPT_HOSTILE === 'long' ? '10x20x1' : '3x5x1')
  const [runs = 1, edits = 1, trials = 1] = given.split('x').map(Number)
  return { runs, edits, trials }
}

/** A module that edits one file, and how many of the edits that were asked for are in a text. */
export interface Editing {
  readonly name: string
  /** What the file holds beforehand. */
  readonly before?: (load: Load) => string
  /** The task of one run; `{{ item }}` is `RUN-EDIT`, and `{{ key }}` a key that is the edit's own. */
  readonly task: (path: string) => Readonly<Record<string, unknown>>
  /** What of a line says which edit it is. */
  readonly mark: RegExp
}

const KEY = 'ssh-ed25519 {{ item.key }}'
const comment = (word: string) => `# ${word}\n`

/** Modules that edit any file, so that they need no host of their own. */
export const EDITING: readonly Editing[] = [
  {
    name: 'lineinfile',
    task: (path) => ({ lineinfile: { path, line: 'edit {{ item.id }}', create: true } }),
    mark: /^edit (\d+-\d+)$/gm,
  },
  {
    name: 'blockinfile',
    task: (path) => ({
      blockinfile: { path, marker: '# {mark} {{ item.id }}', block: 'edit {{ item.id }}', create: true },
    }),
    mark: /^# BEGIN (\d+-\d+)\nedit \1\n# END \1$/gm,
  },
  {
    name: 'replace',
    before: ({ runs, edits }) =>
      range(runs)
        .flatMap((run) => range(edits).map((edit) => `todo ${run}-${edit}.\n`))
        .join(''),
    task: (path) => ({ replace: { path, regexp: '^todo {{ item.id }}\\.', replace: 'edit {{ item.id }}.' } }),
    mark: /^edit (\d+-\d+)\.$/gm,
  },
  {
    name: 'known_hosts',
    task: (path) => ({
      known_hosts: { path, name: 'h{{ item.id }}', key: `h{{ item.id }} ${KEY}` },
    }),
    mark: /^h(\d+-\d+) ssh-ed25519 \S+$/gm,
  },
  {
    name: 'authorized_key',
    task: (path) => ({
      authorized_key: { user: 'root', path, manage_dir: false, key: `${KEY} edit-{{ item.id }}` },
    }),
    mark: /^ssh-ed25519 \S+ edit-(\d+-\d+)$/gm,
  },
  {
    name: 'mount',
    before: () => comment('fstab'),
    task: (path) => ({
      mount: { path: '/mnt/{{ item.id }}', src: 'none', fstype: 'tmpfs', fstab: path, state: 'present' },
    }),
    mark: /^none \/mnt\/(\d+-\d+) tmpfs /gm,
  },
  {
    name: 'pam_limits',
    task: (path) => ({
      pam_limits: { domain: 'u{{ item.id }}', limit_type: 'hard', limit_item: 'core', value: 0, dest: path },
    }),
    mark: /^u(\d+-\d+)\thard\tcore\t0$/gm,
  },
  {
    name: 'pamd',
    before: () => 'auth required pam_first.so\n',
    task: (path) => ({
      pamd: {
        path: path.replace(/\/[^/]*$/, ''),
        name: path.replace(/^.*\//, ''),
        type: 'auth',
        control: 'required',
        module_path: 'pam_first.so',
        state: 'before',
        new_type: 'auth',
        new_control: 'optional',
        new_module_path: 'pam_{{ item.id }}.so',
      },
    }),
    mark: /pam_(\d+-\d+)\.so/gm,
  },
  {
    name: 'cron with cron_file',
    task: (path) => ({ cron: { name: 'job {{ item.id }}', job: '/x', user: 'root', cron_file: path } }),
    mark: /^#Ansible: job (\d+-\d+)\n\* \* \* \* \* root \/x$/gm,
  },
]

/** Modules whose place is the host's, so that they need one of the lab. */
export const EDITING_A_HOST: readonly Editing[] = [
  {
    name: 'cron',
    task: () => ({ cron: { name: 'job {{ item.id }}', job: '/x', user: 'root' } }),
    mark: /^#Ansible: job (\d+-\d+)\n\* \* \* \* \* \/x$/gm,
  },
  {
    name: 'sysctl',
    task: (path) => ({
      sysctl: { name: 'net.none.e{{ item.id }}', value: 1, sysctl_file: path, reload: false },
    }),
    mark: /^net\.none\.e(\d+-\d+)=1$/gm,
  },
  {
    name: 'apt_repository',
    task: () => ({
      apt_repository: {
        repo: 'deb http://127.0.0.1/{{ item.id }} stable main',
        filename: 'at-once',
        update_cache: false,
      },
    }),
    mark: /^deb http:\/\/127\.0\.0\.1\/(\d+-\d+) stable main$/gm,
  },
]

export const range = (length: number) => Array.from({ length }, (_, index) => index)

/** What one trial gave: the edits that are there, each once, and what the runs said. */
export interface Trial {
  readonly kept: number
  readonly asked: number
  readonly failures: readonly string[]
}

/**
 * Lets several runs edit one place at once, each with a connection of its own.
 * @param how the play's way to the host
 * @param read gives the file's text afterwards
 */
export async function editAtOnce(
  { task, mark }: Editing,
  path: string,
  load: Load,
  { how, read }: { readonly how: Partial<Play>; readonly read: () => string | Promise<string> },
): Promise<Trial> {
  const runs = await Promise.all(range(load.runs).map((run) => runPlaybook([playOf(run)])))
  const found = [...(await read()).matchAll(mark)].map(([, id]) => id)
  return {
    kept: found.length === new Set(found).size ? found.length : -found.length,
    asked: load.runs * load.edits,
    failures: runs.flatMap(failuresOf),
  }

  function playOf(run: number): Partial<Play> {
    const loop = range(load.edits).map((edit) => ({ id: `${run}-${edit}`, key: keyOf(`${run}-${edit}`) }))
    return { ...how, tasks: [{ name: 'edit', ...task(path), loop } as NonNullable<Play['tasks']>[number]] }
  }
}

function failuresOf({ events }: Ran): readonly string[] {
  return events.flatMap((event) =>
    event.kind === 'item' && event.result.status !== 'changed'
      ? [`${event.result.status}: ${event.result.fields.msg}`]
      : [],
  )
}

// A public key of its own, as ssh writes it: the type and 32 bytes, each behind its length.
function keyOf(id: string): string {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  const point = createHash('sha256').update(id).digest()
  return Buffer.concat([field(Buffer.from('ssh-ed25519')), field(point)]).toString('base64')
}
