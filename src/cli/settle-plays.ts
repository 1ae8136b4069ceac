import { Problem } from '../core/errors.ts'
import type { Variables } from '../core/scope.ts'
import { createRenderer } from '../engine/renderer.ts'
import { words } from '../playbook/inherit.ts'
import type { Item, LoadedPlay } from '../playbook/model.ts'
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
    const settled = settlePlay(play, render, (_keyword, message) => {
      throw new Problem(message, { at: play.at })
    })
    return {
      ...settled,
      sections: settled.sections.map((items) => items.map((item) => withTags(item, render))),
    }
  })
}

type Render = (value: unknown) => unknown

// A tag that only a host knows stays as it is written.
function withTags(item: Item, render: Render): Item {
  const all = (items: readonly Item[]) => items.map((one) => withTags(one, render))
  const tags = item.tags.flatMap((tag) => (tag.includes('{{') ? tagsOf(tag, render) : [tag]))
  if (item.kind !== 'block') return { ...item, tags }
  return { ...item, tags, block: all(item.block), rescue: all(item.rescue), always: all(item.always) }
}

function tagsOf(tag: string, render: Render): readonly string[] {
  try {
    return words(render(tag))
  } catch {
    return [tag]
  }
}
