import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseServices, service_facts } from '../../src/modules/service_facts.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { checkedArguments, planOf, runModule } from '../helpers/module-harness.ts'

const test = suite('service_facts')

test('sections are read, and services are by name', () => {
  const services = parseServices(
    '@status\n [ + ]  ssh\n@units\nssh.service loaded active running x\n@files\nssh.service enabled\n@idle\n',
  )
  assert.equal(planOf(service_facts, {}, services).result, {
    ansible_facts: {
      services: {
        ssh: { name: 'ssh', state: 'running', source: 'sysv' },
        'ssh.service': { name: 'ssh.service', state: 'running', status: 'enabled', source: 'systemd' },
      },
    },
  })
})

test('without services the task is skipped', () => {
  assert.match(planOf(service_facts, {}, []).skipped ?? '', 'Failed to find any services')
})

test('there are no parameters', () => {
  assert.throws(() => checkedArguments(service_facts, { name: 'x' }), /no parameter 'name'/)
})

for (const local of LOCAL_SHELLS) {
  test(`this machine is asked (${local.name})`, () =>
    local.use(async (shell) => {
      const { fields } = await runModule(service_facts, {}, { shell })
      assert.is(fields.changed, false)
      assert.ok(fields.skipped === true || typeof fields.ansible_facts === 'object')
    }))
}

test.run()
