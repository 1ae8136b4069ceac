import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadPlaybook, rolesPathOf } from '../../src/playbook/load-playbook.ts'
import { tasksOf } from '../../src/playbook/model.ts'
import { readSource } from '../../src/playbook/source.ts'

const test = suite('load ahead')

/** A file of tasks that is not there before all of `others` are being loaded; it would wait for ever. */
const waiting = (key: string, name: string, others: readonly string[]) => `
const begun = (globalThis[${JSON.stringify(key)}] ??= new Map())
function mark(name) {
  if (!begun.has(name)) {
    const own = {}
    own.promise = new Promise((resolve) => { own.resolve = resolve })
    begun.set(name, own)
  }
  return begun.get(name)
}
mark('${name}').resolve()
await Promise.race([
  Promise.all(${JSON.stringify(others)}.map((other) => mark(other).promise)),
  new Promise((_, reject) => setTimeout(reject, 20000, new Error('${name} waits in vain')).unref()),
])
export default`

async function load(files: (key: string) => Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-ahead-'))
  try {
    const written = files(dir)
    for (const [path, content] of Object.entries(written)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), content)
    }
    const source = await readSource(join(dir, Object.keys(written)[0] ?? ''))
    const { plays, problems } = await loadPlaybook(source, { rolesPath: rolesPathOf(dir) })
    assert.equal(
      problems.list.map((problem) => problem.describe(dir)),
      [],
    )
    return plays.flatMap(({ sections }) =>
      sections.flatMap((items) => [...tasksOf(items)].map(({ name }) => name)),
    )
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test('the roles of all plays, what their lists import and users’ modules are loaded at the same time', async () => {
  const all = ['one', 'imported', 'nested', 'module', 'two', 'three']
  const others = (name: string) => all.filter((other) => other !== name)
  // What names others is there at once.
  const names = await load((key) => ({
    'site.yml': `
- hosts: all
  roles: [one]
- hosts: all
  tasks:
    - block:
        - import_tasks: three.mjs
  roles: [{ role: two }]
`,
    'roles/one/tasks/main.mjs': `${waiting(key, 'one', [])} [
  { import_tasks: 'imported.mjs' },
  { name: 'its own', mine: {} },
]`,
    'roles/one/tasks/imported.mjs': `${waiting(key, 'imported', [])} [
  { block: [{ import_tasks: 'nested.mjs' }] },
]`,
    'roles/one/tasks/nested.mjs': `${waiting(key, 'nested', others('nested'))} [{ name: 'nested', ping: {} }]`,
    'roles/one/library/mine.mjs': `${waiting(key, 'module', others('module'))} { name: 'mine', doc: '', args: {}, plan: () => ({ changes: [] }) }`,
    'roles/two/tasks/main.mjs': `${waiting(key, 'two', others('two'))} [{ name: 'two', ping: {} }]`,
    'three.mjs': `${waiting(key, 'three', others('three'))} [{ name: 'three', ping: {} }]`,
  }))
  assert.equal(names, ['nested', 'its own', 'two', 'three'])
})

test('imports in a circle end', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-ahead-'))
  try {
    writeFileSync(join(dir, 'a.mjs'), "export default [{ hosts: 'all', tasks: [{ import_tasks: 'b.mjs' }] }]")
    writeFileSync(join(dir, 'b.mjs'), "export default [{ import_tasks: 'c.mjs' }]")
    writeFileSync(join(dir, 'c.mjs'), "export default [{ import_tasks: 'b.mjs' }]")
    const { problems } = await loadPlaybook(await readSource(join(dir, 'a.mjs')), { rolesPath: [] })
    assert.match(problems.list[0]?.message ?? '', /round in a circle/)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test.run()
