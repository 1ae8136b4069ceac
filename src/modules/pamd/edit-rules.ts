import { lineOf, type PamLine, type PamRule, sameRule, splitArguments } from './rules.ts'

/** What pamd is to do with the rules of one type, control and path. */
export interface PamWish {
  readonly type: string
  readonly control: string
  readonly module_path: string
  readonly new_type?: string | undefined
  readonly new_control?: string | undefined
  readonly new_module_path?: string | undefined
  readonly module_arguments?: readonly string[] | undefined
  readonly state: 'absent' | 'before' | 'after' | 'args_absent' | 'args_present' | 'updated'
}

/** Edits the rules that match; gives all lines, and how many rules changed. */
export function editRules(
  lines: readonly PamLine[],
  wish: PamWish,
): { readonly lines: readonly PamLine[]; readonly count: number } {
  let count = 0
  const matches = ({ rule }: PamLine) =>
    rule?.type === wish.type && rule.control === wish.control && rule.path === wish.module_path
  const edited = lines.flatMap((line, index): readonly PamLine[] => {
    if (line.rule === undefined || !matches(line)) return [line]
    const fresh = editRule(line, line.rule, wish, { before: lines[index - 1], after: lines[index + 1] })
    if (fresh.length === 1 && fresh[0] === line) return fresh
    count += 1
    return fresh
  })
  return { lines: edited, count }
}

function editRule(
  line: PamLine,
  rule: PamRule,
  wish: PamWish,
  near: { readonly before: PamLine | undefined; readonly after: PamLine | undefined },
): readonly PamLine[] {
  const words = wish.module_arguments?.flatMap(splitArguments)
  switch (wish.state) {
    case 'absent':
      return []
    case 'before':
    case 'after': {
      const wanted = newRule(wish, words ?? [])
      if (sameRule(near[wish.state]?.rule, wanted)) return [line]
      return wish.state === 'before' ? [lineOf(wanted), line] : [line, lineOf(wanted)]
    }
    case 'args_absent':
      return changed(line, rule, { ...rule, args: rule.args.filter((word) => !words?.includes(word)) })
    case 'args_present':
      return changed(line, rule, { ...rule, args: withArguments(rule.args, words ?? []) })
    case 'updated':
      return changed(line, rule, {
        type: wish.new_type ?? rule.type,
        control: wish.new_control ?? rule.control,
        path: wish.new_module_path ?? rule.path,
        args: words ?? rule.args,
      })
  }
}

function newRule(wish: PamWish, args: readonly string[]): PamRule {
  return {
    type: wish.new_type ?? wish.type,
    control: wish.new_control ?? wish.control,
    path: wish.new_module_path ?? wish.module_path,
    args,
  }
}

function changed(line: PamLine, rule: PamRule, fresh: PamRule): readonly PamLine[] {
  return sameRule(rule, fresh) ? [line] : [lineOf(fresh)]
}

// `key=value` takes the place of another value of that key.
function withArguments(args: readonly string[], wanted: readonly string[]): readonly string[] {
  const result = [...args]
  for (const word of wanted) {
    if (result.includes(word)) continue
    const key = /^[^=[]+=/.exec(word)?.[0]
    const at = key === undefined ? -1 : result.findIndex((one) => one.startsWith(key))
    if (at < 0) result.push(word)
    else result[at] = word
  }
  return result
}
