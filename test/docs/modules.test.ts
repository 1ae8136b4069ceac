import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { markdownPage } from '../../src/cli/doc/markdown.ts'
import { commentOf, describeModules } from '../../src/modules/describe.ts'
import { loadPlaybook } from '../../src/playbook/load-playbook.ts'
import { validatePlaybook } from '../../src/playbook/validate.ts'
import { createTemplar } from '../../src/template/index.ts'

const test = suite('the page of all modules')
const docs = await describeModules()

test('docs/modules.md is what the declarations say: else npm run docs', () =>
  assert.ok(readFileSync('docs/modules.md', 'utf8') === markdownPage(docs), 'run: npm run docs'))

test('every module has an example and every parameter a line', () => {
  assert.equal(
    docs.filter(({ examples }) => examples.length === 0).map(({ name }) => name),
    [],
  )
  const silent = docs.flatMap(({ name, parameters }) =>
    parameters.filter(({ doc }) => doc.trim() === '').map((one) => `${name}.${one.name}`),
  )
  assert.equal(silent, [])
})

// Files that examples name are nowhere; all else that loading checks must be right.
const MISSING_FILE = /could not find|there is no file|not found|no such file/i
for (const { name, summary, examples } of docs) {
  const names = docs.filter((doc) => doc.summary === summary).map((doc) => doc.name)
  for (const [index, example] of examples.entries()) {
    test(`example ${index + 1} of ${name} is a task`, async () => {
      const tasks: unknown = new Function(`return [${example.replace(/,\s*$/, '')}]`)()
      assert.ok(
        (tasks as object[]).some((task) => names.some((one) => one in task)),
        'it names the module',
      )
      const file = `${process.cwd()}/example.ts`
      const source = { file, dir: process.cwd(), value: [{ hosts: 'all', tasks }], locate: () => ({ file }) }
      const { plays, problems } = await loadPlaybook(source, { rolesPath: [] })
      const found = [
        ...problems.list,
        ...validatePlaybook(plays, createTemplar({ searchPath: [process.cwd()] })).list,
      ]
      assert.equal(
        found.map(({ message }) => message).filter((message) => !MISSING_FILE.test(message)),
        [],
      )
    })
  }
}

test('the comment above the declaration is read without its stars', () => {
  const source =
    "/** Another. */\nconst a = 1\n/**\n * What it does.\n *\n * @example\n * { x: { a: '*\\/' } }\n */\nexport const x = 1\n/** No example. */\n"
  assert.is(commentOf(source), "What it does.\n\n@example\n{ x: { a: '*/' } }")
})

test.run()
