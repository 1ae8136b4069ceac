import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isModule } from '../../src/modules/index.ts'
import { shortModuleName } from '../../src/modules/module-name.ts'
import { HERE } from './cases.ts'
import type { RunRecord } from './record-types.ts'

type Fields = Readonly<Record<string, unknown>>

/** The modules that a recorded run of the real Ansible carried out at least once, with success; `fail` knows none. */
export function readRecorded(): ReadonlySet<string> {
  const topics = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const found = topics.flatMap(({ name: topic }) =>
    readdirSync(join(HERE, topic))
      .filter((name) => name.endsWith('.yml'))
      .flatMap((name) => modulesOf(join(HERE, topic, name))),
  )
  return new Set(found)
}

function modulesOf(file: string): readonly string[] {
  const record = read(file.replace(/\.yml$/, '.json'))
  if (record === undefined) return []
  const runs = (Array.isArray(record) ? record : (record as { runs: unknown }).runs) as readonly RunRecord[]
  const statuses = runs.flatMap(({ tasks }) =>
    tasks.flatMap(({ task, hosts }) =>
      Object.values(hosts).flatMap(({ outcomes }) => outcomes.map(({ status }) => ({ task, status }))),
    ),
  )
  return tasksIn(readYaml(file)).flatMap((task) => {
    const keys = Object.keys(task).filter((key) => isModule(key))
    const name = String(task.name ?? keys[0])
    return keys.map(shortModuleName).filter((module) => {
      const done = module === 'fail' ? /^failed$/ : /^(ok|changed)$/
      return statuses.some((one) => one.task === name && done.test(one.status))
    })
  })
}

const LISTS = ['tasks', 'pre_tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always']

function tasksIn(list: unknown): readonly Fields[] {
  if (!Array.isArray(list)) return []
  return list
    .filter((one): one is Fields => typeof one === 'object' && one !== null)
    .flatMap((one) => [one, ...LISTS.flatMap((key) => tasksIn(one[key]))])
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { logLevel: 'silent' })
  } catch {
    // Some playbooks are wrong on purpose.
    return undefined
  }
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
