import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { package_facts } from '../../src/modules/package_facts.ts'
import { LISTERS, parseDpkg, parsePacman } from '../../src/modules/packages/installed.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { checkedArguments, planOf, runModule } from '../helpers/module-harness.ts'

const test = suite('package_facts')

test('dpkg, with the origin of each version', () => {
  const text = `installed|bash|5.2|amd64|shells
config-files|gone|1|amd64|misc
installed|libc6|2.41|i386|libs
installed|own|1.0|all|
native|amd64
source|Package files:
source| 100 /var/lib/dpkg/status
source|     release a=now
source| 500 http://deb.example trixie/main amd64 Packages
source|     release v=13.0,o=Debian,a=stable,n=trixie,l=Debian,c=main,b=amd64
source|     origin deb.example
policy|bash:
policy|  Installed: 5.2
policy|  Candidate: 5.3
policy|  Version table:
policy|     5.3 500
policy|        500 http://deb.example trixie/main amd64 Packages
policy| *** 5.2 500
policy|        500 http://deb.example trixie/main amd64 Packages
policy|        100 /var/lib/dpkg/status
policy|own:
policy|  Version table:
policy| *** 1.0 100
policy|        100 /var/lib/dpkg/status
`
  assert.equal(parseDpkg(text), [
    { name: 'bash', version: '5.2', arch: 'amd64', category: 'shells', origin: 'Debian' },
    { name: 'libc6:i386', version: '2.41', arch: 'i386', category: 'libs', origin: '' },
    { name: 'own', version: '1.0', arch: 'all', category: '', origin: '' },
  ])
})

const parse = (source: string, text: string) => LISTERS.find((one) => one.source === source)?.parse(text)

test('rpm, apk and portage', () => {
  assert.equal(
    parse('rpm', 'bash|5.2|1.fc41|(none)|x86_64\nvim|9|2|2|noarch\ngpg-pubkey|1|2|(none)|(none)\n'),
    [
      { name: 'bash', version: '5.2', release: '1.fc41', epoch: null, arch: 'x86_64' },
      { name: 'vim', version: '9', release: '2', epoch: 2, arch: 'noarch' },
      { name: 'gpg-pubkey', version: '1', release: '2', epoch: null, arch: null },
    ],
  )
  assert.equal(parse('apk', 'musl-1.2.5-r9\nlibcrypto3-3.3.2-r4\n'), [
    { name: 'musl', version: '1.2.5', release: 'r9' },
    { name: 'libcrypto3', version: '3.3.2', release: 'r4' },
  ])
  assert.equal(parse('portage', 'app-shells bash 5.2 \n'), [
    { name: 'bash', category: 'app-shells', version: '5.2' },
  ])
})

test('pacman, whose values may go on in the next line', () => {
  const text = `Name            : bash
Version         : 5.2.037-1
Architecture    : x86_64
Provides        : sh=5.2
                  other
Depends On      : x

Name            : a
Version         : 1-1
Architecture    : any
Provides        : None
`
  assert.equal(parsePacman(text), [
    { name: 'bash', version: '5.2.037-1', arch: 'x86_64', provides: ['sh', 'other'] },
    { name: 'a', version: '1-1', arch: 'any', provides: null },
  ])
})

test('a name that is there several times has several entries', () => {
  const kernel = (version: string) => ({ name: 'kernel', version })
  const { result } = planOf(package_facts, {}, [[kernel('1'), kernel('2')]])
  assert.equal(result, { ansible_facts: { packages: { kernel: [kernel('1'), kernel('2')] } } })
})

test('no package manager is a failure, an unknown one an error', () => {
  assert.match(planOf(package_facts, { manager: 'rpm' }, []).failed ?? '', 'Could not detect')
  assert.throws(() => checkedArguments(package_facts, { manager: 'winget' }), /must be one of/)
})

test('this machine is asked', () =>
  LOCAL_SHELLS[0]?.use(async (shell) => {
    const { fields } = await runModule(
      package_facts,
      { manager: ['rpm', 'apt'], strategy: 'first' },
      { shell },
    )
    const { packages } = fields.ansible_facts as {
      packages: Record<string, readonly Record<string, string>[]>
    }
    assert.ok(Object.keys(packages).length > 50)
    assert.is(packages.bash?.[0]?.name, 'bash')
    assert.is(packages.bash?.[0]?.source, 'apt')
  }))

test.run()
