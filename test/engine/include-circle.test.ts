import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/include-circle')

async function circle(files: Readonly<Record<string, string>>, tasks: readonly object[]): Promise<string> {
  try {
    await runPlaybook([{ tasks: tasks as never }], { files })
  } catch (error) {
    return (error as Error).message
  }
  return 'it ended'
}

test('roles that include each other are an error that names the circle', async () => {
  const files = {
    'roles/ia/tasks/main.yml': '- include_role: {name: ib}',
    'roles/ib/tasks/main.yml': '- debug: {msg: x}\n- include_role: {name: ia}',
  }
  assert.match(await circle(files, [{ include_role: { name: 'ia' } }]), /circle: i[ab] -> i[ab] -> i[ab]$/)
})

test('a file that includes itself is one, too; errors that are ignored do not matter', async () => {
  const files = {
    'again.yml': '- {include_tasks: again.yml, ignore_errors: true}\n- {include_tasks: again.yml}',
  }
  assert.match(await circle(files, [{ include_tasks: 'again.yml' }]), /circle: \S+again.yml -> \S+again.yml$/)
})

test('a circle whose tasks change variables ends as well', async () => {
  const files = {
    'again.yml': '- set_fact: {n: "{{ n | default(0) | int + 1 }}"}\n- include_tasks: again.yml',
  }
  assert.match(await circle(files, [{ include_tasks: 'again.yml' }]), /circle: \S+again.yml -> \S+again.yml$/)
})

test('recursion that counts down ends by itself', async () => {
  const files = {
    'down.yml': '- set_fact: {n: "{{ n | int - 1 }}"}\n- {include_tasks: down.yml, when: n | int > 0}',
    'roles/down/tasks/main.yml':
      '- set_fact: {m: "{{ m | int - 1 }}"}\n- {include_role: {name: down}, when: m | int > 0}',
  }
  const tasks = [
    { set_fact: { n: 60, m: 30 } },
    { include_tasks: 'down.yml' },
    { include_role: { name: 'down' } },
    { name: 'left', debug: { msg: '{{ n }} {{ m }}' } },
  ]
  const { fields, exitCode } = await runPlaybook([{ tasks: tasks as never }], { files })
  assert.is(exitCode, 0)
  assert.is(fields('left').msg, '0 0')
})

test('one file included many times in a row is no circle', async () => {
  const files = { 'one.yml': '- debug: {msg: x}' }
  const tasks = [{ include_tasks: 'one.yml', loop: '{{ range(60) | list }}' }]
  assert.is((await runPlaybook([{ tasks: tasks as never }], { files })).exitCode, 0)
})

test.run()
