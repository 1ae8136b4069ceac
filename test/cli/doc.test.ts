import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { main } from '../../src/cli/main.ts'
import { UsageError } from '../../src/core/errors.ts'
import { moduleNames } from '../../src/modules/index.ts'

const test = suite('doc')

async function doc(...argv: string[]): Promise<string> {
  let text = ''
  const code = await main(['doc', ...argv], {
    out: (more) => {
      text += more
    },
    err: () => {},
    cwd: '/nonexistent',
    env: {},
    terminal: false,
    width: 80,
    signal: new AbortController().signal,
  })
  assert.is(code, 0)
  return text
}

test('without a name it lists every module, a line each', async () => {
  const rows = (await doc()).trimEnd().split('\n')
  assert.equal(
    rows.map((row) => row.split(' ')[0]),
    [...moduleNames()].sort(),
  )
  assert.ok(rows.every((row) => row.length <= 80))
})

test('a module’s page has its example, its parameters and what goes together', async () => {
  const page = await doc('copy', 'ansible.builtin.git')
  assert.match(page, /^COPY\n/)
  assert.match(page, /\nEXAMPLE\n {2}\{ copy: /)
  assert.match(page, /\n {2}= dest \(path; required/)
  assert.match(page, /\nRULES\n/)
  assert.match(page, /\nANSIBLE\.BUILTIN\.GIT\n|\nGIT\n/)
  assert.ok(page.split('\n').every((row) => row.length <= 80 || /https?:|^ {2}\{| {4}/.test(row)))
})

test('it can be read by programs', async () => {
  const [page] = JSON.parse(await doc('--json', 'group')) as readonly [{ readonly name: string }]
  assert.is(page.name, 'group')
})

test('a module that does not exist is an error, with the nearest that does', async () => {
  try {
    await doc('gti')
    assert.unreachable()
  } catch (error) {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, /no module 'gti'.*did you mean 'git'/)
  }
})

test.run()
