import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostname, type Names, parseNames } from '../../src/modules/hostname.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'

const test = suite('hostname')

const names = (more: Partial<Names>): Names => ({
  keeper: 'systemd',
  current: 'old',
  permanent: 'old',
  hosts: [],
  ...more,
})

const CASES: readonly (readonly [string, Partial<Names>, readonly string[]])[] = [
  ['the name is right', { current: 'new', permanent: 'new' }, []],
  [
    'systemd is told of both, the kept one first',
    {},
    ['hostnamectl --pretty --static set-hostname new', 'hostnamectl --transient set-hostname new'],
  ],
  ['only the kept one differs', { current: 'new' }, ['hostnamectl --pretty --static set-hostname new']],
  ['only the kernel’s differs', { permanent: 'new' }, ['hostnamectl --transient set-hostname new']],
  ['a file, and the kernel', { keeper: 'file' }, ['write /etc/hostname', 'hostname new']],
  ['OpenRC', { keeper: 'openrc' }, ['write /etc/conf.d/hostname', 'hostname new']],
  ['Red Hat of old', { keeper: 'redhat', current: 'new' }, ['write /etc/sysconfig/network']],
  ['the kernel alone', { keeper: 'none', permanent: undefined as never }, ['hostname new']],
]
for (const [name, found, steps] of CASES) {
  test(name, () => {
    const plan = planOf(hostname, { name: 'new' }, names(found))
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
    assert.is(plan.changes.length, steps.length === 0 ? 0 : 1)
  })
}

test('facts are those of the new name', () => {
  const hosts = ['127.0.1.1 web.example.org web']
  assert.equal(planOf(hostname, { name: 'web' }, names({ hosts })).result?.ansible_facts, {
    ansible_hostname: 'web',
    ansible_nodename: 'web',
    ansible_fqdn: 'web.example.org',
    ansible_domain: 'example.org',
  })
})

test('systemd takes no name above 64 characters', () => {
  assert.throws(() => planOf(hostname, { name: 'x'.repeat(65) }, names({})), /longer than the 64/)
})

test('what was printed is read', () => {
  assert.equal(parseNames('@names file\nweb\n=# comment\n=web.example.org\n@hosts\n'), {
    keeper: 'file',
    current: 'web',
    permanent: 'web.example.org',
    hosts: [],
  })
  assert.is(parseNames('@names openrc\nweb\n=# Set\n=hostname="box"\n@hosts\n').permanent, 'box')
  assert.is(parseNames('@names none\nweb\n@hosts\n').permanent, undefined)
})

test('a strategy for other systems than Linux is refused, and an unknown one too', () => {
  const args = checkedArguments(hostname, { name: 'a', use: 'openbsd' })
  assert.throws(() => hostname.probe?.(args, undefined as never), /no Linux/)
  assert.throws(() => checkedArguments(hostname, { name: 'a', use: 'x' }), /must be one of/)
  assert.throws(() => checkedArguments(hostname, {}), /missing required arguments: name/)
})

test.run()
