import * as assert from 'uvu/assert'
import { apt } from '../../../src/modules/apt.ts'
import { apt_key } from '../../../src/modules/apt_key.ts'
import { apt_repository } from '../../../src/modules/apt_repository.ts'
import { deb822_repository } from '../../../src/modules/deb822_repository.ts'
import { debconf } from '../../../src/modules/debconf.ts'
import { dpkg_selections } from '../../../src/modules/dpkg_selections.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { converges, labSuite, type TestHost } from './lab-host.ts'

const { test, host, run } = await labSuite('apt’s sources and keys, and dpkg’s answers')

/** A repository with one package, signed with a key of its own. Gives the key's id. */
const signedRepository = ({ sh }: TestHost) =>
  sh(`set -e
    [ -s /srv/signed/key.gpg ] && { cat /srv/signed/id; exit; }
    export GNUPGHOME=/srv/gpg; mkdir -p -m 700 /srv/gpg; mkdir -p /srv/signed /tmp/build/DEBIAN; cd /srv/signed
    gpg --batch --quiet --passphrase '' --quick-gen-key 'Test <t@example.org>' ed25519 sign never
    gpg --armor --export >key.asc; gpg --export >key.gpg
    printf '%s\\n' 'Package: signed-one' 'Version: 1.0' 'Architecture: all' 'Maintainer: T <t@example.org>' 'Description: x' >/tmp/build/DEBIAN/control
    dpkg-deb --root-owner-group -b /tmp/build signed-one_1.0.deb >/dev/null; rm -r /tmp/build
    { dpkg-deb -f signed-one_1.0.deb; echo "Filename: ./signed-one_1.0.deb"; echo "Size: $(stat -c %s *.deb)"; echo "SHA256: $(sha256sum <signed-one_1.0.deb | cut -d' ' -f1)"; } >Packages
    { printf 'Suite: x\\nDate: %s\\nSHA256:\\n' "$(date -Ru)"; printf ' %s %s Packages\\n' "$(sha256sum <Packages | cut -d' ' -f1)" "$(stat -c %s Packages)"; } >Release
    gpg --batch --quiet --clearsign -o InRelease Release
    gpg --list-keys --with-colons | awk -F: '$1 == "pub" { print $5 }' >id; cat id`)

test('a line among the sources comes, stays and goes; its update brings the packages', async () => {
  const machine = await host()
  await signedRepository(machine)
  const repo = 'deb [signed-by=/srv/signed/key.asc]  file:/srv/signed ./'
  const made = await converges(machine, apt_repository, { repo, filename: 'signed' })
  assert.equal(made.sources_added, ['/etc/apt/sources.list.d/signed.list'])
  const list = '/etc/apt/sources.list.d/signed.list'
  assert.is(
    await machine.sh(`cat ${list}; stat -c %a ${list}`),
    'deb [signed-by=/srv/signed/key.asc] file:/srv/signed ./\n644\n',
  )
  await converges(machine, apt, { name: 'signed-one' })
  await machine.sh(`sed -i 's/^/# /' ${list}; echo '# kept' >>${list}`)
  await converges(machine, apt_repository, { repo, update_cache: false })
  await converges(machine, apt_repository, { repo, state: 'absent' })
  assert.is(await machine.sh(`cat ${list}; rm ${list}`), '# kept\n')
})

test('an update that fails takes the line back', async () => {
  const machine = await host()
  const args = { repo: 'deb file:/srv/nowhere ./', update_cache_retries: 0 }
  const failure = await failureOf(runModule(apt_repository, args, { shell: machine.shell }))
  assert.match(failure.message, /nowhere/)
  assert.is(await machine.sh('ls /etc/apt/sources.list.d'), 'lab.list\n')
})

test('a repository in the deb822 format gets its key from where it is, and goes with it', async () => {
  const machine = await host()
  await signedRepository(machine)
  const args = {
    name: 'Signed One',
    uris: 'file:/srv/signed',
    suites: './',
    signed_by: 'file:///srv/signed/key.asc',
  }
  const made = await converges(machine, deb822_repository, args)
  assert.is(made.key_filename, '/etc/apt/keyrings/signed-one.asc')
  const again = (await runModule(deb822_repository, args, { shell: machine.shell })).fields
  for (const fields of [made, again]) {
    assert.equal([fields.mode, fields.owner, fields.state], ['0644', 'root', 'file'])
  }
  assert.is(
    await machine.sh(
      'cat /etc/apt/sources.list.d/signed-one.sources; apt-get update >/dev/null && apt-cache policy signed-one | grep -c srv/signed',
    ),
    'X-Repolib-Name: Signed One\nSigned-By: /etc/apt/keyrings/signed-one.asc\nSuites: ./\nTypes: deb\nURIs: file:/srv/signed\n1\n',
  )
  const inline = {
    ...args,
    signed_by: await machine.sh('cat /srv/signed/key.asc'),
    enabled: true,
    mode: '0640',
  }
  await converges(machine, deb822_repository, inline)
  await machine.sh('apt-get update -o APT::Update::Error-Mode=any')
  await converges(machine, deb822_repository, { name: 'Signed One', state: 'absent' })
  assert.is(
    await machine.sh('ls /etc/apt/sources.list.d /etc/apt/keyrings'),
    '/etc/apt/keyrings:\n\n/etc/apt/sources.list.d:\nlab.list\n',
  )
})

test('a key is trusted by file, by text and by address, and no more', async () => {
  const machine = await host()
  const id = (await signedRepository(machine)).trim()
  const keyring = '/etc/apt/trusted.gpg.d/test.gpg'
  await converges(machine, apt_key, { file: '/srv/signed/key.asc', keyring })
  await machine.sh(
    `echo 'deb file:/srv/signed ./' >/etc/apt/sources.list.d/k.list; apt-get update -o APT::Update::Error-Mode=any`,
  )
  assert.is(
    (await runModule(apt_key, { id: `0x${id.slice(-8)}`, data: 'x' }, { shell: machine.shell })).fields
      .changed,
    false,
  )
  const gone = await converges(machine, apt_key, { id, keyring, state: 'absent' })
  assert.equal(gone.after, [])
  assert.is(await machine.sh(`[ -e ${keyring} ] || echo gone`), 'gone\n')
  assert.is(
    await machine.sh('apt-get update -o APT::Update::Error-Mode=any >/dev/null 2>&1 || echo refused'),
    'refused\n',
  )
  await converges(machine, apt_key, { data: await machine.sh('cat /srv/signed/key.asc') })
  await machine.sh('apt-get update -o APT::Update::Error-Mode=any; rm /etc/apt/sources.list.d/k.list')
  await converges(machine, apt_key, { id, state: 'absent' })
  await converges(machine, apt_key, { url: 'file:///srv/signed/key.gpg', id })
  const wrong = { id: '0'.repeat(16), url: 'file:///srv/signed/key.gpg' }
  assert.match(
    (await failureOf(runModule(apt_key, wrong, { shell: machine.shell }))).message,
    /does not hold the key 0000/,
  )
  await converges(machine, apt_key, { id, state: 'absent' })
  assert.is(await machine.sh('ls -A /root | grep -c gnupg || true'), '0\n')
})

test('questions are answered, passwords too, and what was answered is told', async () => {
  const machine = await host()
  const args = { name: 'tzdata', question: 'tzdata/Areas', vtype: 'select', value: 'Europe' }
  await machine.sh("printf 'tzdata tzdata/Areas select Etc\\n' | debconf-set-selections")
  const made = await converges(machine, debconf, args)
  assert.equal([made.current, made.previous], [{ 'tzdata/Areas': 'Europe' }, { 'tzdata/Areas': 'Etc' }])
  const told = await runModule(debconf, { name: 'tzdata' }, { shell: machine.shell })
  assert.is((told.fields.current as Record<string, string>)['tzdata/Areas'], 'Europe')
  await converges(machine, debconf, { name: 'x', question: 'x/flag', vtype: 'boolean', value: 'True' })
  const secret = { name: 'x', question: 'x/password', vtype: 'password', value: 'geheim wort' }
  assert.not.match(JSON.stringify(await converges(machine, debconf, secret)), /geheim/)
})

test('a package is held and let go', async () => {
  const machine = await host()
  await converges(machine, dpkg_selections, { name: 'sudo', selection: 'hold' })
  assert.is(await machine.sh('apt-mark showhold'), 'sudo\n')
  await converges(machine, dpkg_selections, { name: 'sudo', selection: 'install' })
  const missing = { name: 'no-such-package', selection: 'hold' }
  assert.match(
    (await failureOf(runModule(dpkg_selections, missing, { shell: machine.shell }))).message,
    /Failed to find package/,
  )
})

run()
