import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { helloScript, readHello, TOOLS } from '../../src/connection/hello.ts'
import { hasProgram } from '../helpers/programs.ts'

const test = suite('hello')
const BUSYBOX = '/usr/bin/busybox'

test('a GNU system is described', () => {
  const target = readHello(execFileSync('/bin/sh', { input: helloScript(), encoding: 'utf8' }))
  assert.is(target?.userland, 'gnu')
  assert.is(target?.uid, process.getuid?.())
  assert.ok(target?.tools.has('stat'))
})

const withBusybox = hasProgram('busybox') ? test : test.skip

withBusybox('busybox is told by its stat', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hello-'))
  try {
    execFileSync(BUSYBOX, ['--install', '-s', folder])
    const input = helloScript()
    const output = execFileSync(join(folder, 'sh'), { input, encoding: 'utf8', env: { PATH: folder } })
    assert.is(readHello(output)?.userland, 'busybox')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the environment is settled, and the private folder goes with the shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stale-'))
  const input = `${helloScript(folder)}
echo "environment $LC_ALL $LANG \${CDPATH-unset} \${LANGUAGE-unset} \${BASH_ENV-unset} $PATH"
mkdir "$playscript_temp"; : >"$playscript_temp/file"`
  const env = { PATH: '/usr/bin:/bin', CDPATH: '/', LANGUAGE: 'tr_TR', LC_ALL: 'tr_TR', BASH_ENV: '/x' }
  const output = execFileSync('/bin/sh', { input, encoding: 'utf8', env })
  assert.match(
    output,
    /^environment (C\.UTF-8 C\.UTF-8|C C) unset unset unset \/usr\/bin:\/bin:\/usr\/local\/sbin/m,
  )
  assert.not.ok(existsSync(readHello(output)?.temp ?? folder))
  assert.not.ok(existsSync(folder), 'the stale folder is still there')
})

// The shell's complaint about the rest of a request finds nobody, and the signal for that comes while it ends.
for (const argv of [['/bin/sh'], [BUSYBOX, 'sh'], ['/bin/bash', '--posix']]) {
  const [command = '', ...rest] = argv
  const run = hasProgram(basename(command)) ? test : test.skip
  run(`the private folder goes too when the link is cut within a request (${argv.join(' ')})`, async () => {
    const shell = spawn(command, rest)
    shell.stdin.write(`${helloScript()}\nmkdir "$playscript_temp"; echo ready\n`)
    let said = ''
    for await (const chunk of shell.stdout) {
      said += String(chunk)
      if (said.includes('ready')) break
    }
    shell.stderr.destroy()
    const temp = readHello(said)?.temp ?? ''
    assert.ok(existsSync(temp))
    shell.stdin.end("( eval 'half of a requ")
    await once(shell, 'exit')
    assert.not.ok(existsSync(temp))
  })
}

test('each hello has a private folder of its own', () => {
  const folder = (): string | undefined => /\.playscript-[0-9a-f]{32}/.exec(helloScript())?.[0]
  assert.ok(folder())
  assert.is.not(folder(), folder())
})

test('what is no hello is none', () => {
  for (const text of ['', 'Welcome to the appliance\n> ', 'temp /x\n', 'pid x\ntemp /x\n']) {
    assert.is(readHello(text), undefined)
  }
})

test('tools are asked for once each', () => assert.is(new Set(TOOLS).size, TOOLS.length))

test.run()
