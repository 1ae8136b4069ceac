import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { ArgumentSpecs } from '../../src/core/arguments.ts'
import { checkArguments } from '../../src/core/check-arguments.ts'
import { ArgumentError, TaskError } from '../../src/core/errors.ts'
import type { Controller, Module, Plan } from '../../src/core/module.ts'
import type { RequestOptions, Shell, Target } from '../../src/core/remote.ts'
import type { Variables } from '../../src/core/scope.ts'
import { readDecrypted } from '../../src/engine/controller.ts'
import { executeModule, type Outcome } from '../../src/engine/execute.ts'
import { VaultError } from '../../src/vars/vault/errors.ts'
import { createVault } from '../../src/vars/vault/vault.ts'

type RawArguments = Readonly<Record<string, unknown>> | string

/** A GNU system's root user: what plans are made for unless a test says otherwise. */
export const TARGET: Target = {
  system: 'Linux',
  userland: 'gnu',
  user: 'root',
  uid: 0,
  home: '/root',
  pid: 1,
  temp: '/tmp/.playscript-test',
  tools: new Set([
    'base64',
    'curl',
    'wget',
    'sha1sum',
    'sha256sum',
    'tar',
    'unzip',
    'file',
    'systemctl',
    'apt-get',
  ]),
}

/**
 * Checks raw arguments as the engine does; a bare string fills the module's free-form parameter.
 * @throws {ArgumentError} listing all that is wrong, one problem a line
 */
export function checkedArguments<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  module: Module<S, State, Local, F, O>,
  raw: RawArguments,
  home = TARGET.home,
): Parameters<typeof module.plan>[0] {
  const given = typeof raw === 'string' ? { [module.free_form ?? '']: raw } : raw
  const { args, problems } = checkArguments(given, {
    module: module.name,
    specs: module.args,
    rules: module.rules,
    open: module.open,
    home,
  })
  if (problems.length > 0) throw new ArgumentError(problems.join('\n'))
  return args as Parameters<typeof module.plan>[0]
}

/**
 * The plan of a module for raw arguments and a state, as a table test compares it.
 * @throws {ArgumentError} when the arguments are wrong, and whatever the plan throws
 */
export function planOf<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  module: Module<S, State, Local, F, O>,
  raw: RawArguments,
  state: State,
  context: { target?: Partial<Target>; local?: Local; diff?: boolean } = {},
): Plan {
  const args = checkedArguments(module, raw)
  return module.plan(args, state, {
    target: { ...TARGET, ...context.target },
    local: context.local as Local,
    diff: context.diff ?? false,
  })
}

export interface RunOptions extends RequestOptions {
  readonly shell?: Shell | undefined
  readonly check?: boolean
  readonly diff?: boolean
  readonly controller?: Controller
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs a module from raw arguments to its outcome, as a task would. @throws {ArgumentError} {TaskError} */
export async function runModule<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  module: Module<S, State, Local, F, O>,
  raw: RawArguments,
  { shell, check = false, diff = false, controller = fakeController(), ...rest }: RunOptions,
): Promise<Outcome> {
  const args = checkedArguments(module, raw, shell?.target.home)
  return executeModule(module as unknown as Module, args as never, {
    shell,
    controller,
    check,
    diff,
    ...rest,
  })
}

/** What a module's run failed with. @throws when it did not fail as a task fails */
export async function failureOf(running: Promise<unknown>): Promise<TaskError> {
  try {
    await running
  } catch (error) {
    if (error instanceof TaskError) return error
    if (error instanceof VaultError) return new TaskError(error.message, { cause: error })
    throw error
  }
  throw new Error('the module was expected to fail and did not')
}

/**
 * A controller whose files lie below `root`, in folders named `files`, `templates` and `vars` or in `root` itself.
 * Rendering and expressions have no engine behind them here: a test that needs one gives its own.
 */
export function fakeController(
  options: { readonly root?: string; readonly variables?: Variables } & Partial<
    Omit<Controller, 'variables'>
  > = {},
): Controller {
  const { root = '/nonexistent', variables = {}, ...own } = options
  const unavailable = (what: string) => () => {
    throw new Error(`this test gave the controller no ${what}`)
  }
  return {
    variables: {
      has: (name) => Object.hasOwn(variables, name),
      get: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
      names: () => Object.keys(variables),
    },
    environment: {},
    conceal: () => {},
    mask: (text) => text,
    inventory: { hosts: new Map(), groups: new Map() },
    find(kind, name) {
      const places = isAbsolute(name) ? [name] : [join(root, kind, name), join(root, name)]
      const found = places.find((place) => existsSync(place))
      if (found === undefined) throw new TaskError(`could not find ${name}; looked at ${places.join(', ')}`)
      // A trailing slash says that a folder's content is meant, not the folder.
      return name.endsWith('/') && !found.endsWith('/') ? `${found}/` : found
    },
    read: (path) => readDecrypted(path, createVault({})),
    renderFile: unavailable('renderFile'),
    evaluate: unavailable('evaluate'),
    condition: unavailable('condition'),
    ...own,
  }
}
