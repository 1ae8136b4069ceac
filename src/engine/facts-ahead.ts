import type { Args } from '../core/arguments.ts'
import { checkArguments } from '../core/check-arguments.ts'
import type { Script } from '../core/quote.ts'
import type { Target } from '../core/remote.ts'
import type { Variables } from '../core/scope.ts'
import { setup } from '../modules/setup.ts'
import type { Gathering } from './context.ts'
import { factsArguments } from './facts-arguments.ts'
import { probeScript } from './read-state.ts'

/**
 * The question with which a play will gather its facts, as far as that can be told from the play as it is written.
 * @returns undefined where it gathers none, or may find them in the cache
 */
export function factsScript(play: Variables, { smart, args }: Gathering, target: Target): Script | undefined {
  if (play.gather_facts === false || play.module_defaults !== undefined || smart === true) return undefined
  const { args: checked, problems } = checkArguments(factsArguments(play, args), {
    module: setup.name,
    specs: setup.args,
    home: target.home,
  })
  // What is wrong is told when the play gathers.
  if (problems.length > 0) return undefined
  return probeScript(setup, checked as Args<typeof setup.args>, { target, diff: false, local: undefined }, {})
}
