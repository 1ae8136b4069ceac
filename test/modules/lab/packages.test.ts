import * as assert from 'uvu/assert'
import { apt } from '../../../src/modules/apt.ts'
import { package_ } from '../../../src/modules/package.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { converges, labSuite, type TestHost } from './lab-host.ts'

const { test, host, run } = labSuite('apt and package')

/** Builds a package and puts it into the repository that only these tests have. */
const publish = ({ sh }: TestHost, name: string, version: string, more = '', script = '') =>
  sh(`set -e
    mkdir -p /srv/test-apt /tmp/build/DEBIAN; cd /srv/test-apt
    [ -e /etc/apt/sources.list.d/test.list ] || echo 'deb [trusted=yes] file:/srv/test-apt ./' >/etc/apt/sources.list.d/test.list
    printf '%s\\n' 'Package: ${name}' 'Version: ${version}' 'Architecture: all' 'Maintainer: T <t@example.org>' \
      'Description: for tests' ${more} >/tmp/build/DEBIAN/control
    mkdir -p /tmp/build/etc; echo '${name}' >/tmp/build/etc/${name}.conf; echo '/etc/${name}.conf' >/tmp/build/DEBIAN/conffiles
    printf '#!/bin/sh\\n%s\\n' '${script}' >/tmp/build/DEBIAN/postinst; chmod 755 /tmp/build/DEBIAN/postinst
    dpkg-deb --root-owner-group -b /tmp/build ${name}_${version}.deb >/dev/null; rm -r /tmp/build
    for f in *.deb; do dpkg-deb -f "$f"; echo "Filename: ./$f"; echo "Size: $(stat -c %s "$f")"; echo "SHA256: $(sha256sum <"$f" | cut -d' ' -f1)"; echo; done >Packages`)

const installed = ({ sh }: TestHost, name: string) =>
  sh(`dpkg-query -W -f '\${db:Status-Status} \${Version}' ${name} 2>/dev/null || true`)

test('a package comes with an update of the list, which a second run leaves alone', async () => {
  const machine = await host()
  await publish(machine, 'demo', '1.0')
  await publish(machine, 'helper', '1.0')
  const { message } = await failureOf(runModule(apt, { name: 'demo' }, { shell: machine.shell }))
  assert.is(message, "No package matching 'demo' is available")
  const args = { name: 'demo', update_cache: true, cache_valid_time: 3600 }
  await machine.sh('touch -d "2 hours ago" /var/lib/apt/lists /var/lib/apt/lists/partial')
  const made = await converges(machine, apt, args)
  assert.is(made.cache_updated, true)
  assert.match(String(made.stdout), /1 newly installed/)
  assert.is(await installed(machine, 'demo'), 'installed 1.0')
})

test('a newer version comes with latest, an older one when that is allowed', async () => {
  const machine = await host()
  await publish(machine, 'demo', '2.0')
  await runModule(apt, { update_cache: true }, { shell: machine.shell })
  assert.is((await runModule(apt, { name: 'demo' }, { shell: machine.shell })).fields.changed, false)
  await converges(machine, apt, { name: 'demo', state: 'latest' })
  assert.is(await installed(machine, 'demo'), 'installed 2.0')
  const failure = await failureOf(runModule(apt, { name: 'demo=1.*' }, { shell: machine.shell }))
  assert.match(failure.message, /allow-downgrades/)
  await converges(machine, apt, { name: 'demo=1.*', allow_downgrade: true })
  assert.is(await installed(machine, 'demo'), 'installed 1.0')
  await converges(machine, apt, { name: 'demo>=1.5' })
  assert.is(await installed(machine, 'demo'), 'installed 2.0')
})

test('latest with an update knows only afterwards whether anything changed', async () => {
  const machine = await host()
  await publish(machine, 'demo', '3.0')
  const args = { name: 'demo', state: 'latest', update_cache: true }
  assert.is((await runModule(apt, args, { shell: machine.shell })).fields.changed, true)
  assert.is(await installed(machine, 'demo'), 'installed 3.0')
  assert.is((await runModule(apt, args, { shell: machine.shell })).fields.changed, false)
})

test('removing keeps configuration, purging does not', async () => {
  const machine = await host()
  await converges(machine, package_, { name: 'demo', state: 'absent' })
  assert.is(await installed(machine, 'demo'), 'config-files 3.0')
  await converges(machine, apt, { name: 'demo', state: 'absent', purge: true })
  assert.not.match(await installed(machine, 'demo'), 'config-files')
})

test('several packages, a pattern of names, and what nothing needs any more', async () => {
  const machine = await host()
  await publish(machine, 'needy', '1.0', "'Depends: helper'")
  await runModule(apt, { update_cache: true }, { shell: machine.shell })
  await converges(machine, apt, { name: 'need[y]' })
  assert.is(await installed(machine, 'helper'), 'installed 1.0')
  await converges(machine, apt, { name: ['needy', 'nope'], state: 'absent' })
  assert.is(await installed(machine, 'helper'), 'installed 1.0')
  await converges(machine, apt, { autoremove: true, purge: true })
  assert.is.not(await installed(machine, 'helper'), 'installed 1.0')
})

test('an upgrade of everything, and downloads that are cleaned', async () => {
  const machine = await host()
  await runModule(apt, { name: 'demo=1.0', allow_downgrade: true }, { shell: machine.shell })
  await converges(machine, apt, { upgrade: 'dist' })
  assert.is(await installed(machine, 'demo'), 'installed 3.0')
  await machine.sh('touch /var/cache/apt/archives/old_1_all.deb')
  await converges(machine, apt, { clean: true })
})

test('a file is installed with what it needs', async () => {
  const machine = await host()
  await converges(machine, apt, { deb: '/srv/test-apt/needy_1.0.deb' })
  assert.is(await installed(machine, 'helper'), 'installed 1.0')
})

test('policy_rc_d keeps services from starting, and what was there comes back', async () => {
  const machine = await host()
  await publish(machine, 'probe', '1.0', '', 'sh /usr/sbin/policy-rc.d; echo $? >/run/policy')
  await machine.sh('printf "#!/bin/sh\\nexit 7\\n" >/usr/sbin/policy-rc.d; chmod 750 /usr/sbin/policy-rc.d')
  await runModule(apt, { name: 'probe', update_cache: true, policy_rc_d: 101 }, { shell: machine.shell })
  assert.is(await machine.sh('cat /run/policy'), '101\n')
  assert.is(
    await machine.sh(
      'cat /usr/sbin/policy-rc.d; stat -c %a /usr/sbin/policy-rc.d; ls /usr/sbin/policy-rc.d*',
    ),
    '#!/bin/sh\nexit 7\n750\n/usr/sbin/policy-rc.d\n',
  )
})

test('a package whose installation fails says why', async () => {
  const machine = await host()
  await publish(machine, 'broken', '1.0', '', 'echo out of luck; exit 3')
  const failure = await failureOf(
    runModule(apt, { name: 'broken', update_cache: true }, { shell: machine.shell }),
  )
  assert.match(failure.message, /apt-get install -- broken failed with exit code 100/)
  assert.match(String(failure.result.stdout), /out of luck/)
  await converges(machine, apt, { name: 'broken', state: 'absent' })
})

test('another that holds the lock is waited for, as long as was said', async () => {
  const machine = await host()
  const lock = `perl -e 'use Fcntl; open F, "+>", "/var/lib/dpkg/lock-frontend"; $l = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; sleep 30'`
  await machine.sh(`${lock} >/dev/null 2>&1 & echo $! >/run/holder; sleep 0.3`)
  const args = { name: 'demo', state: 'absent', lock_timeout: 1 }
  const failure = await failureOf(runModule(apt, args, { shell: machine.shell }))
  assert.match(failure.message, /lock/)
  await machine.sh('kill "$(cat /run/holder)"')
})

run()
