import type { HostOutcome, Outcome, RunRecord, TaskRecord } from './record-types.ts'

interface Task {
  readonly task: string
  readonly hosts: Record<string, HostOutcome>
}

const HEADER = /^(?:TASK|RUNNING HANDLER) \[(.*)\] \**$/
const RESULT = /^(ok|changed|skipping|failed|fatal): \[([^\]]+?)(?: -> [^\]]+)?\](.*)$/
const RECAP = /^(\S+)\s+: (ok=.*)$/

// Stands between plays, so that a task is not joined with the same one of another batch.
const PLAY: Task = { task: '', hosts: {} }

const STATUS: Readonly<Record<string, string>> = { skipping: 'skipped', fatal: 'failed' }

/** Reads what `ansible-playbook -v` printed. */
export function readOutput(text: string): Pick<RunRecord, 'tasks' | 'recap'> {
  const lines = text.split('\n')
  const tasks: Task[] = []
  const recap: Record<string, Record<string, number>> = {}
  let last: string | undefined
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const [, header] = HEADER.exec(line) ?? []
    const [, word = '', host = '', rest = ''] = RESULT.exec(line) ?? []
    const [, summary, counts = ''] = RECAP.exec(line) ?? []
    const task = tasks.at(-1)
    if (line.startsWith('PLAY ')) tasks.push(PLAY)
    else if (header !== undefined) tasks.push({ task: header, hosts: {} })
    else if (line === '...ignoring' && task !== undefined && last !== undefined) {
      task.hosts[last] = { outcomes: task.hosts[last]?.outcomes ?? [], ignored: true }
    } else if (word !== '' && task !== undefined) {
      const { outcome, end } = readOutcome(word, rest, lines, index)
      index = end
      last = host
      // After its items comes the whole loop, when its output is hidden.
      const before = task.hosts[host]?.outcomes ?? []
      const whole = before.length > 0 && outcome?.[0]?.label === undefined
      if (!whole && (outcome !== undefined || before.length > 0))
        task.hosts[host] = { outcomes: [...(task.hosts[host]?.outcomes ?? []), ...(outcome ?? [])] }
    } else if (summary !== undefined) {
      const pairs = [...counts.matchAll(/(\w+)=(\d+)/g)]
      recap[summary] = Object.fromEntries(pairs.map(([, name = '', count]) => [name, Number(count)]))
    }
  }
  return { tasks: merge(tasks), recap }
}

function readOutcome(word: string, rest: string, lines: readonly string[], start: number) {
  const [, label] = /^(?:: \w+!)?(?: =>)? \(item=(.*?)\)(?: {1,2}=> ?\{|\s*$)/.exec(rest) ?? []
  const opening =
    label === undefined ? rest.indexOf('{') : rest.indexOf('{', rest.indexOf(`=${label})`) + label.length)
  const status = rest.includes(': UNREACHABLE!') ? 'unreachable' : (STATUS[word] ?? word)
  let fields: Readonly<Record<string, unknown>> = {}
  let end = start
  if (opening !== -1) {
    let json = rest.slice(opening)
    for (;;) {
      const parsed = tryParse(json)
      if (parsed !== undefined) {
        fields = parsed
        break
      }
      end++
      if (end >= lines.length) throw new Error(`no result can be read from: ${rest}`)
      json += `\n${lines[end]}`
    }
  }
  // The whole of a loop is told after its items, when all were skipped.
  const outcome: readonly Outcome[] | undefined = isWhole(word, label, fields)
    ? undefined
    : [{ status, ...(label === undefined ? {} : { label }), fields }]
  return { outcome, end }
}

function isWhole(
  word: string,
  label: string | undefined,
  fields: Readonly<Record<string, unknown>>,
): boolean {
  if (word !== 'skipping' || label !== undefined) return false
  // Nor does an order to the engine give a result here.
  return (
    fields.msg === 'All items skipped' || /conditional evaluated to False/.test(String(fields.skip_reason))
  )
}

function tryParse(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

// A header is repeated where hosts take turns.
function merge(tasks: readonly Task[]): readonly TaskRecord[] {
  const merged: Task[] = []
  for (const task of tasks) {
    const before = merged.at(-1)
    const again =
      before?.task === task.task && Object.keys(task.hosts).every((host) => !(host in before.hosts))
    if (again && before !== undefined) Object.assign(before.hosts, task.hosts)
    else merged.push(task)
  }
  return merged.filter(({ hosts }) => Object.keys(hosts).length > 0)
}
