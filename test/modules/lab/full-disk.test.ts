import * as assert from 'uvu/assert'
import { lineinfile } from '../../../src/modules/lineinfile.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { labSuite } from './lab-host.ts'

const { test, host, run } = await labSuite('a full disk')

test('a write says which file could not be written, and that the disk is full', async () => {
  const { shell, sh } = await host()
  await sh(
    'mkdir -p /srv/full; mount -t tmpfs -o size=64k tmpfs /srv/full; echo old >/srv/full/f; cat /dev/zero >/srv/full/rest 2>/dev/null || true',
  )
  const args = { path: '/srv/full/f', line: 'x'.repeat(20_000) }
  const { message } = await failureOf(runModule(lineinfile, args, { shell }))
  assert.match(message, /\/srv\/full\/f cannot be written: the disk is full \(0 KiB are free\)/)
  assert.is(await sh('cat /srv/full/f; ls -A /srv/full; umount /srv/full'), 'old\nf\nrest\n')
})

run()
