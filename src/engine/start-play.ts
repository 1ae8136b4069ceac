import type { Variables } from '../core/scope.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import type { Run } from './context.ts'
import { newHost } from './host.ts'

/** Asks the questions of a play's `vars_prompt`, before anything else of it; what `-e` gives is not asked for. */
export async function askVariables(run: Run, play: LoadedPlay): Promise<Variables> {
  const answers: Record<string, unknown> = {}
  for (const {
    name,
    prompt = name,
    default: otherwise,
    private: hidden = true,
    confirm = false,
  } of play.vars_prompt) {
    if (run.extraVars[name] !== undefined) continue
    const shown = otherwise === undefined || hidden ? prompt : `${prompt} [${String(otherwise)}]`
    let answer = await run.prompt(`${shown}: `, { private: hidden })
    while (confirm && answer !== (await run.prompt(`confirm ${prompt}: `, { private: hidden }))) {
      answer = await run.prompt(`***** VALUES ENTERED DO NOT MATCH ****\n${shown}: `, { private: hidden })
    }
    if (hidden) run.secrets.add(answer)
    answers[name] = answer === '' && otherwise !== undefined ? otherwise : answer
  }
  return answers
}

/**
 * Renders what decides on which hosts a play runs, and how many at a time: with its own variables, the user's answers,
 * extra variables and the groups of the inventory, since no host is known yet.
 */
export function renderPlay(run: Run, play: LoadedPlay, varsPrompt: Variables): LoadedPlay {
  const { templar } = run.renderer
  const written = [play.hosts, play.name, ...play.serial]
  if (!written.some((text) => typeof text === 'string' && templar.isTemplate(text))) return play
  const nobody = newHost('localhost')
  const facts = {
    ...{ play, varsPrompt, varsFiles: new Map(), roles: [], ended: false },
    ...{ hosts: () => [], allHosts: [], batch: [] },
  }
  const scope = run.variables.scope(nobody, { play: facts })
  const value = (raw: unknown) => run.renderer.value(raw, scope, play.at)
  const hosts = [value(play.hosts)].flat().map(String).join(',')
  const named = play.name === play.hosts ? hosts : String(value(play.name))
  return { ...play, hosts, name: named, serial: [value(play.serial)].flat() as LoadedPlay['serial'] }
}
