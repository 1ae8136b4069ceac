import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { getent, parseAnswer, parseEntries } from '../../src/modules/getent.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { failureOf, planOf, runModule } from '../helpers/module-harness.ts'

const test = suite('getent')

test('entries are told apart by colons, blanks, or what was said', () => {
  assert.equal(parseEntries('root:x:0:\nadm:x:4:a,b\n', ':'), {
    root: ['x', '0', ''],
    adm: ['x', '4', 'a,b'],
  })
  assert.equal(parseEntries('127.0.0.1       localhost me\n', undefined), {
    '127.0.0.1': ['localhost', 'me'],
  })
  assert.equal(parseEntries('a|b|c\n', '|'), { a: ['b', 'c'] })
})

test('entries of the same name are a list', () => {
  assert.equal(parseEntries('a:1\na:2\nb:3\na:4\n', ':'), { a: [['1'], ['2'], ['4']], b: ['3'] })
})

test('the exit code stands on the last line', () => {
  assert.equal(parseAnswer('root:x:0:\n\n0\n'), { code: 0, text: 'root:x:0:\n' })
  assert.equal(parseAnswer('\n2\n'), { code: 2, text: '' })
})

test('a missing entry is a failure, unless that was allowed', () => {
  const answer = { code: 2, text: '' }
  assert.match(planOf(getent, { database: 'passwd', key: 'x' }, answer).failed ?? '', /could not be found/)
  const { result, failed } = planOf(getent, { database: 'passwd', key: 'x', fail_key: false }, answer)
  assert.is(failed, undefined)
  assert.equal(result?.ansible_facts, { getent_passwd: { x: null } })
  for (const code of [1, 3, 127]) {
    assert.type(planOf(getent, { database: 'x', fail_key: false }, { code, text: '' }).failed, 'string')
  }
})

for (const local of LOCAL_SHELLS) {
  test(`the databases of this machine (${local.name})`, () =>
    local.use(async (shell) => {
      const facts = async (args: Record<string, unknown>) =>
        (await runModule(getent, args, { shell })).fields.ansible_facts as Record<
          string,
          Record<string, unknown>
        >
      const { getent_passwd } = await facts({ database: 'passwd', key: 'root' })
      assert.equal(Object.keys(getent_passwd ?? {}), ['root'])
      assert.match(String(getent_passwd?.root), /^x,0,0,/)
      const { getent_group } = await facts({ database: 'group', key: '0' })
      assert.equal(getent_group, { root: ['x', '0', ''] })
      assert.ok(Object.keys((await facts({ database: 'group' })).getent_group ?? {}).length > 5)
      const missing = { database: 'passwd', key: 'no.such-user' }
      assert.match((await failureOf(runModule(getent, missing, { shell }))).message, /could not be found/)
      assert.equal(await facts({ ...missing, fail_key: false }), { getent_passwd: { 'no.such-user': null } })
    }))
}

for (const { name, use } of LOCAL_SHELLS) {
  test(`a key that looks like an option is a key: ${name}`, () =>
    use(async (shell) => {
      const { message } = await failureOf(
        runModule(getent, { database: 'passwd', key: '--version' }, { shell }),
      )
      assert.match(message, /could not be found in the database/)
    }))
}

test.run()
