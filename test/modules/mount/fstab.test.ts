import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withEntry, withoutEntry } from '../../../src/modules/mount/fstab.ts'
import { isFrom, type Mounted, mountedOn, parseMountinfo } from '../../../src/modules/mount/mounts.ts'

const test = suite('fstab and mounts')

const ENTRY = { src: '/dev/sdb1', path: '/srv', fstype: 'ext4', opts: 'noatime', dump: '0', passno: '2' }
const LINE = '/dev/sdb1 /srv ext4 noatime 0 2\n'

test('an entry is added, changed in its place, and left alone', () => {
  assert.is(withEntry('# c\n', ENTRY), `# c\n${LINE}`)
  assert.is(withEntry('', ENTRY), LINE)
  assert.is(withEntry('a /a x defaults', ENTRY), `a /a x defaults\n${LINE}`)
  assert.is(withEntry('/dev/old\t/srv ext3 defaults 1 1\nb /b x y 0 0\n', ENTRY), `${LINE}b /b x y 0 0\n`)
  const spaced = '/dev/sdb1   /srv\text4 noatime 0 2\n'
  assert.is(withEntry(spaced, ENTRY), spaced)
})

test('the last two fields may be missing and are 0 then', () => {
  const short = '/dev/sdb1 /srv ext4 noatime\n'
  assert.is(withEntry(short, { ...ENTRY, passno: '0' }), short)
})

test('blanks in names are octal numbers', () => {
  const path = '/srv/my files'
  const text = withEntry('', { ...ENTRY, path })
  assert.is(text, '/dev/sdb1 /srv/my\\040files ext4 noatime 0 2\n')
  assert.is(withoutEntry(text, path, undefined), '')
})

test('swap is known by its source', () => {
  const swap = { src: '/swap2', path: 'none', fstype: 'swap', opts: 'sw', dump: '0', passno: '0' }
  const text = '/swap1 none swap sw 0 0\n'
  assert.is(withEntry(text, swap), `${text}/swap2 none swap sw 0 0\n`)
  assert.is(withoutEntry(`${text}/swap2 none swap sw 0 0\n`, 'none', '/swap1'), '/swap2 none swap sw 0 0\n')
})

test('an entry goes; one that is not there leaves the text as it is', () => {
  assert.is(withoutEntry(`# c\n${LINE}`, '/srv', undefined), '# c\n')
  assert.is(withoutEntry('# c', '/srv', undefined), '# c')
})

const MOUNTS = parseMountinfo(
  [
    '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '40 22 0:35 / /tmp rw shared:9 - tmpfs tmpfs rw',
    '41 22 254:0 /srv/data /mnt/bind rw,relatime shared:1 - ext4 /dev/vda rw',
    '42 22 0:35 /a\\040b /mnt/two rw shared:9 - tmpfs tmpfs rw',
  ].join('\n'),
)

test('mounts are found by their path', () => {
  assert.is(mountedOn('/tmp', MOUNTS)?.fstype, 'tmpfs')
  assert.is(mountedOn('/tmp/x', MOUNTS), undefined)
})

test('a source is a device, or the folder of a bind mount', () => {
  const at = (path: string) => mountedOn(path, MOUNTS) as Mounted
  assert.ok(isFrom('tmpfs', at('/tmp'), MOUNTS))
  assert.ok(isFrom('/srv/data', at('/mnt/bind'), MOUNTS))
  assert.ok(isFrom('/tmp/a b', at('/mnt/two'), MOUNTS))
  assert.not.ok(isFrom('/srv', at('/mnt/bind'), MOUNTS))
  assert.not.ok(isFrom('/dev/vdb', at('/mnt/bind'), MOUNTS))
})

test.run()
