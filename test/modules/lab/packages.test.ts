import * as assert from 'uvu/assert'
import { apt } from '../../../src/modules/apt.ts'
import { package_ } from '../../../src/modules/package.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { converges, labSuite, type TestHost } from './lab-host.ts'

const { test, host, run } = await labSuite('apt and package')

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
  assert.is(await machine.sh('apt-mark showauto helper'), 'helper\n')
  assert.is((await runModule(apt, { name: 'helper' }, { shell: machine.shell })).fields.changed, false)
  assert.is(await machine.sh('apt-mark showauto helper'), '')
  await machine.sh('apt-mark auto helper')
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

test('what a release prefers, what is recommended, and what is only upgraded', async () => {
  const machine = await host()
  await publish(machine, 'extra', '1.0')
  await publish(machine, 'liked', '1.0', "'Recommends: extra'")
  await runModule(apt, { update_cache: true }, { shell: machine.shell })
  const result = await runModule(apt, { name: 'liked', only_upgrade: true }, { shell: machine.shell })
  assert.is(result.fields.changed, false)
  await converges(machine, apt, { name: 'liked', install_recommends: false })
  assert.not.match(await installed(machine, 'extra'), /^installed/)
  await converges(machine, apt, { name: 'liked', state: 'absent', purge: true })
  await converges(machine, apt, { name: 'liked', install_recommends: true })
  assert.is(await installed(machine, 'extra'), 'installed 1.0')
  const nowhere = { name: 'demo', state: 'latest', default_release: 'nowhere' }
  await machine.sh('apt-get purge -y -q demo extra')
  const failure = await failureOf(runModule(apt, nowhere, { shell: machine.shell }))
  assert.match(failure.message, /nowhere/)
  await converges(machine, apt, {
    name: 'demo',
    dpkg_options: 'force-confnew, force-overwrite',
    force_apt_get: true,
  })
})

test('a package on hold is left alone unless that is said', async () => {
  const machine = await host()
  await machine.sh('apt-mark hold demo >/dev/null')
  await publish(machine, 'demo', '4.0')
  await runModule(apt, { update_cache: true }, { shell: machine.shell })
  const held = await failureOf(runModule(apt, { name: 'demo=4.0' }, { shell: machine.shell }))
  assert.match(held.message, /held/i)
  await converges(machine, apt, { name: 'demo=4.0', allow_change_held_packages: true })
  await machine.sh('apt-mark unhold demo >/dev/null')
})

test('an upgrade brings newer versions, safe or full, and no package goes by itself', async () => {
  const machine = await host()
  await publish(machine, 'demo', '5.0')
  await runModule(apt, { update_cache: true }, { shell: machine.shell })
  await converges(machine, apt, { upgrade: 'safe' })
  await publish(machine, 'demo', '6.0', "'Conflicts: liked'")
  await runModule(apt, { update_cache: true }, { shell: machine.shell })
  assert.is((await runModule(apt, { upgrade: 'yes' }, { shell: machine.shell })).fields.changed, false)
  const refused = await failureOf(
    runModule(apt, { name: 'demo', state: 'latest', fail_on_autoremove: true }, { shell: machine.shell }),
  )
  assert.match(refused.message, /remove/i)
  await converges(machine, apt, { upgrade: 'full' })
  assert.is(await installed(machine, 'demo'), 'installed 6.0')
  assert.not.match(await installed(machine, 'liked'), /^installed/)
})

test('a file comes from an address, and what a source needs to be built is installed', async () => {
  const machine = await host()
  await machine.sh('apt-get purge -y -q needy helper')
  const unreadable = await failureOf(
    runModule(apt, { deb: 'file:///srv/test-apt/none.deb' }, { shell: machine.shell }),
  )
  assert.match(unreadable.message, /none\.deb/)
  await converges(machine, apt, { deb: 'file:///srv/test-apt/needy_1.0.deb' })
  assert.is(await installed(machine, 'helper'), 'installed 1.0')
  await machine.sh(`set -e; apt-get purge -y -q needy helper >/dev/null; cd /srv/test-apt
    grep -q deb-src /etc/apt/sources.list.d/test.list || echo 'deb-src [trusted=yes] file:/srv/test-apt ./' >>/etc/apt/sources.list.d/test.list
    printf '%s\\n' 'Format: 1.0' 'Source: built' 'Binary: built' 'Architecture: all' 'Version: 1.0' 'Maintainer: T <t@example.org>' 'Build-Depends: helper' 'Files:' ' d41d8cd98f00b204e9800998ecf8427e 0 built_1.0.tar.gz' >built_1.0.dsc
    : >built_1.0.tar.gz
    { printf '%s\\n' 'Package: built' 'Binary: built' 'Version: 1.0' 'Maintainer: T <t@example.org>' 'Build-Depends: helper' 'Architecture: all' 'Format: 1.0' 'Directory: .' 'Checksums-Sha256:'
      for f in built_1.0.dsc built_1.0.tar.gz; do echo " $(sha256sum <$f | cut -d' ' -f1) $(stat -c %s $f) $f"; done; } >Sources
    apt-get update -q >/dev/null`)
  const refused = async (name: string) =>
    (await failureOf(runModule(apt, { name, state: 'build-dep' }, { shell: machine.shell }))).message
  assert.match(await refused('nothing-there'), /Unable to find a source package for nothing-there/)
  assert.match(await refused('built'), /build-essential/)
  await publish(machine, 'build-essential', '1.0')
  await runModule(apt, { update_cache: true }, { shell: machine.shell })
  await converges(machine, apt, { name: 'built', state: 'build-dep' })
  assert.is(await installed(machine, 'helper'), 'installed 1.0')
})

test('downloads that are to be had no more go with autoclean', async () => {
  const machine = await host()
  await machine.sh('cp /srv/test-apt/helper_1.0.deb /var/cache/apt/archives/helper_0.1_all.deb')
  await converges(machine, apt, { autoclean: true })
})

test('another that holds the lock is waited for, as long as was said', async () => {
  const machine = await host()
  const lock = `perl -e 'use Fcntl; open F, "+>", "/var/lib/dpkg/lock-frontend"; $l = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; sleep 30'`
  await machine.sh(`${lock} >/dev/null 2>&1 & echo $! >/run/holder; sleep 0.3`)
  const args = { name: 'demo', state: 'absent', lock_timeout: 1 }
  const failure = await failureOf(runModule(apt, args, { shell: machine.shell }))
  assert.match(failure.message, /lock/)
  await machine.sh('kill "$(cat /run/holder)"')
  await machine.sh(`${lock.replace('sleep 30', 'sleep 3')} >/dev/null 2>&1 & sleep 0.3`)
  await runModule(apt, { name: 'demo', state: 'absent', lock_timeout: 60 }, { shell: machine.shell })
  assert.not.match(await installed(machine, 'demo'), /^installed/)
})

run()
