import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stat } from '../../src/modules/stat.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, planOf, runModule } from '../helpers/module-harness.ts'
import { STAT_CASES } from './cases/stat.ts'

const test = suite('modules/stat')

for (const [what, args, problem] of [
  ['no path', {}, /missing required arguments: path/],
  ['an unknown checksum', { path: '/a', checksum_algorithm: 'crc' }, /it must be one of: md5, sha1/],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => checkedArguments(stat, args), problem)
  })
}

test('plan: what is not there does not exist, and nothing changes', () => {
  const plan = planOf(stat, { path: '/a' }, undefined)
  assert.equal(plan, { changes: [], steps: [], result: { stat: { exists: false } } })
})

for (const line of ['4204017787 --------------e------- /a', '52017787   --------------e------- /a']) {
  test(`plan: the attributes are those of lsattr: ${line}`, () => {
    const found = { type: 'file', mode: 0o644, flags: line, mime: '' }
    const { stat: told } = planOf(stat, { path: '/a' }, found as never).result as {
      stat: Record<string, unknown>
    }
    assert.is(told.version, line.split(' ')[0])
    assert.is(told.attr_flags, 'e')
    assert.equal(told.attributes, ['extents'])
  })
}

for (const { name, use } of LOCAL_SHELLS) {
  test(`tells what Ansible tells (${name})`, () =>
    use(async (shell) => {
      const root = mkdtempSync(join(tmpdir(), 'stat-'))
      const look = async (path: string, more = {}) => {
        const { fields } = await runModule(stat, { path: join(root, path), ...more }, { shell })
        assert.is(fields.changed, false)
        return fields.stat as Record<string, unknown>
      }
      try {
        const odd = "-o'dd \n é"
        writeFileSync(join(root, odd), 'hello\n', { mode: 0o640 })
        linkSync(join(root, odd), join(root, 'other'))
        mkdirSync(join(root, 'd'))
        symlinkSync(odd, join(root, 'link'))
        symlinkSync('nothing', join(root, 'dangling'))
        execFileSync('mkfifo', [join(root, 'pipe')])

        const file = await look(odd)
        const real = statSync(join(root, odd))
        assert.is(file.exists, true)
        assert.is(file.mode, '0640')
        assert.equal(
          [file.isreg, file.isdir, file.islnk, file.rgrp, file.woth],
          [true, false, false, true, false],
        )
        assert.equal([file.inode, file.dev, file.nlink, file.uid], [real.ino, real.dev, 2, real.uid])
        assert.equal([file.size, file.blocks, file.block_size], [6, real.blocks, real.blksize])
        assert.is(file.checksum, 'f572d396fae9206628714fb2ce00f72e94f2258f')
        assert.ok(Math.abs(Number(file.mtime) - real.mtimeMs / 1000) <= 1)
        assert.ok(['text/plain', 'unknown'].includes(String(file.mimetype)))
        assert.is((await look(odd, { checksum_algorithm: 'sha256' })).checksum?.toString().length, 64)
        assert.is((await look(odd, { get_checksum: false })).checksum, undefined)

        const link = await look('link')
        assert.equal([link.islnk, link.lnk_target, link.lnk_source], [true, odd, join(root, odd)])
        assert.is(link.checksum, undefined)
        assert.is((await look('link', { follow: true })).isreg, true)
        assert.equal(await look('dangling', { follow: true }), { exists: false })
        assert.is((await look('dangling')).islnk, true)
        assert.is((await look('d')).isdir, true)
        assert.is((await look('pipe')).isfifo, true)
        assert.equal(await look('none'), { exists: false })
        assert.equal(await look('other/below'), { exists: false })
        assert.is(
          (await runModule(stat, { path: '/dev/null' }, { shell })).fields.stat instanceof Object,
          true,
        )
      } finally {
        rmSync(root, { recursive: true })
      }
    }))
}

tryCases(test, stat, STAT_CASES)

test.run()
