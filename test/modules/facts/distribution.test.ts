import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { distribution } from '../../../src/modules/facts/distribution.ts'
import { readSource } from '../../../src/modules/facts/source.ts'

const test = suite('facts of the distribution')

interface Case {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly wanted: readonly [
    distribution: string,
    family: string,
    version: string,
    major: string,
    release: string,
  ]
}

const CASES: readonly Case[] = [
  {
    name: 'Debian 12',
    files: {
      '/etc/os-release':
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL="https://www.debian.org/"',
      '/etc/debian_version': '12.11',
    },
    wanted: ['Debian', 'Debian', '12.11', '12', 'bookworm'],
  },
  {
    name: 'Debian testing',
    files: {
      '/etc/os-release': 'NAME="Debian GNU/Linux"\nVERSION_CODENAME=forky\nID=debian',
      '/etc/debian_version': 'forky/sid',
    },
    wanted: ['Debian', 'Debian', 'NA', 'NA', 'forky'],
  },
  {
    name: 'Ubuntu 22.04',
    files: {
      '/etc/os-release':
        'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nVERSION="22.04.4 LTS (Jammy Jellyfish)"\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=jammy',
      '/etc/debian_version': 'bookworm/sid',
      '/etc/lsb-release':
        'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\nDISTRIB_DESCRIPTION="Ubuntu 22.04.4 LTS"',
    },
    wanted: ['Ubuntu', 'Debian', '22.04', '22', 'jammy'],
  },
  {
    name: 'Alpine 3.19',
    files: {
      '/etc/os-release':
        'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"\nHOME_URL="https://alpinelinux.org/"',
      '/etc/alpine-release': '3.19.1',
    },
    wanted: ['Alpine', 'Alpine', '3.19.1', '3', 'NA'],
  },
  {
    name: 'Fedora 40',
    files: {
      '/usr/lib/os-release':
        'NAME="Fedora Linux"\nVERSION="40 (Server Edition)"\nID=fedora\nVERSION_ID=40\nVERSION_CODENAME=""\nPLATFORM_ID="platform:f40"\nPRETTY_NAME="Fedora Linux 40 (Server Edition)"',
    },
    wanted: ['Fedora', 'RedHat', '40', '40', ''],
  },
  {
    name: 'Rocky 9',
    files: {
      '/etc/os-release':
        'NAME="Rocky Linux"\nVERSION="9.3 (Blue Onyx)"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"',
    },
    wanted: ['Rocky', 'RedHat', '9.3', '9', 'Blue Onyx'],
  },
  {
    name: 'CentOS 8, whose minor version is in its own file',
    files: {
      '/etc/os-release':
        'NAME="CentOS Linux"\nVERSION="8 (Core)"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="8"',
      '/etc/centos-release': 'CentOS Linux release 8.1.1911 (Core)',
    },
    wanted: ['CentOS', 'RedHat', '8.1', '8', 'Core'],
  },
  {
    name: 'CentOS Stream',
    files: {
      '/etc/os-release':
        'NAME="CentOS Stream"\nVERSION="9"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"',
      '/etc/centos-release': 'CentOS Stream release 9',
    },
    wanted: ['CentOS', 'RedHat', '9', '9', 'Stream'],
  },
  {
    name: 'CentOS 6, from before os-release',
    files: { '/etc/redhat-release': 'CentOS release 6.7 (Final)' },
    wanted: ['CentOS', 'RedHat', '6.7', '6', 'Final'],
  },
  {
    name: 'Ubuntu 14.04, whose code name is in lsb-release',
    files: {
      '/etc/os-release':
        'NAME="Ubuntu"\nVERSION="14.04.6 LTS, Trusty Tahr"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="14.04"',
      '/etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\nDISTRIB_CODENAME=trusty',
    },
    wanted: ['Ubuntu', 'Debian', '14.04', '14', 'trusty'],
  },
  {
    name: 'openEuler, whose ID has a capital',
    files: {
      '/etc/os-release': 'NAME="openEuler"\nVERSION="20.03 (LTS)"\nID="openEuler"\nVERSION_ID="20.03"',
    },
    wanted: ['openEuler', 'RedHat', '20.03', '20', 'LTS'],
  },
  {
    name: 'SLES without a service pack',
    files: { '/etc/os-release': 'NAME="SLES"\nVERSION="12"\nVERSION_ID="12"\nID="sles"' },
    wanted: ['SLES', 'Suse', '12', '12', '0'],
  },
  {
    name: 'Fedora, whose edition is no release',
    files: { '/etc/os-release': 'NAME=Fedora\nVERSION="41 (Workstation Edition)"\nID=fedora\nVERSION_ID=41' },
    wanted: ['Fedora', 'RedHat', '41', '41', ''],
  },
  {
    name: 'Parrot, that is like Debian',
    files: {
      '/etc/os-release':
        'NAME="Parrot GNU/Linux"\nID=parrot\nVERSION_ID="4.8"\nVERSION="4.8"\nID_LIKE=debian',
      '/etc/lsb-release': 'DISTRIB_ID=Parrot\nDISTRIB_CODENAME=rolling',
    },
    wanted: ['Parrot', 'Debian', '4.8', '4', 'rolling'],
  },
  {
    name: 'Arch',
    files: {
      '/etc/os-release':
        'NAME="Arch Linux"\nPRETTY_NAME="Arch Linux"\nID=arch\nBUILD_ID=rolling\nANSI_COLOR="38;2;23;147;209"',
    },
    wanted: ['Archlinux', 'Archlinux', 'rolling', 'rolling', 'NA'],
  },
  {
    name: 'openSUSE Leap',
    files: {
      '/etc/os-release':
        'NAME="openSUSE Leap"\nVERSION="15.5"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.5"\nPRETTY_NAME="openSUSE Leap 15.5"',
    },
    wanted: ['openSUSE Leap', 'Suse', '15.5', '15', '5'],
  },
  {
    name: 'openSUSE Tumbleweed',
    files: {
      '/etc/os-release':
        'NAME="openSUSE Tumbleweed"\nID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20240101"',
    },
    wanted: ['openSUSE Tumbleweed', 'Suse', '20240101', '20240101', ''],
  },
  {
    name: 'one that nobody here has heard of, by its kin',
    files: { '/etc/os-release': "NAME='Some \"OS\"'\nID=some\nID_LIKE='unknown ubuntu'\nVERSION_ID=7" },
    wanted: ['Some "OS"', 'Debian', '7', '7', 'NA'],
  },
]

const sourceOf = (files: Readonly<Record<string, string>>) =>
  readSource(
    Object.entries(files)
      .flatMap(([path, text]) => text.split('\n').map((line) => `${path}:${line}`))
      .join('\n'),
  )

for (const { name, files, wanted } of CASES) {
  test(name, () => {
    const facts = distribution.parse(sourceOf(files))
    assert.equal(
      [
        facts.distribution,
        facts.os_family,
        facts.distribution_version,
        facts.distribution_major_version,
        facts.distribution_release,
      ],
      wanted,
    )
  })
}

test('lsb, from the distribution’s own file or from os-release', () => {
  const lsbOf = (index: number) => distribution.parse(sourceOf(CASES[index]?.files ?? {})).lsb
  assert.equal(lsbOf(0), {
    id: 'Debian',
    release: '12',
    description: 'Debian GNU/Linux 12 (bookworm)',
    codename: 'bookworm',
    major_release: '12',
  })
  assert.equal(lsbOf(2), {
    id: 'Ubuntu',
    release: '22.04',
    description: 'Ubuntu 22.04.4 LTS',
    codename: 'jammy',
    major_release: '22',
  })
  assert.equal(lsbOf(6), {})
})

test.run()
