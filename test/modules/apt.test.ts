import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MissingError, TaskError } from '../../src/core/errors.ts'
import { apt } from '../../src/modules/apt.ts'
import { package_ } from '../../src/modules/package.ts'
import type { AptState } from '../../src/modules/packages/apt-state.ts'
import { fnmatch } from '../../src/modules/packages/fnmatch.ts'
import { parseApt } from '../../src/modules/packages/parse-apt.ts'
import { shellWith } from '../helpers/downloaders.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { needsProgram, PROBE_SHELLS } from '../helpers/programs.ts'

needsProgram('curl')

const test = suite('apt')

const PRINTED = [
  '@time',
  '1000',
  '5000',
  '2000',
  '@installed',
  'bash\tamd64\tinstalled\t5.2-1',
  'cowsay\tall\tconfig-files\t3.0',
  'old\tamd64\tnot-installed\t',
  '@policy',
  'bash:',
  '  Installed: 5.2-1',
  '  Candidate: 5.2-2',
  '  Version table:',
  '     5.2-2 500',
  '        500 http://deb.example bookworm/main amd64 Packages',
  ' *** 5.2-1 100',
  '        100 /var/lib/dpkg/status',
  'cowsay:',
  '  Installed: (none)',
  '  Candidate: 3.1',
  '  Version table:',
  '     3.1 500',
  '        500 http://deb.example bookworm/main amd64 Packages',
  '     3.0 500',
  '        500 http://deb.example bookworm/main amd64 Packages',
  'awk:',
  '  Installed: (none)',
  '  Candidate: (none)',
  '  Version table:',
  'mail-transport-agent:',
  '  Installed: (none)',
  '  Candidate: (none)',
  '  Version table:',
  '@provides',
  'awk, editor (= 2)',
  '@archives',
].join('\n')
const FOUND = parseApt(PRINTED, undefined)

test('what the target printed is read', () => {
  assert.equal(FOUND.known.get('bash'), {
    name: 'bash',
    installed: '5.2-1',
    candidate: '5.2-2',
    available: ['5.2-2', '5.2-1'],
    provided: false,
    virtual: false,
  })
  assert.is(FOUND.known.get('cowsay')?.configuration, true)
  assert.is(FOUND.known.get('cowsay')?.installed, undefined)
  assert.is(FOUND.known.get('bash:amd64')?.installed, '5.2-1')
  assert.is(FOUND.known.has('old'), false)
  assert.equal([FOUND.cacheTime, FOUND.now, FOUND.checkTime], [1000, 5000, 2000])
})

interface Case {
  readonly name: string
  readonly args: Record<string, unknown>
  readonly found?: Partial<AptState>
  readonly steps: readonly string[]
  readonly changes?: readonly string[]
}

const CASES: readonly Case[] = [
  { name: 'an installed package needs nothing', args: { name: 'bash' }, steps: [] },
  { name: 'an absent package stays absent', args: { name: ['cowsay', 'nope'], state: 'absent' }, steps: [] },
  { name: 'no packages at all', args: { name: [] }, steps: [] },
  {
    name: 'a package is installed',
    args: { pkg: 'bash,cowsay' },
    steps: ['apt-get install -- cowsay'],
    changes: ['package cowsay: absent -> 3.1'],
  },
  {
    name: 'the latest version is installed',
    args: { name: ['bash'], state: 'latest' },
    steps: ['apt-get install -- bash'],
    changes: ['package bash: 5.2-1 -> 5.2-2'],
  },
  { name: 'a version that is there', args: { name: 'bash=5.2-1' }, steps: [] },
  { name: 'a pattern of versions that is there', args: { name: 'bash=5.*' }, steps: [] },
  { name: 'a least version that is there', args: { name: 'bash>=5.1' }, steps: [] },
  {
    name: 'another version, and what installing takes',
    args: {
      name: 'cowsay=3.0*',
      install_recommends: false,
      default_release: 'sid',
      allow_downgrade: true,
      autoremove: true,
      fail_on_autoremove: true,
    },
    steps: [
      'apt-get -o APT::Install-Recommends=no -t sid --no-remove --auto-remove --allow-downgrades install -- cowsay=3.0',
    ],
    changes: ['package cowsay: absent -> 3.0'],
  },
  {
    name: 'a least version that is not there',
    args: { name: 'bash>=5.2-2' },
    steps: ['apt-get install -- bash=5.2-2'],
    changes: ['package bash: 5.2-1 -> 5.2-2'],
  },
  {
    name: 'only upgrades leave alone what is not installed',
    args: { name: 'cowsay', only_upgrade: true },
    steps: [],
  },
  { name: 'a virtual package that another provides', args: { name: 'awk' }, steps: [] },
  {
    name: 'a virtual package that none provides',
    args: { name: 'mail-transport-agent' },
    steps: ['apt-get install -- mail-transport-agent'],
    changes: ['package mail-transport-agent: absent -> present'],
  },
  {
    name: 'a package is removed',
    args: { name: 'bash', state: 'absent', autoremove: true },
    steps: ['apt-get --auto-remove remove -- bash'],
    changes: ['package bash: 5.2-1 -> absent'],
  },
  {
    name: 'configuration that was left is purged',
    args: { name: 'cowsay', state: 'absent', purge: true },
    steps: ['apt-get --purge remove -- cowsay'],
    changes: ['package cowsay: configuration -> absent'],
  },
  {
    name: 'the update of the list is the change when nothing else is asked for',
    args: { update_cache: true },
    steps: ['apt-get update'],
    changes: ['cache: 1000 -> updated'],
  },
  { name: 'a list that is fresh enough stays', args: { cache_valid_time: 3600 }, steps: [] },
  {
    name: 'a list that is too old is updated, which is no change beside a package',
    args: { name: 'bash', cache_valid_time: 60 },
    steps: ['apt-get update'],
  },
  {
    name: 'a package that nobody knows yet is left to the update',
    args: { name: 'new', update_cache: true },
    steps: ['apt-get update', 'apt-get install -- new'],
    changes: ['package new: absent -> present'],
  },
  {
    name: 'after an update the latest version is for apt to say',
    args: { name: 'cowsay,bash', state: 'latest', update_cache: true },
    steps: ['apt-get update', 'apt-get install -- cowsay bash'],
    changes: ['package cowsay: absent -> 3.1', 'package bash: 5.2-1 -> 5.2-2'],
  },
  { name: 'an upgrade with nothing to upgrade', args: { upgrade: 'dist' }, steps: [] },
  {
    name: 'an upgrade',
    args: { upgrade: 'yes' },
    found: {
      simulated: ['Inst bash [5.2-1] (5.2-2 Debian:12)', 'Remv old [1]', 'Conf bash (5.2-2)'].slice(0, 2),
    },
    steps: ['apt-get upgrade --with-new-pkgs'],
    changes: ['package bash: 5.2-1 -> 5.2-2', 'package old: 1 -> absent'],
  },
  {
    name: 'everything that is installed, by its pattern',
    args: { name: '*', state: 'latest' },
    found: { simulated: ['Inst bash [5.2-1] (5.2-2 Debian:12)'] },
    steps: ['apt-get upgrade --with-new-pkgs'],
    changes: ['package bash: 5.2-1 -> 5.2-2'],
  },
  {
    name: 'a pattern of names',
    args: { name: 'cow*', state: 'present' },
    found: { matching: ['cowsay'] },
    steps: ['apt-get install -- cowsay'],
    changes: ['package cowsay: absent -> 3.1'],
  },
  {
    name: 'packages that nothing needs',
    args: { autoremove: true, purge: true },
    found: { simulated: ['Remv old [1]'] },
    steps: ['apt-get --purge autoremove'],
    changes: ['package old: 1 -> absent'],
  },
  { name: 'nothing to clean', args: { clean: true, autoclean: true, autoremove: true }, steps: [] },
  {
    name: 'downloads to clean',
    args: { clean: true },
    found: { archives: true },
    steps: ['apt-get clean'],
    changes: ['archives: downloaded packages -> none'],
  },
  {
    name: 'a file that is installed already',
    args: { deb: '/tmp/bash.deb' },
    found: { deb: { name: 'bash', version: '5.2-1' } },
    steps: [],
  },
  {
    name: 'a file that is not',
    args: { deb: '/tmp/bash.deb' },
    found: { deb: { name: 'bash', version: '6' } },
    steps: ['install /tmp/bash.deb'],
    changes: ['package bash: 5.2-1 -> 6'],
  },
]

for (const { name, args, found = {}, steps, changes = [] } of CASES) {
  test(name, () => {
    for (const module of [apt, package_]) {
      const plan = planOf(module as typeof apt, args, { ...FOUND, ...found })
      const labels = plan.steps.map(({ label }) => label).filter((label) => !label.startsWith('look at'))
      assert.equal(labels, steps)
      assert.equal(
        plan.changes.map(({ what, before, after }) => `${what}: ${before} -> ${after}`),
        changes,
      )
    }
  })
}

test('what cannot be had is named', () => {
  const said = (args: Record<string, unknown>) => {
    try {
      planOf(apt, args, FOUND)
    } catch (error) {
      if (error instanceof TaskError) return error.message
      throw error
    }
    return 'nothing'
  }
  assert.is(
    said({ name: ['nope', 'bash', 'neither'] }),
    "No package matching 'nope' is available; No package matching 'neither' is available",
  )
  assert.match(
    said({ name: 'bash=6.*' }),
    'no available installation candidate for bash=6.* (there is: 5.2-2, 5.2-1)',
  )
  assert.match(said({ name: 'zzz*' }), "No package matching 'zzz*' is available")
})

test('apt’s word on what changed is the last one', () => {
  const plan = planOf(apt, { name: 'bash', state: 'latest', update_cache: true }, FOUND)
  const args = checkedArguments(apt, { name: 'bash', state: 'latest', update_cache: true })
  const output = (stdout: string) => ({ code: 0, stdout, stderr: '', start: 0, end: 0 })
  const finish = (install: string) =>
    apt.finish?.({ update: output('Hit'), time: output('3000\n'), install: output(install) }, args, plan)
  const none = finish('0 upgraded, 0 newly installed, 0 to remove and 4 not upgraded.\n')
  assert.is(none?.changed, false)
  assert.is(none?.cache_updated, true)
  assert.is(none?.cache_update_time, 3000)
  assert.is(finish('1 upgraded, 0 newly installed, 0 to remove and 4 not upgraded.\n')?.changed, true)
  assert.is(
    finish('0 upgraded, 0 newly installed, 1 downgraded, 0 to remove and 4 not upgraded.\n')?.changed,
    true,
  )
})

const BAD: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [{ name: 'a', state: 'installed' }, /one of: absent, build-dep, fixed, latest, present/],
  [{ name: 'a', deb: '/b' }, /mutually exclusive/],
  [{ name: 'a', upgrade: 'maybe' }, /one of: dist, full, no, safe, yes/],
]
for (const [args, message] of BAD) {
  test(`${JSON.stringify(args)} is refused`, () => assert.throws(() => checkedArguments(apt, args), message))
}
test('a package without a name, and more beside everything, are refused', () => {
  assert.throws(() => planOf(apt, { name: '=1.0' }, FOUND), /is no package: give a name/)
  assert.throws(
    () => planOf(apt, { name: ['*', 'a'], state: 'latest' }, FOUND),
    /no other package can be named/,
  )
})

test('a file of another kind, and one that is missing', () => {
  assert.throws(() => parseApt('@deb\nUnreadable:\n', '/x.deb'), /\/x\.deb is no package/)
  assert.throws(
    () => parseApt('@deb\n', '/x.deb'),
    (error: unknown) => error instanceof MissingError,
  )
})

test('shell patterns match as Python’s do', () => {
  for (const [text, pattern, wanted] of [
    ['1.2.3', '1.2*', true],
    ['1x2', '1.2', false],
    ['a', '[!b]', true],
    ['b', '[!b]', false],
    ['a+b', 'a+?', true],
    ['ab', 'a', false],
  ] as const)
    assert.is(fnmatch(text, pattern), wanted, `${text} ${pattern}`)
})

for (const argv of PROBE_SHELLS) {
  const shell = plainShell({ temp: '/tmp', argv })
  const read = async (args: Record<string, unknown>, module = apt) =>
    (await runModule(module, args, { shell, check: true })).fields

  test(`${argv[0]}: packages of this machine are found`, async () => {
    assert.is((await read({ name: ['dpkg', 'coreutils'] })).changed, false)
    assert.is((await read({ name: 'dpkg', state: 'absent' })).changed, true)
    assert.is((await read({ name: 'no-such-package', state: 'absent' })).changed, false)
    assert.is((await read({ name: 'awk' })).changed, false)
    assert.is((await read({ name: 'dpk[g]' })).changed, false)
    assert.is((await read({ name: 'dpkg' }, package_ as unknown as typeof apt)).changed, false)
    const { message } = await failureOf(read({ name: 'no-such-package' }))
    assert.is(message, "No package matching 'no-such-package' is available")
    assert.match((await failureOf(read({ deb: '/etc/passwd' }))).message, /is no package/)
    assert.is((await read({ deb: '/nonexistent.deb' })).changed, true)
  })
}

test('another package manager is named in the error', async () => {
  const shell = plainShell({ temp: '/tmp' })
  const { message } = await failureOf(runModule(package_, { name: 'a', use: 'dnf' }, { shell }))
  assert.match(message, /package manager is dnf, and only apt is supported/)
})

test('a .deb file is looked at where it lies on the web, and one that is not there is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deb-'))
  try {
    mkdirSync(join(folder, 'x/DEBIAN'), { recursive: true })
    const control =
      'Package: odd-one\nVersion: 1.0\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: x\n'
    writeFileSync(join(folder, 'x/DEBIAN/control'), control)
    execFileSync('dpkg-deb', ['--root-owner-group', '-b', join(folder, 'x'), join(folder, 'x.deb')], {
      stdio: 'ignore',
    })
    const shell = shellWith('curl')
    const plan = await runModule(apt, { deb: `file://${folder}/x.deb` }, { shell, check: true })
    assert.equal(plan.changes, [{ what: 'package odd-one', before: 'absent', after: '1.0' }])
    const failure = await failureOf(runModule(apt, { deb: `file://${folder}/none.deb` }, { shell }))
    assert.match(failure.message, /there is no package file file:.*none\.deb/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what apt refuses is an error that says so, unless the list of packages is updated first', () => {
  const said = 'The following:\n builddeps:x : Depends: build-essential but it is not installable\nE: Broken.'
  const found = parseApt(`@time\n5\n9\n@refused\n${said}\n@simulated\n`, undefined)
  const args = { name: 'x', state: 'build-dep' }
  assert.throws(
    () => planOf(apt, args, found),
    /refuses: builddeps:x : Depends: build-essential.*; E: Broken\./,
  )
  assert.ok(planOf(apt, { ...args, update_cache: true }, found).steps.length > 1)
})

test('what is asked for by name stays when nothing needs it any more, which is no change', () => {
  const automatic = ['helper']
  const installed = parseApt(`@installed\nhelper\tall\tinstalled\t1.0\n@automatic\nhelper\n`, undefined)
  assert.equal(installed.automatic, automatic)
  const labels = (args: object) => {
    const { changes, steps } = planOf(apt, { name: ['helper'], ...args }, installed)
    return [changes.length, ...steps.map(({ label }) => label)]
  }
  assert.equal(labels({}), [0, 'apt-mark manual helper'])
  assert.equal(labels({ only_upgrade: true }), [0])
  assert.is(labels({ state: 'absent' }).includes('apt-mark manual helper'), false)
})

test.run()
