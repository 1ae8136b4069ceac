import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pam_limits } from '../../src/modules/pam_limits.ts'
import { putLimit } from '../../src/modules/pam-limits/limits.ts'
import { tryCase } from '../helpers/module-cases.ts'
import { checkedArguments } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { PROBE_SHELLS } from '../helpers/programs.ts'

const test = suite('modules/pam_limits')

const WISH = {
  ...{ domain: '*', limit_type: 'hard', limit_item: 'nofile', value: '1024' },
  ...{ use_max: false, use_min: false, comment: '' },
}

// The file before, what is wanted beside the usual, the file after.
for (const [name, before, own, after] of [
  ['a new limit', '# head\n', {}, '# head\n*\thard\tnofile\t1024\n'],
  ['in an empty file, with a comment', '', { comment: 'few' }, '*\thard\tnofile\t1024\t#few\n'],
  ['behind an unfinished line', 'x', {}, 'x\n*\thard\tnofile\t1024\n'],
  ['a limit that is right', '* hard  nofile 1024 # ok\n', {}, '* hard  nofile 1024 # ok\n'],
  ['another value', '* hard nofile 9\n* soft nofile 9\n', {}, '*\thard\tnofile\t1024\n* soft nofile 9\n'],
  ['the same limit twice', '* hard nofile 1024\n* hard nofile 9\n', {}, '* hard nofile 1024\n'],
  ['a comment is no limit', '#* hard nofile 9\n', {}, '#* hard nofile 9\n*\thard\tnofile\t1024\n'],
  ['the higher stays', '* hard nofile 9999\n', { use_max: true }, '* hard nofile 9999\n'],
  ['no limit is the highest', '* hard nofile unlimited\n', { use_max: true }, '* hard nofile unlimited\n'],
  ['the lower stays', '* hard nofile 9\n', { use_min: true }, '* hard nofile 9\n'],
  ['a lower one comes', '* hard nofile -1\n', { use_min: true }, '*\thard\tnofile\t1024\n'],
] as const) {
  test(name, () => {
    assert.is(putLimit(before, { ...WISH, ...own }), after)
  })
}

test('highest and lowest exclude one another', () => {
  assert.throws(
    () => checkedArguments(pam_limits, { ...WISH, use_max: true, use_min: true }),
    /use_max.*use_min/,
  )
  assert.throws(() => checkedArguments(pam_limits, { ...WISH, limit_item: 'files' }), /limit_item/)
})

for (const argv of PROBE_SHELLS) {
  test(`${argv[0]}: a missing file is made, and check mode makes none`, () =>
    tryCase(
      pam_limits,
      {
        name: 'new file',
        args: (folder) => ({
          domain: '@crew',
          limit_type: '-',
          limit_item: 'core',
          value: 0,
          dest: `${folder}/l`,
        }),
        after: `test "$(cat l)" = "$(printf '@crew\\t-\\tcore\\t0')"`,
        changed: true,
      },
      { shell: plainShell({ temp: '/tmp', argv }) },
    ))
}

test.run()
