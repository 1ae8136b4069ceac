import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, hostname, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseDate } from '../../src/modules/facts/date-time.ts'
import { linksOf, parseLinks } from '../../src/modules/facts/device-links.ts'
import { firmware, parseMemory, parseProcessors } from '../../src/modules/facts/hardware.ts'
import { parseLocal } from '../../src/modules/facts/local.ts'
import { network, parseAddresses } from '../../src/modules/facts/network.ts'
import { fullName } from '../../src/modules/facts/platform.ts'
import { python } from '../../src/modules/facts/python.ts'
import { readSource, SECTION } from '../../src/modules/facts/source.ts'
import { humanSize, parseMounts } from '../../src/modules/facts/storage.ts'
import { fibreChannel, iscsi, nvme, parseLvm } from '../../src/modules/facts/storage-network.ts'
import { commandLine, managers, parseResolvConf, security, systemd } from '../../src/modules/facts/system.ts'
import { capabilities } from '../../src/modules/facts/user.ts'
import { virtualization } from '../../src/modules/facts/virtual.ts'
import { setup } from '../../src/modules/setup.ts'
import { checkedArguments, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { PROBE_SHELLS } from '../helpers/programs.ts'

const test = suite('setup')

async function gather(args: Record<string, unknown>, argv: readonly string[] = ['sh']) {
  const { fields } = await runModule(setup, args, { shell: plainShell({ temp: '/tmp', argv }) })
  assert.is(fields.changed, false)
  return fields.ansible_facts as Readonly<Record<string, unknown>>
}

for (const argv of PROBE_SHELLS) {
  test(`${argv[0]}: this machine is described as Node sees it`, async () => {
    const facts = await gather({}, argv)
    assert.is(facts.ansible_system, 'Linux')
    assert.is(facts.ansible_kernel, release())
    assert.is(facts.ansible_nodename, hostname())
    assert.is(facts.ansible_processor_nproc, cpus().length)
    assert.ok(Math.abs(Number(facts.ansible_memtotal_mb) - totalmem() / 2 ** 20) < 2)
    assert.is(facts.ansible_user_uid, process.getuid?.())
    assert.is((facts.ansible_env as Record<string, string>).HOME, process.env.HOME)
    assert.is(
      Math.abs(Number((facts.ansible_date_time as { epoch: string }).epoch) - Date.now() / 1000) < 30,
      true,
    )
    assert.ok((facts.ansible_interfaces as string[]).includes('lo'))
    assert.is((facts.ansible_lo as { ipv4: { address: string } }).ipv4.address, '127.0.0.1')
    assert.ok((facts.ansible_mounts as unknown[]).length > 0)
    assert.is((facts.ansible_python as { type: string }).type, 'cpython')
    assert.is(facts.module_setup, true)
    assert.not.match(JSON.stringify(facts), /null,null,null|NaN/)
  })
}

test('min is little, and leaves out what takes long', async () => {
  const facts = await gather({ gather_subset: '!all' })
  assert.ok('ansible_distribution' in facts && 'ansible_env' in facts && 'ansible_local' in facts)
  assert.not('ansible_mounts' in facts)
  assert.not('ansible_interfaces' in facts)
})

test('subsets are asked for and refused by their own names and by those of single facts', async () => {
  const only = await gather({ gather_subset: ['!all', '!min', 'network'] })
  assert.ok('ansible_default_ipv4' in only)
  assert.not('ansible_distribution' in only)
  assert.ok('ansible_memory_mb' in (await gather({ gather_subset: ['!all', '!min', 'memtotal_mb'] })))
  const without = await gather({ gather_subset: ['!hardware', '!virtual'] })
  assert.ok('ansible_interfaces' in without)
  assert.not('ansible_memtotal_mb' in without)
  assert.not('ansible_virtualization_type' in without)
  const nothing = await gather({ gather_subset: ['!all', '!min'] })
  assert.equal(Object.keys(nothing), ['gather_subset', 'module_setup'])
  const managers = await gather({ gather_subset: ['!all', '!min', 'pkg_mgr'] })
  assert.ok('ansible_distribution' in managers && 'ansible_os_family' in managers)
  const filtered = await gather({ gather_subset: '!all', filter: '*_mgr' })
  assert.equal(Object.keys(filtered).sort(), ['ansible_pkg_mgr', 'ansible_service_mgr'])
})

test('a filter keeps facts by pattern, with or without their prefix', async () => {
  const facts = await gather({ filter: ['ansible_mem*', 'kernel'] })
  const names = Object.keys(facts).filter((name) => name.startsWith('ansible_'))
  assert.equal(names.sort(), [
    'ansible_kernel',
    'ansible_memfree_mb',
    'ansible_memory_mb',
    'ansible_memtotal_mb',
  ])
})

test('an unknown subset and an unknown parameter are refused', async () => {
  const said = await gather({ gather_subset: ['!hardwear'] }).then(
    () => '',
    (error: Error) => error.message,
  )
  assert.match(said, /there is no subset 'hardwear'; did you mean 'hardware'/)
  assert.throws(() => checkedArguments(setup, { subset: 'all' }), /no parameter 'subset'/)
})

test('local facts are read from files and from programs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'facts-'))
  try {
    writeFileSync(join(folder, 'plain.fact'), '{"a": [1, "x"]}')
    writeFileSync(join(folder, 'ini.fact'), '# comment\n[one]\nKey = a=b\nother: 2\n[two]\n')
    writeFileSync(join(folder, 'made.fact'), '#!/bin/sh\necho "{\\"b\\": \\"$((1 + 1))\\"}"\n')
    writeFileSync(join(folder, 'broken.fact'), '#!/bin/sh\necho oh; exit 3\n')
    writeFileSync(join(folder, 'text.fact'), 'neither of them\n')
    writeFileSync(join(folder, 'other.txt'), '{}')
    for (const name of ['made.fact', 'broken.fact']) chmodSync(join(folder, name), 0o755)
    for (const argv of PROBE_SHELLS) {
      const facts = await gather({ fact_path: folder, gather_subset: '!all' }, argv)
      assert.equal(facts.ansible_local, {
        plain: { a: [1, 'x'] },
        ini: { one: { key: 'a=b', other: '2' }, two: {} },
        made: { b: '2' },
        broken: 'Failure executing fact script, rc: 3: oh',
        text: 'error loading facts as JSON or ini - please check content: neither of them',
      })
    }
    assert.equal((await gather({ fact_path: '/nonexistent' })).ansible_local, {})
  } finally {
    rmSync(folder, { recursive: true })
  }
  assert.equal(parseLocal(''), { local: {} })
  const { local } = parseLocal('\u0002dangling gone.fact\n\n') as { local: { gone: string } }
  assert.match(local.gone, /^Could not stat fact/)
})

test('the full name is the first with a dot on the machine’s own line', () => {
  assert.is(fullName('web', ['127.0.0.1 localhost', '10.0.0.1 web web.example.org # x']), 'web.example.org')
  assert.is(fullName('web', ['10.0.0.1 web2.example.org web2']), 'web')
  assert.is(fullName('web.example.org', []), 'web.example.org')
})

test('without a dot the first name there is the full one, as a resolver gives it', () => {
  assert.is(fullName('web', ['127.0.0.1 localhost web']), 'localhost')
  assert.is(fullName('web', ['127.0.0.1 localhost']), 'web')
})

test('disks: what holds them, and their other names', () => {
  const links = parseLinks(
    'ids sda ata-X\nuuids sda1 1234-AB\nlabels sda1 boot\nmasters sda1 dm-0\nholders sda1 root disk\n',
  )
  assert.equal(linksOf('sda1', links), { ids: [], labels: ['boot'], uuids: ['1234-AB'], masters: ['dm-0'] })
  assert.equal(linksOf('sda', links).ids, ['ata-X'])
  assert.equal(links.holders, { sda1: ['root disk'] })
})

test('volumes of LVM', () => {
  const text =
    '@vgs\n  vg0,1,2,0,wz--n-,20.00,8.00\n@lvs\n  root,vg0,-wi-ao----,10.00,,,,,,,,\n@pvs\n  /dev/sda2,vg0,lvm2,a--,20.00,8.00\n'
  assert.equal(parseLvm(text), {
    vgs: { vg0: { size_g: '20.00', free_g: '8.00', num_lvs: '2', num_pvs: '1' } },
    lvs: { root: { size_g: '10.00', vg: 'vg0' } },
    pvs: { '/dev/sda2': { size_g: '20.00', free_g: '8.00', vg: 'vg0' } },
  })
  assert.is(parseLvm(''), 'N/A')
})

test('names for disks of others, and the form of the machine', () => {
  const source = (files: Readonly<Record<string, string>>) =>
    readSource(
      Object.entries(files)
        .map(([path, text]) => `${path}:${text}\n`)
        .join(''),
    )
  assert.equal(
    iscsi.parse(source({ '/etc/iscsi/initiatorname.iscsi': 'InitiatorName=iqn.1993-08.org.debian:01:a' })),
    {
      iscsi_iqn: 'iqn.1993-08.org.debian:01:a',
    },
  )
  assert.equal(nvme.parse(source({ '/etc/nvme/hostnqn': 'nqn.2014-08.org:x' })), {
    hostnqn: 'nqn.2014-08.org:x',
  })
  assert.equal(fibreChannel.parse(source({ '/sys/class/fc_host/host1/port_name': '0x21000014ff52a9bb' })), {
    fibre_channel_wwn: ['21000014ff52a9bb'],
  })
  assert.is(firmware.parse(source({ '/sys/class/dmi/id/chassis_type': '10' })).form_factor, 'Notebook')
  assert.is(firmware.parse(source({})).form_factor, 'NA')
})

test('capabilities, where capsh tells them', () => {
  const told = (text: string) => capabilities.parse(readSource(`${SECTION}caps\n${text}`))
  assert.equal(told('Current: =ep\nBounding set =x'), {
    system_capabilities_enforced: 'False',
    system_capabilities: [],
  })
  assert.equal(told('Current: cap_chown,cap_kill=ep\n').system_capabilities_enforced, 'True')
  assert.equal(told(''), {})
})

test('processors: sockets, cores and threads', () => {
  const cpu = (index: number, socket: number) =>
    `processor\t: ${index}\nvendor_id\t: GenuineIntel\nmodel name\t: X\nphysical id\t: ${socket}\nsiblings\t: 4\ncpu cores\t: 2\n`
  const facts = parseProcessors(
    [0, 1, 2, 3, 4, 5, 6, 7].map((index) => cpu(index, index < 4 ? 0 : 1)).join(''),
  )
  assert.equal(
    [
      facts.processor_count,
      facts.processor_cores,
      facts.processor_threads_per_core,
      facts.processor_vcpus,
      facts.processor_nproc,
    ],
    [2, 2, 2, 8, 8],
  )
  assert.equal((facts.processor as string[]).slice(0, 4), ['0', 'GenuineIntel', 'X', '1'])
  const arm = parseProcessors('processor\t: 0\nprocessor\t: 1\n')
  assert.equal([arm.processor_count, arm.processor_cores, arm.processor_vcpus], [2, 1, 2])
})

test('processors: what they can do is told where the kernel calls it flags', () => {
  assert.equal(parseProcessors('processor\t: 0\nflags\t\t: fpu vme  de \n').flags, ['fpu', 'vme', 'de'])
  assert.not.ok('flags' in parseProcessors('processor\t: 0\n'))
})

test('systemd: its version, and what was built into it', () => {
  const of = (printed: string) => systemd.parse(readSource(`${SECTION}systemd\n${printed}`))
  assert.equal(of('systemd 257 (257.8-1~deb13u2)\n+PAM +AUDIT -SYSVINIT\n'), {
    systemd: { version: 257, features: '+PAM +AUDIT -SYSVINIT' },
  })
  assert.equal(of(''), {})
})

test('whether Python could talk to SELinux', () => {
  const of = (printed: string) => security.parse(readSource(`${SECTION}selinux\n${printed}`))
  assert.is(of('library\n').selinux_python_present, true)
  assert.is(of('').selinux_python_present, false)
})

test('addresses that reach the host itself are told once', () => {
  const local = [
    ...['local 10.0.0.5 dev eth0 scope host src 10.0.0.5', 'broadcast 10.0.0.255 dev eth0 scope link'],
    ...['local 127.0.0.0/8 dev lo', 'local 127.0.0.1 dev lo', 'local 10.0.0.5 dev eth1'],
    ...['local ::1 dev lo metric 0', 'multicast ff00::/8 dev eth0', 'local fe80::1 dev eth0'],
  ].join('\n')
  const facts = network.parse(readSource(`${SECTION}network\nroute\nroute\nroute\nroute\n${local}\n`))
  assert.equal(facts.locally_reachable_ips, {
    ipv4: ['10.0.0.5', '127.0.0.0/8', '127.0.0.1'],
    ipv6: ['::1', 'fe80::1'],
  })
})

test('memory is given in mebibytes', () => {
  const facts = parseMemory(
    'MemTotal: 2097152 kB\nMemFree: 1048576 kB\nBuffers: 1024 kB\nCached: 1024 kB\nSwapTotal: 4096 kB\nSwapFree: 2048 kB\n',
  )
  assert.equal(facts, {
    memtotal_mb: 2048,
    memfree_mb: 1024,
    swaptotal_mb: 4,
    swapfree_mb: 2,
    memory_mb: {
      real: { total: 2048, used: 1024, free: 1024 },
      nocache: { free: 1026, used: 1022 },
      swap: { total: 4, free: 2, used: 2, cached: 0 },
    },
  })
})

test('mounts are joined with their sizes; names with blanks are read', () => {
  const table = '/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\nnas:/a /mnt/a\\040b nfs rw 0 0\n'
  const [root, nas] = parseMounts(table, '4096 4096 100 40 10 3\n4096 1024 8 8 0 0\nuuid sda1 1234-abcd\n')
  assert.equal(
    [root?.uuid, root?.size_total, root?.size_available, root?.inode_used],
    ['1234-abcd', 409600, 163840, 7],
  )
  assert.equal([nas?.mount, nas?.size_total, nas?.uuid], ['/mnt/a b', 8192, 'N/A'])
  assert.is(parseMounts(table, '4096 4096 100 40 10 3\n')[0]?.size_total, undefined)
  const over = parseMounts('/dev/sda1 /x ext4 rw 0 0\n/dev/sda2 /x ext4 ro 0 0\n', '')
  assert.equal(
    over.map(({ device }) => device),
    ['/dev/sda2'],
  )
  assert.is(humanSize(256 * 2 ** 30), '256.00 GB')
  assert.is(humanSize(0), '0.00 Bytes')
})

test('interfaces, their addresses and the way out', () => {
  const shown = [
    '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever',
    '2: br-x    inet 10.0.2.15/20 brd 10.0.15.255 scope global br-x\\       valid_lft forever',
    '2: br-x    inet 10.9.9.9/32 scope global br-x\\       valid_lft forever',
    '2: br-x    inet6 fd00::2/64 scope global \\       valid_lft forever',
    '3: tun0@if7    inet 10.8.0.2 peer 10.8.0.1/32 scope global tun0\\       valid_lft forever',
  ].join('\n')
  assert.is(parseAddresses(shown).length, 5)
  const files = [
    '/sys/class/net/br-x/address:52:54:00:00:00:01',
    '/sys/class/net/br-x/mtu:1500',
    '/sys/class/net/br-x/operstate:up',
    '/sys/class/net/br-x/bridge/bridge_id:8000.525400000001',
    '/sys/class/net/br-x/brif/eth0/port_no:0x1',
    '/sys/class/net/lo/type:772',
    '/sys/class/net/tun0/operstate:down',
  ].join('\n')
  const routes = `route\n8.8.8.8 via 10.0.0.1 dev br-x src 10.0.2.15 uid 0 \n    cache \nroute\n`
  const facts = network.parse(readSource(`${files}\n${SECTION}network\n${shown}\n${routes}`))
  assert.equal(facts.interfaces, ['br-x', 'lo', 'tun0'])
  assert.equal(facts.br_x, {
    device: 'br-x',
    active: true,
    type: 'bridge',
    promisc: false,
    macaddress: '52:54:00:00:00:01',
    mtu: 1500,
    id: '8000.525400000001',
    stp: false,
    interfaces: ['eth0'],
    ipv4: {
      address: '10.0.2.15',
      broadcast: '10.0.15.255',
      netmask: '255.255.240.0',
      network: '10.0.0.0',
      prefix: '20',
    },
    ipv4_secondaries: [
      { address: '10.9.9.9', broadcast: '', netmask: '255.255.255.255', network: '10.9.9.9', prefix: '32' },
    ],
    ipv6: [{ address: 'fd00::2', prefix: '64', scope: 'global' }],
  })
  assert.equal(facts.all_ipv4_addresses, ['10.0.2.15', '10.9.9.9', '10.8.0.2'])
  assert.is((facts.default_ipv4 as Record<string, unknown>).gateway, '10.0.0.1')
  assert.is((facts.default_ipv4 as Record<string, unknown>).address, '10.0.2.15')
  assert.equal(facts.default_ipv6, {})
  assert.is((facts.tun0 as Record<string, unknown>).active, false)
})

test('the kernel’s command line keeps names that occur twice', () => {
  const facts = commandLine.parse(readSource('/proc/cmdline:console=tty0 quiet console=ttyS0 a="b c\n'))
  assert.equal((facts.cmdline as Record<string, unknown>).console, 'ttyS0')
  assert.equal((facts.proc_cmdline as Record<string, unknown>).console, ['tty0', 'ttyS0'])
  assert.is((facts.cmdline as Record<string, unknown>).quiet, true)
})

test('resolv.conf is read', () => {
  const text =
    'search a.org b.org\nnameserver 1.1.1.1 # one\nnameserver ::1\noptions ndots:2 rotate\ndomain a.org\n'
  assert.equal(parseResolvConf(text), {
    nameservers: ['1.1.1.1', '::1'],
    search: ['a.org', 'b.org'],
    options: { ndots: '2', rotate: true },
    domain: 'a.org',
  })
})

test('dates: ISO 8601 is UTC, the rest is the target’s own time', () => {
  const facts = parseDate('1704067200|123456789|2024|01|01|01|00|00|Monday|1|01|CET|+0100')
  assert.is(facts.iso8601_micro, '2024-01-01T00:00:00.123456Z')
  assert.is(facts.iso8601_basic_short, '20240101T010000')
  assert.equal([facts.date, facts.time, facts.tz_offset], ['2024-01-01', '01:00:00', '+0100'])
  assert.is(
    parseDate('0|N|1970|01|01|00|00|00|Thursday|4|00|UTC|+0000').iso8601_micro,
    '1970-01-01T00:00:00.000000Z',
  )
})

test('managers of packages and services', () => {
  const of = (comm: string, printed: string) => {
    const facts = managers.parse(readSource(`/proc/1/comm:${comm}\n${SECTION}pkg_mgr\n${printed}`))
    return [facts.pkg_mgr, facts.service_mgr]
  }
  assert.equal(of('systemd', '/usr/bin/apt-get\n/usr/bin/dnf-3\n'), ['apt', 'systemd'])
  assert.equal(of('init', '/sbin/apk\ninit openrc\ninit sysvinit\n'), ['apk', 'openrc'])
  assert.equal(of('bash', '/usr/bin/pacman\n'), ['pacman', 'service'])
  assert.equal(of('runit-init', ''), ['unknown', 'runit'])
})

test('guests, containers and hosts', () => {
  const of = (files: readonly string[], printed: string) => {
    const facts = virtualization.parse(readSource(`${files.join('\n')}\n${SECTION}virtual\n${printed}`))
    return [facts.virtualization_type, facts.virtualization_role]
  }
  assert.equal(of(['/sys/class/dmi/id/sys_vendor:QEMU'], 'hypervisor\n'), ['kvm', 'guest'])
  assert.equal(of(['/sys/class/dmi/id/product_name:VMware Virtual Platform'], ''), ['VMware', 'guest'])
  assert.equal(of(['/sys/class/dmi/id/sys_vendor:Dell Inc.'], '/dev/kvm\n'), ['kvm', 'host'])
  assert.equal(of(['/sys/class/dmi/id/sys_vendor:Dell Inc.'], ''), ['NA', 'NA'])
  assert.equal(of([], '/.dockerenv\nhypervisor\n'), ['docker', 'guest'])
  assert.equal(of([], 'container=systemd-nspawn\n'), ['container', 'guest'])
  assert.equal(of([], 'container=lxc\n'), ['lxc', 'guest'])
  const nspawn = virtualization.parse(readSource(`${SECTION}virtual\ncontainer=systemd-nspawn\n`))
  assert.equal(nspawn.virtualization_tech_guest, ['container', 'systemd-nspawn'])
})

test('the Python that is there is told, and nothing of one that is not', () => {
  const parse = (text: string) => python.parse(readSource(`${SECTION}python\n${text}`))
  assert.equal(parse(''), {})
  const version = { major: 3, minor: 14, micro: 0, releaselevel: 'candidate', serial: 2 }
  assert.equal(parse('/usr/bin/python3\nPython 3.14.0rc2+\n'), {
    python: {
      executable: '/usr/bin/python3',
      version,
      version_info: [3, 14, 0, 'candidate', 2],
      has_sslcontext: true,
      type: 'cpython',
    },
    python_version: '3.14.0',
  })
})

test.run()
