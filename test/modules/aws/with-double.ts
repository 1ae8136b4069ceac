import type { ArgumentSpecs } from '../../../src/core/arguments.ts'
import type { Module } from '../../../src/core/module.ts'
import type { Outcome } from '../../../src/engine/execute.ts'
import { type IamDouble, startIamDouble } from '../../helpers/iam-double/server.ts'
import { fakeController, runModule } from '../../helpers/module-harness.ts'

const isOfAws = (name: string) => name.startsWith('AWS_')

function dropSettings(): void {
  for (const name of Object.keys(process.env)) if (isOfAws(name)) delete process.env[name]
}

/** Hides what this machine's environment and files say about AWS; returns how to bring it back. */
export function hideMachine(): () => void {
  const before = Object.entries(process.env).filter(([name]) => isOfAws(name))
  dropSettings()
  Object.assign(process.env, {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  return () => {
    dropSettings()
    Object.assign(process.env, Object.fromEntries(before))
  }
}

export interface Session extends IamDouble {
  /** Runs a module against the double, as one task of its own. */
  run<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
    module: Module<S, State, Local, F, O>,
    args: Readonly<Record<string, unknown>>,
    options?: { readonly check?: boolean; readonly environment?: Readonly<Record<string, string>> },
  ): Promise<Outcome>
}

/** Runs a test with a double of IAM, empty at first. */
export async function withDouble(work: (session: Session) => Promise<void>): Promise<void> {
  const bringBack = hideMachine()
  const double = await startIamDouble()
  try {
    await work({
      ...double,
      run: (module, args, { check = false, environment = double.environment } = {}) =>
        runModule(module, args, {
          shell: undefined,
          check,
          diff: true,
          controller: fakeController({ environment }),
        }),
    })
  } finally {
    await double.close()
    bringBack()
  }
}

interface Shown {
  readonly before: string
  readonly after: string
  readonly before_header?: string
}

/** A result's diffs: one is the field itself, several are a list there. */
export const diffsOf = ({ fields }: Outcome): readonly Shown[] =>
  [(fields.diff ?? []) as Shown | Shown[]].flat()

/** The texts of a result's diffs, before and after. */
export function diffText(outcome: Outcome): string {
  return diffsOf(outcome)
    .map(({ before, after }) => `${before}=>\n${after}`)
    .join('\n')
}
