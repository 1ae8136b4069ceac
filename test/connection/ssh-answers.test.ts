import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commonOptions } from '../../src/connection/ssh-answers.ts'
import { parseSshArguments } from '../../src/connection/ssh-arguments.ts'
import { effectiveOptions } from '../../src/connection/ssh-config.ts'

const test = suite('ssh answers')

/** A folder with a configuration, and a way to ask that counts. */
async function withConfig(
  config: string,
  work: (place: {
    readonly folder: string
    write(name: string, text: string): void
    /** Gives the host's options, and how often ssh was asked so far. */
    ask(address: string, ...argv: string[]): Promise<readonly [hostName: string | undefined, asked: number]>
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'answers-'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'more'))
  write('config', config)
  let asked = 0
  try {
    await work({
      folder,
      write,
      ask: async (address, ...argv) => {
        const fields = await commonOptions(['-F', join(folder, 'config'), ...argv], address, async () => {
          asked += 1
          const log = `OpenSSH_9.2p1\ndebug1: Reading configuration data ${join(folder, 'config')}\n`
          return { fields: new Map([['hostname', [address]]]), log }
        })
        return [fields?.get('hostname')?.[0], asked]
      },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const plain of [
  '',
  '# Host a\nUser kim\n  #  ProxyCommand nc %h\n',
  'Host *\n  SendEnv LANG\n  ControlPath ~/.ssh/%C\n',
  'Include more/*.conf\n',
])
  test(`one answer is for all: ${JSON.stringify(plain)}`, () =>
    withConfig(plain, async ({ ask }) => {
      assert.equal(await ask('192.0.2.1'), ['192.0.2.1', 1])
      assert.equal(await ask('192.0.2.2'), ['192.0.2.2', 1])
      assert.equal(await ask('Web.example.com'), ['web.example.com', 1])
      assert.equal(await ask('192.0.2.2', '-p', '22'), ['192.0.2.2', 2], 'another question')
      assert.equal(await ask('192.0.2.3', '-o', 'ControlPath=~/.ssh/%C'), ['192.0.2.3', 3])
      assert.equal(await ask('192.0.2.4', '-o', 'ControlPath=~/.ssh/%C'), ['192.0.2.4', 3])
    }))

for (const own of [
  'Host web*\n  Port 2\n',
  'User kim\nMatch exec true\n  Port 2\n',
  'IdentityFile ~/.ssh/%h\n',
  'CanonicalizeHostname yes\n',
  'Host *\n  ProxyJump bastion\n',
  'HostName other\n',
])
  test(`each host is asked for: ${JSON.stringify(own)}`, () =>
    withConfig(own, async ({ ask }) => {
      assert.equal(await ask('one'), ['one', 1])
      assert.equal(await ask('two'), ['two', 2])
    }))

test('each host is asked for where the arguments name it', () =>
  withConfig('', async ({ ask }) => {
    for (const argv of [
      ['-o', 'HostName=x'],
      ['-o', 'IdentityFile=~/%h'],
      ['-o', 'ProxyJump=x'],
    ]) {
      const [, before] = await ask('one', ...argv)
      assert.equal(await ask('two', ...argv), ['two', before + 1])
    }
  }))

test('what has changed is read anew', () =>
  withConfig('Include more/*.conf\n', async ({ ask, write }) => {
    assert.equal(await ask('one'), ['one', 1])
    assert.equal(await ask('two'), ['two', 1])
    write('more/a.conf', 'User kim\n')
    assert.equal(await ask('three'), ['three', 2])
    assert.equal(await ask('four'), ['four', 2])
    write('config', 'User kim\n')
    assert.equal(await ask('five'), ['five', 3])
  }))

test('hosts that are asked for at the same time share one question', () =>
  withConfig('', async ({ ask }) => {
    assert.equal(
      await Promise.all(['a', 'b', 'c'].map((name) => ask(name))),
      ['a', 'b', 'c'].map((name) => [name, 1]),
    )
  }))

test('ssh itself tells which files it has read', () =>
  withConfig('Port 2200\n', async ({ folder, write }) => {
    const { PATH } = process.env
    const ask = async (address: string) => {
      const sshArguments = parseSshArguments(`-F ${join(folder, 'config')}`, () => {})
      const { hostName, port } = await effectiveOptions({ address, sshArguments }, () => {})
      return [hostName, port]
    }
    try {
      assert.equal(await ask('one'), ['one', 2200])
      // Without a program to ask, what it said before is all there is; without that the files would be read.
      process.env.PATH = folder
      write('ssh', '#!/bin/sh\nexit 7\n')
      assert.equal(await ask('two'), ['two', 2200])
    } finally {
      process.env.PATH = PATH
    }
  }))

test.run()
