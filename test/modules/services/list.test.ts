import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  parseChkconfig,
  parseOpenrc,
  parseStatusAll,
  parseSystemd,
} from '../../../src/modules/services/list.ts'

const test = suite('lists of services')

test('systemd: units, unit files, and what is in files only', () => {
  const units = [
    'ssh.service loaded active running OpenBSD Secure Shell server',
    'once.service loaded active exited Something that failed once',
    '● gone.service not-found inactive dead gone.service',
    'bad.service loaded failed failed Bad',
    'hidden.service masked inactive dead hidden.service',
    'x.socket loaded active listening A socket',
  ].join('\n')
  const files = [
    'ssh.service enabled enabled',
    'once.service static -',
    'bad.service enabled enabled',
    'idle.service disabled enabled',
    'getty@.service enabled enabled',
    'sshd.service alias -',
  ].join('\n')
  const idle =
    'Names=idle.service\nActiveState=inactive\n\nNames=ssh.service sshd.service\nActiveState=active\n'
  const found = Object.fromEntries(
    parseSystemd(units, files, idle).map(({ name, state, status }) => [name, `${state} ${status}`]),
  )
  assert.equal(found, {
    'ssh.service': 'running enabled',
    'once.service': 'stopped static',
    'gone.service': 'stopped not-found',
    'bad.service': 'stopped failed',
    'hidden.service': 'stopped masked',
    'idle.service': 'inactive disabled',
    'getty@.service': 'unknown enabled',
    'sshd.service': 'active alias',
  })
})

test('service --status-all', () => {
  assert.equal(parseStatusAll(' [ + ]  ssh\n [ - ]  cron\n [ ? ]  odd\n'), [
    { name: 'ssh', state: 'running', source: 'sysv' },
    { name: 'cron', state: 'stopped', source: 'sysv' },
  ])
})

test('chkconfig', () => {
  const text =
    'sshd    0:off 1:off 2:on 3:on 4:on 5:on 6:off\ncups    0:off 1:off 2:on 3:off 4:on 5:on 6:off\n'
  assert.equal(parseChkconfig(text, 'sshd 0\ncups 3\n'), [
    { name: 'sshd', state: 'running', status: 'enabled', source: 'sysv' },
    { name: 'cups', state: 'stopped', status: 'disabled', source: 'sysv' },
  ])
})

test('OpenRC', () => {
  const status = 'Runlevel: default\n sshd      [  started  ]\n crond     [  stopped  ]\n odd [  started ]\n'
  const update = '  sshd |  default\n crond |\n'
  assert.equal(parseOpenrc(status, update), [
    { name: 'sshd', runlevels: ['default'], state: 'started', source: 'openrc' },
    { name: 'crond', runlevels: null, state: 'stopped', source: 'openrc' },
    { name: 'odd', runlevels: null, state: 'started', source: 'openrc' },
  ])
})

test.run()
