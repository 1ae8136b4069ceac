import type { ModuleInput, ModuleRegistry } from '../../src/modules/index.ts'

interface Variables {
  readonly domain: string
}
type Script = ModuleInput<ModuleRegistry['script'], Variables>

/** What must compile, and what must not, for the script module: read by the compiler, never run. */
export const scripts: readonly Script[] = [
  'files/install.sh --now',
  { cmd: 'install.sh', creates: '/opt/x' },
  async ({ $, vars, local, host }) => ({
    changed: false,
    text: await $`echo ${vars.domain} ${host}`.text(),
    local,
  }),
  async () => {},
  // @ts-expect-error: no such variable
  async ({ vars }) => ({ text: vars.domian }),
  // @ts-expect-error: no such parameter
  { cmd: 'install.sh', create: '/opt/x' },
]
