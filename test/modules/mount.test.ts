import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mount } from '../../src/modules/mount.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { foundFile } from './states.ts'

const test = suite('mount')

const TMPFS = { device: '0:9', root: '/', path: '/mnt', fstype: 'tmpfs', src: 'tmpfs' }
const LINE = 'tmpfs /mnt tmpfs size=1m 0 0\n'
const state = (text: string | undefined, mounted = false, exists = true) => ({
  mounts: mounted ? [TMPFS] : [],
  missing: exists ? [] : ['/mnt'],
  exists,
  view: foundFile(text, '/etc/fstab'),
})
const WRITE = 'write /etc/fstab'
const ASKED = { path: '/mnt', src: 'tmpfs', fstype: 'tmpfs', opts: 'size=1m' }

const CASES: readonly (readonly [string, object, ReturnType<typeof state>, readonly string[]])[] = [
  ['present', { state: 'present' }, state(''), [WRITE]],
  ['present already', { state: 'present' }, state(LINE), []],
  ['mounted', { state: 'mounted' }, state('', false, false), [WRITE, 'make the folder /mnt', 'mount /mnt']],
  ['in the file, and not mounted', { state: 'mounted' }, state(LINE), ['mount /mnt']],
  ['mounted, and not in the file', { state: 'mounted' }, state('', true), [WRITE, 'remount /mnt']],
  ['mounted already', { state: 'mounted', path: '/mnt/' }, state(LINE, true), []],
  ['unmounted', { state: 'unmounted' }, state(LINE, true), ['umount /mnt']],
  ['unmounted already', { state: 'unmounted' }, state(LINE), []],
  ['absent', { state: 'absent' }, state(LINE, true), [WRITE, 'umount /mnt', 'rmdir /mnt']],
  ['absent from the file, and mounted: none of ours', { state: 'absent' }, state('', true), []],
  ['absent from fstab', { state: 'absent_from_fstab' }, state(LINE, true), [WRITE]],
  ['absent from a file that there is not', { state: 'absent' }, state(undefined), []],
  ['remounted', { state: 'remounted' }, state('', true), ['remount /mnt']],
  ['ephemeral', { state: 'ephemeral' }, state('', false, false), ['make the folder /mnt', 'mount /mnt']],
  ['ephemeral, and mounted', { state: 'ephemeral' }, state('', true), ['remount /mnt']],
]
for (const [name, args, found, steps] of CASES) {
  test(name, () => {
    const plan = planOf(mount, { ...ASKED, ...args }, found)
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
    assert.is(plan.changes.length > 0, steps.length > 0)
  })
}

test('what another source has mounted there is left alone', () => {
  const { failed } = planOf(mount, { ...ASKED, src: '/dev/sdb1', state: 'ephemeral' }, state('', true))
  assert.match(failed ?? '', 'tmpfs is mounted on /mnt, not /dev/sdb1')
})

test('boot: false is an option, unless the options say so themselves', () => {
  const result = (args: object) =>
    planOf(mount, { ...ASKED, state: 'present', boot: false, ...args }, state('')).result
  const { opts, boot } = result({}) ?? {}
  assert.equal([opts, boot], ['size=1m,noauto', 'no'])
  assert.is(result({ opts: 'noauto' })?.boot, 'yes')
  const { warnings } = result({ opts: 'defaults' }) ?? {}
  assert.is((warnings as string[]).length, 1)
})

test('options that are not to be logged are in no result and no diff', () => {
  const args = { ...ASKED, opts: 'password=secret', opts_no_log: true, state: 'present' }
  const { changes, result } = planOf(mount, args, state(''), { diff: true })
  assert.not.match(JSON.stringify({ changes, result }), 'secret')
})

test('what a mount needs', () => {
  assert.throws(() => checkedArguments(mount, { path: '/a', state: 'mounted' }), /required: src, fstype/)
  assert.throws(() => checkedArguments(mount, { path: '/a' }), /missing required arguments: state/)
})

test.run()
