import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { expectFile } from '../../src/core/expectation.ts'
import { blockinfile } from '../../src/modules/blockinfile.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { BLOCKINFILE_CASES } from './cases/blockinfile.ts'
import { edited, fileView } from './edited.ts'

const test = suite('modules/blockinfile')
const B = '# BEGIN ANSIBLE MANAGED BLOCK\n'
const E = '# END ANSIBLE MANAGED BLOCK\n'

// Text before, arguments, text after. Where both texts are the same nothing may change.
for (const [before, args, after] of [
  ['a\nb', { block: 'x' }, `a\nb\n${B}x\n${E}`],
  ['', { block: 'x\ny\n' }, `${B}x\ny\n${E}`],
  [`a\n${B}x\n${E}b\n`, { block: 'x' }, `a\n${B}x\n${E}b\n`],
  [`a\n${B}x\n${E}b\n`, { block: 'y' }, `a\n${B}y\n${E}b\n`],
  [`a\n${B}x\n${E}b\n`, { block: '' }, 'a\nb\n'],
  [`a\n${B}x\n${E}b\n`, { state: 'absent', block: 'x' }, 'a\nb\n'],
  ['a\nb\n', { state: 'absent' }, 'a\nb\n'],
  [`${E}x\n${B}b\n`, { block: 'y' }, `${B}y\n${E}b\n`],
  [`${B}x\nb\n`, { block: 'y' }, `${B}x\nb\n${B}y\n${E}`],
  [`${B}1\n${B}2\n${E}b\n`, { block: 'y' }, `${B}1\n${B}y\n${E}b\n`],
  ['a\nb\na\nc\n', { block: 'x', insertafter: '^a' }, `a\nb\na\n${B}x\n${E}c\n`],
  ['a\nb\na\nc\n', { block: 'x', insertbefore: '^a' }, `a\nb\n${B}x\n${E}a\nc\n`],
  ['a\nb\n', { block: 'x', insertbefore: 'BOF' }, `${B}x\n${E}a\nb\n`],
  ['a\nb\n', { block: 'x', insertafter: 'EOF' }, `a\nb\n${B}x\n${E}`],
  ['a\nb\n', { block: 'x', insertafter: 'none' }, `a\nb\n${B}x\n${E}`],
  ['a\nb\n', { block: 'x', insertbefore: 'none' }, `a\nb\n${B}x\n${E}`],
  ['a\nb\nc\n', { block: 'x', insertafter: '(?m)^a\\nb$' }, `a\nb\n${B}x\n${E}c\n`],
  ['a\nb\nc\n', { block: 'x', insertbefore: '(?m)^b\\nc$' }, `a\n${B}x\n${E}b\nc\n`],
  ['a\n', { block: 'x', marker: '<!-- {mark} -->' }, 'a\n<!-- BEGIN -->\nx\n<!-- END -->\n'],
  [
    'a\n',
    { block: 'x', marker_begin: '$& (', marker_end: ')' },
    'a\n# $& ( ANSIBLE MANAGED BLOCK\nx\n# ) ANSIBLE MANAGED BLOCK\n',
  ],
  [
    'a\nb\n',
    { block: 'x', insertafter: 'a', append_newline: true, prepend_newline: true },
    `a\n\n${B}x\n${E}\nb\n`,
  ],
  [
    `a\n\n${B}x\n${E}\nb\n`,
    { block: 'x', append_newline: true, prepend_newline: true },
    `a\n\n${B}x\n${E}\nb\n`,
  ],
  ['a\r\n\xff\r\n', { block: 'é' }, `a\r\n\xff\r\n${B}\xc3\xa9\n${E}`],
] as const) {
  test(`${JSON.stringify(before)} with ${JSON.stringify(args)}`, () => {
    assert.is(edited(blockinfile, before, args), after)
  })
}

test('insertafter and insertbefore exclude one another, and a wrong expression is an error', () => {
  const both = { path: '/f', block: 'a', insertafter: 'EOF', insertbefore: 'BOF' }
  assert.throws(() => checkedArguments(blockinfile, both), /mutually exclusive: insertbefore, insertafter/)
  const wrong = { path: '/f', block: 'a', insertafter: '(' }
  assert.throws(() => planOf(blockinfile, wrong, fileView('a\n')), /no valid regular expression/)
})

test('what appears while the probe reads is not what the block was put into', () => {
  const view = { ...fileView('theirs\n'), found: undefined }
  const [step] = planOf(blockinfile, { path: '/f', block: 'x', create: true }, view).steps
  assert.equal(step?.expects, expectFile('/f', ''))
})

tryCases(test, blockinfile, BLOCKINFILE_CASES)

test.run()
