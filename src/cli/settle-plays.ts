import { Problem } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import { createRenderer } from '../engine/renderer.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import { settlePlay } from '../playbook/play-keywords.ts'
import { createTemplar } from '../template/index.ts'
import { createScope } from '../vars/scope.ts'

/** Plays whose keywords are templates, as lists show them: with the play's variables and those of the command line. */
export function settlePlays(plays: readonly LoadedPlay[], extraVars: Variables): readonly LoadedPlay[] {
  const renderer = createRenderer(createTemplar({ outside: false }))
  return plays.map((play) => {
    // Nobody is asked for a list: what has a default has it.
    const asked = play.vars_prompt.map(({ name, default: value = '' }) => [name, value] as const)
    const values = { ...play.vars, ...Object.fromEntries(asked), ...extraVars }
    const scope = createScope([{ kind: 'templates', values }], (value, inner) => renderer.value(value, inner))
    const render = (value: unknown) => {
      const rendered = renderer.value(value, scope, play.at)
      return renderer.isOmitted(rendered) ? undefined : rendered
    }
    return settlePlay(play, render, (_keyword, message) => {
      throw new Problem(message, { at: play.at })
    })
  })
}
