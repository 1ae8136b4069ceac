import * as assert from 'uvu/assert'
import type { Module } from '../../../src/core/module.ts'
import { loadModule } from '../../../src/modules/index.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { labSuite } from './lab-host.ts'

const { test, host, run } = await labSuite('modules without the tools that they need', 'busybox-1')

// The module, its arguments, and what of the error says which tool is missing.
for (const [name, args, says] of [
  ['apt', { name: 'demo' }, /there is no apt on the host/],
  ['apt_key', { file: '/srv/key', keyring: '/srv/ring' }, /no gpg on the host: install gnupg/],
  ['apt_repository', { repo: 'deb file:/srv ./' }, /there is no apt on the host/],
  ['deb822_repository', { name: 'demo', uris: 'file:/srv', suites: './' }, /there is no apt on the host/],
  ['package', { name: 'demo' }, /no package manager/],
  ['package_facts', {}, /package manager/],
  ['git', { repo: '/srv/repo.git', dest: '/srv/checkout' }, /git/],
  ['pip', { name: 'demo' }, /no pip on the host: install it/],
  ['systemd', { name: 'demo', state: 'started' }, /systemctl|systemd/],
  ['service', { name: 'demo', state: 'started' }, /demo/],
] as const) {
  test(name, async () => {
    const { shell } = await host()
    const module = (await loadModule(name)) as Module
    assert.match((await failureOf(runModule(module, args, { shell }))).message, says)
  })
}

run()
