import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Variables } from '../../src/core/scope.ts'
import { heldContent } from '../../src/modules/shared/copy/source.ts'
import { template } from '../../src/modules/template.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, fakeController, planOf, runModule } from '../helpers/module-harness.ts'
import { TEMPLATE_CASES } from './cases/template.ts'
import { foundFile } from './states.ts'

const test = suite('modules/template')
const root = mkdtempSync(join(tmpdir(), 'template-'))
process.on('exit', () => rmSync(root, { recursive: true }))
mkdirSync(join(root, 'templates'))
writeFileSync(join(root, 'templates/motd.njk'), 'hello {{ who }}\n', { mode: 0o640 })

const asked: Variables[] = []
const controller = fakeController({
  root,
  renderFile: async (path, options) => {
    asked.push(options)
    return readFileSync(path, 'utf8').replace('{{ who }}', 'world')
  },
})

for (const [what, args, problem] of [
  ['no src', { dest: '/a' }, /^src and dest are required$/],
  ['another newline', { src: 'a', dest: '/a', newline_sequence: 'x' }, /newline_sequence/],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => checkedArguments(template, args), problem)
  })
}

for (const { name, use } of LOCAL_SHELLS) {
  test(`the renderer gets what the task says (${name})`, () =>
    use(async (shell) => {
      const args = { src: 'motd.njk', dest: join(root, 'out'), newline_sequence: '\\r\\n', trim_blocks: 'no' }
      await runModule(template, args, { shell, controller, check: true })
      const options = asked.at(-1)
      assert.is(options?.newline_sequence, '\r\n')
      assert.is(options?.trim_blocks, false)
      assert.is(options?.source, 'motd.njk')
      assert.is('comment_start_string' in (options ?? {}), false)
    }))

  test(`a template that is not there is an error (${name})`, () =>
    use(async (shell) => {
      const error = await failureOf(runModule(template, { src: 'none', dest: '/a' }, { shell, controller }))
      assert.match(error.message, /none/)
    }))
}

tryCases(test, template, TEMPLATE_CASES, controller)

const entry = { name: '', type: 'file', mode: 0o644, ...heldContent(Buffer.from('hello world\n')) } as const
for (const [what, args, before, changes] of [
  ['no file', {}, undefined, ['state', 'content']],
  ['the same text', {}, 'hello world\n', []],
  ['another text', {}, 'hello\n', ['content']],
  ['another mode', { mode: '0600' }, 'hello world\n', ['mode']],
  ['not by force', { force: false }, 'hello\n', []],
] as const) {
  test(`plan: ${what}`, () => {
    const given = { src: 'motd.njk', dest: '/etc/file', ...args }
    const plan = planOf(template, given, foundFile(before), { local: entry })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
  })
}

test.run()
