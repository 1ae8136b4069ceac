import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('diffs in results')

test('it is a list, also of one change, as playbooks read Ansible’s', async () => {
  const tasks = [
    { name: 'new', copy: { content: 'a\n', dest: '{{ playbook_dir }}/one' } },
    { name: 'one', copy: { content: 'b\n', dest: '{{ playbook_dir }}/one' } },
    { name: 'none', copy: { content: 'b\n', dest: '{{ playbook_dir }}/one' } },
  ]
  const { fields } = await runPlaybook([{ diff: true, tasks }])
  const texts = (name: string) =>
    (fields(name).diff as { before: string; after: string }[]).map(({ before, after }) => [before, after])
  assert.equal(texts('new')[0], ['', 'a\n'])
  assert.equal(texts('one'), [['a\n', 'b\n']])
  assert.is(fields('none').diff, undefined)
})

test('of the modules that have one text only, it is the diff itself', async () => {
  const tasks = [
    { name: 'new', copy: { content: 'a\n', dest: '{{ playbook_dir }}/one' } },
    { name: 'one', replace: { path: '{{ playbook_dir }}/one', regexp: 'a', replace: 'b' } },
  ]
  const { fields } = await runPlaybook([{ diff: true, tasks }])
  const { before, after } = fields('one').diff as Record<string, unknown>
  assert.equal([before, after], ['a\n', 'b\n'])
})

test.run()
