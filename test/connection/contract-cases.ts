import { existsSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { library, lines, Script, sh } from '../../src/core/quote.ts'
import type { Connection, Shell } from '../../src/core/remote.ts'
import { processesWith, until } from './processes.ts'
import { rejection } from './ways.ts'

/** What every connection does alike, on a shell that has just been opened. */
export const CASES: readonly [string, (shell: Shell, connection: Connection) => Promise<void>][] = [
  [
    'exit codes and both outputs come back',
    async (shell) => {
      const reply = await shell.request(sh`echo out; echo err >&2; exit 3`)
      assert.equal(texts(reply), { code: 3, stdout: 'out\n', stderr: 'err\n' })
      assert.is((await shell.request(sh`kill -TERM $(sh -c 'echo $PPID')`)).code, 128 + 15)
      assert.is((await shell.request(sh`exit 255`)).code, 255)
    },
  ],
  [
    'the target is described',
    async ({ target }) => {
      assert.is(target.system, 'Linux')
      assert.is(target.user, target.uid === 0 ? 'root' : target.user)
      assert.ok(target.pid > 1)
      assert.ok(target.tools.has('mktemp') && target.tools.has('sed') && !target.tools.has('no-such-tool'))
      assert.match(target.temp, /^\/(var\/)?tmp\/\.playscript-[0-9a-f]{32}$/)
      assert.not.ok(existsSync(target.temp))
    },
  ],
  [
    'output without a newline at its end is exact',
    async (shell) => {
      const reply = await shell.request(sh`printf abc; printf def >&2`)
      assert.equal(texts(reply), { code: 0, stdout: 'abc', stderr: 'def' })
    },
  ],
  [
    'a request without output has none',
    async (shell) => assert.equal(texts(await shell.request(sh`:`)), { code: 0, stdout: '', stderr: '' }),
  ],
  [
    'characters that arrive in pieces are whole',
    async (shell) => {
      const reply = await shell.request(sh`printf '\342'; sleep 0.1; printf '\202\254'`)
      assert.is(reply.stdout.toString('utf8'), '€')
    },
  ],
  [
    'bytes that are no text come back as they are',
    async (shell) => {
      const reply = await shell.request(sh`printf '\000\377\376\n\000'`)
      assert.equal([...reply.stdout], [0, 255, 254, 10, 0])
    },
  ],
  [
    'text that looks like a mark is output',
    async (shell) => {
      const text = `@end-${'0'.repeat(32)} 0\n@begin-@end-@@@`
      assert.is((await shell.request(sh`printf %s ${text}`)).stdout.toString(), text)
    },
  ],
  [
    '50 MB of output come back whole',
    async (shell) => {
      const size = 50 * 1024 * 1024
      const reply = await shell.request(sh`head -c ${size} /dev/zero | tr '\0' '@'`)
      assert.is(reply.stdout.length, size)
      assert.is(
        reply.stdout.findIndex((byte) => byte !== 64),
        -1,
      )
    },
  ],
  [
    'a syntax error is the script’s own',
    async (shell) => {
      const reply = await shell.request(sh`if then fi "`)
      assert.is.not(reply.code, 0)
      assert.is.not(reply.stderr.length, 0)
      assert.is((await shell.request(sh`echo on`)).stdout.toString(), 'on\n')
    },
  ],
  [
    'neither directory, variables nor options leak into the next request',
    async (shell) => {
      const before = texts(await shell.request(sh`pwd; umask; echo "$-"`))
      await shell.request(sh`cd /usr; umask 000; set -eu; leaked=1; export leaked; trap 'echo bye' EXIT`)
      assert.equal(texts(await shell.request(sh`pwd; umask; echo "$-"`)), before)
      assert.is((await shell.request(sh`echo "\${leaked-none}"`)).stdout.toString(), '${leaked-none}\n')
      assert.is((await shell.request(new Script('echo "${leaked-none}"'))).stdout.toString(), 'none\n')
    },
  ],
  [
    'a command that reads stdin finds its end',
    async (shell) => {
      assert.equal(texts(await shell.request(sh`cat; read line; echo "$? $line"`)), {
        code: 0,
        stdout: '1 \n',
        stderr: '',
      })
    },
  ],
  [
    'every argument arrives as it was',
    async (shell) => {
      const reply = await shell.request(sh`printf '%s\0' ${TORTURE}`)
      assert.equal(reply.stdout.toString('utf8').split('\0').slice(0, -1), TORTURE)
    },
  ],
  [
    'a script of 1 MB runs',
    async (shell) => {
      const words = Array.from(
        { length: 20_000 },
        (_, index) => `it's word ${index} of the long, long script`,
      )
      const reply = await shell.request(sh`set -- ${words}; printf '%s,%s' "$#" "$1"`)
      assert.is(reply.stdout.toString(), `20000,${words[0]}`)
      const text = 'x'.repeat(1024 * 1024)
      const printed = await shell.request(sh`printf %s ${text}`)
      assert.ok(printed.stdout.equals(Buffer.from(text)))
    },
  ],
  [
    'a NUL byte in a script is refused, and the shell goes on',
    async (shell) => {
      assert.match((await rejection(shell.request(new Script('echo a\0b')))).message, /NUL/)
      assert.is((await shell.request(sh`echo on`)).code, 0)
    },
  ],
  [
    'output is shown as it arrives',
    async (shell) => {
      const seen: string[] = []
      let early = false
      const marker = `${shell.target.temp}-go`
      const reply = shell.request(
        sh`printf first; while [ ! -e ${marker} ]; do sleep 0.05; done; rm ${marker}; printf last; echo err >&2`,
        { onOutput: (stream, chunk) => seen.push(`${stream}:${chunk}`) },
      )
      await until(() => seen.length > 0)
      early = seen.join() === 'stdout:first'
      // On this machine whatever the way to it.
      await import('node:fs/promises').then(({ writeFile }) => writeFile(marker, ''))
      await reply
      assert.ok(early)
      assert.equal(seen.filter((text) => text.startsWith('stdout')).join(), 'stdout:first,stdout:last')
      assert.ok(seen.includes('stderr:err\n'))
    },
  ],
  [
    '20 callers at once get their own answers, in order',
    async (shell, connection) => {
      const order: number[] = []
      const replies = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const own = await connection.shell()
          assert.is(own, shell)
          const reply = await own.request(sh`echo ${index}`)
          order.push(index)
          return reply.stdout.toString()
        }),
      )
      assert.equal(
        replies,
        Array.from({ length: 20 }, (_, index) => `${index}\n`),
      )
      assert.equal(
        order,
        Array.from({ length: 20 }, (_, index) => index),
      )
    },
  ],
  [
    'a background process that holds the output does not hold the request',
    async (shell) => {
      const reply = await shell.request(sh`(sleep 20.125; echo late) & echo $!`)
      const pid = Number(reply.stdout.toString())
      try {
        process.kill(pid, 0)
      } finally {
        await shell.request(sh`kill ${pid}`)
        for (const left of processesWith('sleep 20.125')) process.kill(left)
      }
    },
  ],
  [
    'late output of a background process stays out of the next request',
    async (shell) => {
      const file = `${shell.target.temp}-late`
      await shell.request(
        sh`(while [ ! -e ${file} ]; do sleep 0.05; done; echo late; echo late >&2; rm ${file}) &`,
      )
      await import('node:fs/promises').then(({ writeFile }) => writeFile(file, ''))
      await until(() => !existsSync(file))
      assert.equal(texts(await shell.request(sh`echo now`)), { code: 0, stdout: 'now\n', stderr: '' })
    },
  ],
  [
    'the private folder goes with the shell',
    async (shell) => {
      const { temp } = shell.target
      await shell.request(sh`umask 077; mkdir -m 700 ${temp} && : >${temp}/file`)
      assert.ok(existsSync(temp))
      await shell.close()
      await until(() => !existsSync(temp))
      assert.is((await rejection(shell.request(sh`:`))).name, 'UnreachableError')
    },
  ],
  [
    'a killed shell is lost, and the next request gets a new one',
    async (shell) => {
      const { pid, temp } = shell.target
      await shell.request(sh`mkdir -m 700 ${temp}`)
      const [error, reply] = await Promise.all([
        rejection(shell.request(sh`kill -9 $$; sleep 1`)),
        shell.request(sh`echo again; exit 4`),
      ])
      assert.is(error.name, 'ShellLostError')
      assert.equal(texts(reply), { code: 4, stdout: 'again\n', stderr: '' })
      assert.is.not(shell.target.pid, pid)
      assert.not.ok(existsSync(temp), 'the folder of the killed shell is still there')
    },
  ],
  [
    'a timeout ends all that the request has started, and the shell goes on',
    async (shell) => {
      const { pid } = shell.target
      const error = await rejection(
        shell.request(
          sh`sleep 31.0625 & setsid sleep 31.0625 & sh -c 'trap "" TERM; sleep 31.0625; sleep 31.0625' | cat`,
          { timeout: 0.5 },
        ),
      )
      assert.is(error.name, 'TimeoutError')
      assert.match(error.message, /longer than 0\.5 s/)
      assert.equal(processesWith('sleep 31.0625'), [])
      assert.is((await shell.request(sh`echo on`)).stdout.toString(), 'on\n')
      assert.is(shell.target.pid, pid)
    },
  ],
  [
    'an abort ends the running request and those that wait',
    async (shell) => {
      const controller = new AbortController()
      const { signal } = controller
      const running = rejection(
        shell.request(sh`echo ready; sleep 32.0625`, { signal, onOutput: () => controller.abort() }),
      )
      const waiting = rejection(shell.request(sh`sleep 32.0625`, { signal }))
      assert.is((await running).name, 'TimeoutError')
      assert.is((await waiting).name, 'TimeoutError')
      assert.equal(processesWith('sleep 32.0625'), [])
      assert.is((await shell.request(sh`echo on`)).stdout.toString(), 'on\n')
    },
  ],
  [
    'closing ends the running request',
    async (shell) => {
      const running = rejection(shell.request(sh`sleep 33.0625`))
      await until(() => processesWith('sleep 33.0625').length > 0)
      await shell.close()
      assert.is((await running).name, 'TimeoutError')
      assert.equal(processesWith('sleep 33.0625'), [])
    },
  ],
  [
    'a library is there for the scripts that bring it, each time, and for no others',
    async (shell) => {
      const greet = library('ls() { echo "hello $1"; }')
      for (const name of ['a', 'b']) {
        const reply = await shell.request(lines(greet, sh`if true; then ls ${name}; fi; exit 3`))
        assert.equal(texts(reply), { code: 3, stdout: `hello ${name}\n`, stderr: '' })
      }
      assert.is((await shell.request(sh`ls -d /`)).stdout.toString(), '/\n')
      const ahead = shell.readAhead?.(sh`${library('again() { ls twice; }')}${greet}again`)
      assert.is((await ahead?.())?.stdout.toString(), 'hello twice\n')
    },
  ],
  [
    'what is read ahead is answered in its place, each with its own outputs and code',
    async (shell) => {
      const ahead = Array.from({ length: 20 }, (_, n) =>
        shell.readAhead?.(sh`printf 'out %s' ${n}; printf 'err %s' ${n} >&2; exit ${n}`),
      )
      const later = shell.request(sh`echo later`)
      for (const [n, answer] of ahead.entries()) {
        assert.equal(await answer?.().then(texts), { code: n, stdout: `out ${n}`, stderr: `err ${n}` })
      }
      assert.is((await later).stdout.toString(), 'later\n')
    },
  ],
  [
    'nothing is read ahead of a request that still waits for its turn',
    async (shell) => {
      const [first, second] = [shell.request(sh`sleep 0.1`), shell.request(sh`echo second`)]
      assert.is(shell.readAhead?.(sh`:`), undefined)
      await Promise.all([first, second])
      assert.is((await shell.readAhead?.(sh`exit 4`)?.())?.code, 4)
    },
  ],
  [
    'a timeout ends what was read ahead, and the shell goes on',
    async (shell) => {
      const answer = shell.readAhead?.(sh`sleep 34.0625`)
      assert.is((await rejection(answer?.({ timeout: 0.2 }) ?? Promise.resolve())).name, 'TimeoutError')
      assert.equal(processesWith('sleep 34.0625'), [])
      assert.is((await shell.request(sh`echo on`)).stdout.toString(), 'on\n')
    },
  ],
  [
    'closing does not wait for what was read ahead and nobody asked for',
    async (shell) => {
      const answer = shell.readAhead?.(sh`echo quick; sleep 9.0625`)
      await shell.close()
      assert.ok((await rejection(answer?.() ?? Promise.resolve())).message.length > 0)
    },
  ],
]

const TORTURE = [
  ...[
    '',
    ' ',
    '\n',
    '\t',
    "'",
    '"',
    '\\',
    '$HOME',
    '$(id)',
    '`id`',
    '*',
    '?',
    '~',
    '!',
    '#',
    '&',
    ';',
    '|',
    '-rf',
  ],
  ...[
    'a\'b"c',
    '; touch /tmp/pwn #',
    '$(touch /tmp/pwn)',
    'line\nline\n',
    "''",
    "\\'",
    '%s\\n',
    '-',
    '--',
    '@end-',
  ],
  ...[
    '€ünïcödé 🎉',
    '\x01\x1b[2J\x7f',
    'a\rb',
    '{a,b}',
    '[a-z]',
    '<>',
    '=',
    'A=b',
    '\\\n',
    '$',
    '"$@"',
    '\u202e',
  ],
]

function texts({ code, stdout, stderr }: { code: number; stdout: Buffer; stderr: Buffer }) {
  return { code, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') }
}
