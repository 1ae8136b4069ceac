import type { Inventory } from '../inventory/model.ts'
import { selectHosts } from '../inventory/pattern.ts'
import { inShard, type Shard } from '../inventory/shard.ts'
import { type Item, type LoadedPlay, ROLE_COMPLETE } from '../playbook/model.ts'
import { isSelected, type TagSelection, tagsOf } from '../playbook/tags.ts'

export interface ListOptions {
  readonly file: string
  readonly plays: readonly LoadedPlay[]
  readonly tags: TagSelection
  readonly hosts?:
    | {
        readonly inventory: Inventory
        readonly limit: string | undefined
        readonly shard?: Shard | undefined
      }
    | undefined
  readonly tasks: boolean
  readonly allTags: boolean
}

/** The text of `--list-hosts`, `--list-tasks` and `--list-tags`, laid out as `ansible-playbook` does. */
export function listPlaybook(options: ListOptions): string {
  const plays = options.plays.map((play, index) => listPlay(play, index + 1, options))
  return `\nplaybook: ${options.file}\n\n${plays.join('\n')}`
}

function listPlay(play: LoadedPlay, number: number, options: ListOptions): string {
  const { hosts, tasks, allTags } = options
  const lines = [`  play #${number} (${play.hosts}): ${play.name}\tTAGS: [${play.tags.join(',')}]`]
  if (hosts !== undefined) {
    const found = selectHosts(hosts.inventory, play.hosts, {
      limit: hosts.limit,
      order: play.order,
    })
      .hosts.map((host) => host.name)
      .filter((name) => hosts.shard === undefined || inShard(name, hosts.shard))
    lines.push(
      `    pattern: ['${play.hosts}']`,
      `    hosts (${found.length}):`,
      ...found.map((host) => `      ${host}`),
    )
  }
  if (tasks) lines.push('    tasks:', ...play.sections.flatMap((section) => listTasks(section, options.tags)))
  if (allTags) lines.push(`      TASK TAGS: [${tagsOf(play).join(', ')}]`)
  return `${lines.join('\n')}\n`
}

// As Ansible lists them: what the tasks of blocks lead to is left out, and what the engine adds.
function listTasks(items: readonly Item[], tags: TagSelection): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind === 'block') return listTasks(item.block, tags)
    if (!isSelected(item.tags, tags) || item.action === ROLE_COMPLETE) return []
    const role = item.context.role === undefined ? '' : `${item.context.role.name} : `
    const name = item.name ?? (item.kind === 'meta' ? 'meta' : item.action)
    return [`      ${role}${name}\tTAGS: [${[...item.tags].sort().join(', ')}]`]
  })
}
