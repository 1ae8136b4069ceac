import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cron } from '../../src/modules/cron.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { CRON_CASES } from './cases/cron.ts'

const test = suite('cron')
const found = (...lines: string[]) => ({
  exists: lines.length > 0,
  printed: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  text: lines.map((line) => `${line}\n`).join(''),
  lines,
})
const JOBS = found('#Ansible: a', '* * * * * true')

const CASES: readonly (readonly [
  string,
  Record<string, unknown>,
  ReturnType<typeof found>,
  readonly string[],
])[] = [
  ['a job that is there', { name: 'a', job: 'true' }, JOBS, []],
  ['a new job', { name: 'b', job: 'false' }, JOBS, ['write the crontab']],
  ['the first job', { name: 'b', job: 'false' }, found(), ['write the crontab']],
  [
    'another command, and a backup',
    { name: 'a', job: 'x', backup: true },
    JOBS,
    ['keep the old crontab', 'write the crontab'],
  ],
  ['a disabled job', { name: 'a', job: 'true', disabled: true }, JOBS, ['write the crontab']],
  ['no job', { name: 'a', state: 'absent' }, JOBS, ['write the crontab']],
  ['no such job', { name: 'b', state: 'absent' }, JOBS, []],
  [
    'the last job of a file',
    { name: 'a', state: 'absent', cron_file: 'f' },
    JOBS,
    ['rm -f -- /etc/cron.d/f'],
  ],
  ['a file', { name: 'a', job: 'true', cron_file: 'f', user: 'root' }, found(), ['write /etc/cron.d/f']],
]
for (const [name, args, state, steps] of CASES) {
  test(name, () => {
    const plan = planOf(cron, args, state)
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
    assert.is(plan.changes.length > 0, steps.length > 0)
  })
}

test('a diff shows the table', () => {
  const { changes } = planOf(cron, { name: 'a', job: 'x', user: 'kim' }, JOBS, { diff: true })
  assert.equal(changes, [
    {
      what: 'content',
      before: '#Ansible: a\n* * * * * true\n',
      after: '#Ansible: a\n* * * * * x\n',
      file: 'crontab for user "kim"',
    },
  ])
})

test('a variable beside one that is not there is a failure', () => {
  const args = { name: 'B', value: '1', env: true, insertafter: 'A' }
  assert.is(planOf(cron, args, JOBS).failed, "Variable named 'A' not found.")
})

test('names and jobs that cron would trip over are warned of', () => {
  const args = { name: 'a', job: 'a\nb', cron_file: 'with.dot', user: 'root' }
  const { warnings } = planOf(cron, args, found()).result ?? {}
  assert.is((warnings as string[]).length, 2)
})

const WRONG: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [{ name: 'a' }, /needs a job/],
  [{ name: 'a', job: 'x', cron_file: 'f' }, /needs a user/],
  [{ name: 'a', job: 'x', cron_file: '/etc/crontab', user: 'root' }, /other jobs are in it/],
  [{ name: 'a', job: 'x', special_time: 'daily', hour: '3' }, /exclude one another/],
  [{ name: 'a b', value: 'x', env: true }, /has a blank/],
  [{ name: 'a', job: 'x', insertafter: 'b' }, /need env/],
]
for (const [args, message] of WRONG) {
  test(`refused: ${JSON.stringify(args)}`, () => {
    const checked = checkedArguments(cron, args)
    assert.throws(() => cron.probe?.(checked, undefined as never), message)
  })
}

test('parameters that exclude one another, and a special time that there is not', () => {
  const both = { name: 'A', value: '1', env: true, insertafter: 'B', insertbefore: 'C' }
  assert.throws(() => checkedArguments(cron, both), /mutually exclusive/)
  assert.throws(() => checkedArguments(cron, { name: 'a', special_time: 'often' }), /must be one of/)
})

tryCases(test, cron, CRON_CASES)

test.run()
