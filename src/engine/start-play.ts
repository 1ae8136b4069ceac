import { PlayscriptError, Problem } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import type { LoadedPlay } from '../playbook/model.ts'
import { settlePlay } from '../playbook/play-keywords.ts'
import type { Run } from './context.ts'

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
    if (hidden) run.secrets.add(answer, `the variable '${name}' of vars_prompt`)
    answers[name] = answer === '' && otherwise !== undefined ? otherwise : answer
  }
  return answers
}

// Without its keywords it is not even known on which hosts a play runs: it is the playbook that is wrong.
function known<T>(render: () => T, { at }: LoadedPlay): T {
  try {
    return render()
  } catch (cause) {
    if (!(cause instanceof PlayscriptError)) throw cause
    throw new Problem(cause.message, { at: cause.at ?? at, cause })
  }
}

/** Renders the keywords of a play: with its variables, the answers, and the command line's, since no host is chosen yet. */
export function settle(run: Run, play: LoadedPlay, varsPrompt: Variables): LoadedPlay {
  const scope = run.variables.playScope(play, varsPrompt)
  return settlePlay(
    play,
    (value) => {
      const rendered = known(() => run.renderer.value(value, scope, play.at), play)
      return run.renderer.isOmitted(rendered) ? undefined : rendered
    },
    (_keyword, message) => {
      throw new Problem(message, { at: play.at })
    },
  )
}
