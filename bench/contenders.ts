import { existsSync, mkdtempSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from '../test/lab/run.ts'
import { ensureNode, programOf } from '../test/nodes/install.ts'
import type { Command } from './measure.ts'
import { FORKS, type Project } from './project.ts'

export type Work = 'connect' | 'role' | 'micro'

/** Whoever can do the work. */
export interface Contender {
  readonly name: string
  readonly title: string
  /** Why it cannot take part here; undefined when it can. */
  readonly missing: () => Promise<string | undefined>
  readonly command: (work: Work, project: Project) => Command
}

const tsx = resolve('node_modules/.bin/tsx')

/** The version of Node that runs TypeScript natively in the benchmarks. */
export const NATIVE_NODE = 24

/** @param program what runs a playbook of TypeScript */
function playscript(
  name: string,
  { title, program, missing }: Pick<Contender, 'title' | 'missing'> & { readonly program: string },
): Contender {
  return {
    name,
    title,
    missing,
    command: (work, { playscript: cwd, inventory, variables }) => ({
      argv: [
        ...[program, `${work === 'role' ? 'playbook' : work}.ts`, '-i', inventory, '-e', `@${variables}`],
        ...['-f', String(FORKS)],
      ],
      cwd,
    }),
  }
}

const fromDebian = (name: string) => async () =>
  (await run([name, '--version'])).code === 0 ? undefined : `no ${name} here`

/** @param name that of its settings file */
function ansible(name: string, title: string, missing = fromDebian('ansible-playbook')): Contender {
  return {
    name,
    title,
    missing,
    command: (work, { ansible: cwd, inventory, variables, dir }) => ({
      argv: [
        ...['ansible-playbook', '-i', inventory, '-e', `@${variables}`],
        `${work === 'role' ? 'site' : work}.yml`,
      ],
      cwd,
      env: {
        ANSIBLE_CONFIG: join(cwd, `${name}.cfg`),
        ANSIBLE_HOME: join(dir, 'home'),
        // A connection that an earlier run left open must not help.
        ANSIBLE_SSH_CONTROL_PATH_DIR: mkdtempSync(join(dir, 'cp-')),
        ANSIBLE_NOCOLOR: '1',
      },
    }),
  }
}

const pyinfraProgram = process.env.PLAYSCRIPT_BENCH_PYINFRA ?? 'pyinfra'

export const CONTENDERS: readonly Contender[] = [
  playscript('node', {
    title: 'playscript, node',
    program: programOf(NATIVE_NODE),
    missing: () =>
      ensureNode(NATIVE_NODE).then(
        () => undefined,
        (error: Error) => error.message,
      ),
  }),
  playscript('tsx', { title: 'playscript, tsx', program: tsx, missing: async () => undefined }),
  ansible('ansible', 'ansible-core'),
  ansible('pipelining', 'with pipelining'),
  ansible('mitogen', 'Mitogen', async () =>
    existsSync('/usr/lib/python3/dist-packages/ansible_mitogen')
      ? undefined
      : 'no Debian package ansible-mitogen',
  ),
  {
    name: 'pyinfra',
    title: 'pyinfra',
    missing: async () =>
      (await run([pyinfraProgram, '--version'])).code === 0
        ? undefined
        : 'no pyinfra on the PATH, nor in PLAYSCRIPT_BENCH_PYINFRA',
    command: (work, { pyinfra: cwd }) => ({
      argv: [pyinfraProgram, '-y', '--sudo', 'inventory.py', `${work === 'role' ? 'site' : work}.py`],
      cwd,
    }),
  },
]
