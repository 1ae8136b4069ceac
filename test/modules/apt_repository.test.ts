import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError } from '../../src/core/errors.ts'
import { apt_repository } from '../../src/modules/apt_repository.ts'
import { changeSources, readSourceLine, sourceFileName } from '../../src/modules/packages/sources-list.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('modules/apt_repository')

for (const [text, source, enabled] of [
  ['deb http://h/d  stable main', 'deb http://h/d stable main', true],
  ['# deb-src http://h/d x', 'deb-src http://h/d x', false],
  ['deb http://h/d x # why', 'deb http://h/d x', true],
  ['# a remark', undefined, false],
  ['', undefined, true],
] as const) {
  test(`the line '${text}'`, () => {
    const line = readSourceLine(text)
    assert.equal([line.source, line.enabled], [source, enabled])
  })
}
for (const [source, name] of [
  ['deb https://apt.example.org/debian stable main', 'apt_example_org_debian.list'],
  ['deb [arch=amd64 signed-by=/k] http://me:pw@h.org/x y', 'h_org_x.list'],
  ['deb-src file:/srv/x ./', 'file_srv_x.list'],
] as const) {
  test(`the file of ${source}`, () => assert.is(sourceFileName(source), name))
}

const LIST = '/etc/apt/sources.list.d/a.list'
const SOURCE = 'deb http://h/d x'
for (const [what, text, state, after] of [
  ['a new one', undefined, 'present', `${SOURCE}\n`],
  ['another is there', 'deb http://h/e x\n', 'present', `deb http://h/e x\n${SOURCE}\n`],
  ['it is there', `# r\n${SOURCE}\n`, 'present', `# r\n${SOURCE}\n`],
  ['it is switched off', `# ${SOURCE} # why\n`, 'present', `${SOURCE} # why\n`],
  ['it is to go', `# r\n${SOURCE}\n`, 'absent', '# r\n'],
  ['it is to go, and was the only one', `${SOURCE}\n`, 'absent', undefined],
  ['it is switched off and to go', `# ${SOURCE}\n`, 'absent', `# ${SOURCE}\n`],
  ['it is not there and to go', 'x', 'absent', 'x'],
] as const) {
  test(`sources: ${what}`, () => {
    const files = text === undefined ? {} : { [LIST]: text }
    assert.is(changeSources(files, SOURCE, { state, file: LIST })[LIST], after)
  })
}

const VIEW = { main: '/etc/apt/sources.list', folder: '/etc/apt/sources.list.d/', files: {} }
for (const [what, own, files, changes, steps] of [
  ['new', {}, {}, ['sources'], ['write /etc/apt/sources.list.d/h_d.list', 'apt-get update']],
  ['new, no update', { update_cache: false }, {}, ['sources'], ['write /etc/apt/sources.list.d/h_d.list']],
  [
    'a name',
    { filename: 'b', update_cache: false },
    {},
    ['sources'],
    ['write /etc/apt/sources.list.d/b.list'],
  ],
  ['in the main list', {}, { '/etc/apt/sources.list': `${SOURCE}\n` }, [], []],
  [
    'gone',
    { state: 'absent', update_cache: false },
    { [LIST]: `${SOURCE}\n` },
    ['sources'],
    [`remove ${LIST}`],
  ],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(apt_repository, { repo: SOURCE, ...own }, { ...VIEW, files })
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    assert.equal(
      plan.steps.map(({ label }) => label.replace(/ \(.*/, '')),
      steps,
    )
  })
}

test('what is no source is refused, and why', () => {
  assert.throws(() => checkedArguments(apt_repository, {}), /missing required arguments: repo/)
  const refuses = (args: Record<string, unknown>, problem: RegExp) =>
    assert.throws(
      () => planOf(apt_repository, args, VIEW),
      (error: unknown) => error instanceof ArgumentError && problem.test(error.message),
    )
  refuses({ repo: 'http://h/d x' }, /Invalid repository string: http/)
  refuses({ repo: '# deb http://h/d x' }, /Invalid repository string/)
  refuses({ repo: 'ppa:nginx/stable' }, /ppa: are not supported/)
})

test.run()
