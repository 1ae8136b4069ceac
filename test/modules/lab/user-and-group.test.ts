import * as assert from 'uvu/assert'
import { group } from '../../../src/modules/group.ts'
import { user } from '../../../src/modules/user.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { converges, labSuite } from './lab-host.ts'

const { test, host, run } = await labSuite('user and group')

test('a group is made, renumbered and removed; the result has its number', async () => {
  const machine = await host()
  const made = await converges(machine, group, { name: 'crew', system: true })
  assert.is(Number(made.gid), Number((await machine.sh('getent group crew | cut -d: -f3')).trim()))
  assert.ok(Number(made.gid) < 1000)
  assert.is((await converges(machine, group, { name: 'crew', gid: 4321 })).gid, 4321)
  await converges(machine, group, { name: 'crew', state: 'absent' })
})

test('a user is made with all that was asked for', async () => {
  const machine = await host()
  const hash =
    '$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.'
  const args = {
    name: 'kim',
    groups: ['adm', 'users'],
    comment: "Kim O'Neil, R&D",
    shell: '/bin/bash',
    home: '/srv/people/kim',
    umask: '0077',
    password: hash,
    password_expire_max: 90,
    expires: 4102444800,
    generate_ssh_key: true,
    ssh_key_type: 'ed25519',
    ssh_key_passphrase: 'open sesame',
  }
  const made = await converges(machine, user, args)
  const [passwd = ''] = (await machine.sh('getent passwd kim')).split('\n')
  assert.is(passwd, `kim:x:${made.uid}:${made.group}:Kim O'Neil, R&D:/srv/people/kim:/bin/bash`)
  assert.match(await machine.sh('getent shadow kim'), `kim:${hash}:`)
  assert.match(await machine.sh('getent shadow kim'), /:90:7::47482:$/m)
  assert.is((await machine.sh('id -nG kim | tr " " "\n" | sort | xargs')).trim(), 'adm kim users')
  assert.is(
    (await machine.sh('stat -c "%a %U" /srv/people/kim /srv/people/kim/.ssh')).trim(),
    '700 kim\n700 kim',
  )
  assert.match(String(made.ssh_public_key), /^ssh-ed25519 AAAA\S+ ansible-generated on /)
  assert.match(String(made.ssh_fingerprint), /^256 SHA256:/)
  await machine.sh(`SSH_ASKPASS_REQUIRE=never; ssh-keygen -y -P 'open sesame' -f ${made.ssh_key_file}`)
  assert.is(
    (await machine.lab.sh(machine.name, `ssh-keygen -y -P wrong -f ${made.ssh_key_file}`)).code === 0,
    false,
  )
})

test('what differs about a user is changed', async () => {
  const machine = await host()
  const changes: readonly Record<string, unknown>[] = [
    { groups: ['users'] },
    { groups: ['adm'], append: true },
    { groups: '' },
    { comment: '', shell: '/bin/sh' },
    { home: '/home/kim', move_home: true },
    { password: '$6$salt$other' },
    { password_lock: true },
    { password_lock: false },
    { uid: 5005 },
    { group: 'users' },
    { expires: -1 },
  ]
  for (const change of changes) await converges(machine, user, { name: 'kim', ...change })
  assert.is((await machine.sh('id kim')).trim(), 'uid=5005(kim) gid=100(users) groups=100(users)')
  assert.match(await machine.sh('getent shadow kim'), 'kim:$6$salt$other:')
  await machine.sh('[ -f /home/kim/.ssh/id_ed25519 ] && [ ! -e /srv/people/kim ]')
})

test('a home folder that is missing is made as useradd makes it', async () => {
  const machine = await host()
  await machine.sh('rm -r /home/kim')
  await converges(machine, user, { name: 'kim' })
  const made = await machine.sh('stat -c %a:%U:%G /home/kim /home/kim/.bashrc')
  await machine.sh('useradd -m reference')
  assert.is(
    made,
    (await machine.sh('stat -c %a:%U:users /home/reference /home/reference/.bashrc')).replaceAll(
      'reference',
      'kim',
    ),
  )
})

test('a user is removed with the home folder', async () => {
  const machine = await host()
  await converges(machine, user, { name: 'kim', state: 'absent', remove: true })
  await machine.sh('[ ! -e /home/kim ] && ! getent passwd kim')
})

test('a group that is missing fails, and check mode predicts a change', async () => {
  const { shell } = await host()
  const args = { name: 'lee', groups: ['no-such-group'] }
  assert.is((await failureOf(runModule(user, args, { shell }))).message, 'Group no-such-group does not exist')
  assert.is((await runModule(user, args, { shell, check: true })).fields.changed, true)
})

run()
