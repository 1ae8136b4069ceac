import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Shell } from '../../src/core/remote.ts'
import { compilePattern, search } from '../../src/modules/wait/regex.ts'
import { procAddress, procForms, procPort } from '../../src/modules/wait/sockets.ts'
import { wait_for } from '../../src/modules/wait_for.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { needsProgram } from '../helpers/programs.ts'

needsProgram('curl', 'busybox', 'python3')

const test = suite('wait_for')
const TOOLS = ['sh', 'date', 'sleep', 'grep', 'cat', 'sed']

/** A folder that holds the named programs and no others, to be a whole PATH. */
function pathWith(folder: string, programs: readonly string[]): string {
  for (const program of [...TOOLS, ...programs]) {
    symlinkSync(
      execFileSync('sh', ['-c', `PATH=/usr/bin:/bin command -v ${program}`])
        .toString()
        .trim(),
      join(folder, program),
    )
  }
  return folder
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wait-for-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function withServer(
  greeting: string,
  work: (port: number, server: Server) => Promise<void>,
): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    if (greeting !== '') socket.write(greeting)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await work((server.address() as AddressInfo).port, server)
  } finally {
    server.close()
  }
}

const SHELL = plainShell({ temp: '/tmp' })
const run = async (args: Record<string, unknown>, shell: Shell = SHELL) =>
  (await runModule(wait_for, args, { shell })).fields

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  let free = 0
  await withServer('', async (port) => {
    free = port
  })
  return free
}

test('a file that is there, one that is gone, and one that comes', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'a file')
    assert.is((await run({ path, state: 'absent' })).changed, false)
    setTimeout(() => writeFileSync(path, 'x'), 200)
    const fields = await run({ path, timeout: 20 })
    assert.equal([fields.state, fields.path, fields.port], ['started', path, null])
    const failure = await failureOf(run({ path, state: 'absent', timeout: 1 }))
    assert.is(failure.message, `Timeout when waiting for ${path} to be absent.`)
    assert.is(typeof failure.result.elapsed, 'number')
  })
})

test('what a file holds, with groups', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'log')
    writeFileSync(path, 'starting\n')
    setTimeout(() => writeFileSync(path, 'starting\nready in 12 ms\n'), 200)
    const fields = await run({ path, search_regex: '^ready in (?P<time>\\d+) (ms|s)$', timeout: 20 })
    assert.equal(fields.match_groups, ['12', 'ms'])
    assert.equal(fields.match_groupdict, { time: '12' })
    const { message } = await failureOf(run({ path, search_regex: 'never', timeout: 1, msg: 'too late' }))
    assert.is(message, 'too late')
  })
})

const WAYS: Readonly<Record<string, readonly string[]>> = {
  'bash and timeout': ['bash', 'timeout'],
  'busybox nc': ['busybox', 'timeout'],
  curl: ['curl'],
  python3: ['python3'],
}

// They wait for seconds on end, so all of them wait together.
const tried = new Map<string, Promise<unknown>>()
const tryAll = () => {
  if (tried.size === 0)
    for (const [name, programs] of Object.entries(WAYS))
      tried.set(
        name,
        tryWay(programs).catch((error: unknown) => error),
      )
}

async function tryWay(programs: readonly string[]): Promise<void> {
  // 127.1 is this machine as well, but not spelt so that the kernel's own table is asked.
  const host = '127.1'
  await withFolder(async (folder) => {
    const shell = plainShell({ temp: '/tmp', path: pathWith(folder, programs) })
    await withServer('220 hello there\r\n', async (port) => {
      assert.is((await run({ host, port, timeout: 10 }, shell)).port, port)
      const fields = await run(
        { host, port, search_regex: 'hello (\\w+)', connect_timeout: 1, timeout: 10 },
        shell,
      )
      assert.equal(fields.match_groups, ['there'])
      const { message } = await failureOf(
        run({ host, port, state: 'stopped', timeout: 1, connect_timeout: 1 }, shell),
      )
      assert.is(message, `Timeout when waiting for ${host}:${port} to stop.`)
    })
    const port = await freePort()
    assert.is((await run({ host, port, state: 'stopped' }, shell)).state, 'stopped')
    const { message } = await failureOf(run({ host, port, timeout: 1 }, shell))
    assert.is(message, `Timeout when waiting for ${host}:${port}`)
  })
}

for (const name of Object.keys(WAYS)) {
  test(`${name}: a port that is open, one that is closed, and what it says`, async () => {
    tryAll()
    const failure = await tried.get(name)
    if (failure !== undefined) throw failure
  })
}

test('a port of the target itself is seen in the kernel’s table, without any tool', async () => {
  await withFolder(async (folder) => {
    const shell = plainShell({ temp: '/tmp', path: pathWith(folder, []) })
    await withServer('', async (port) => {
      assert.ok(Number((await run({ port }, shell)).elapsed) < 10)
      assert.ok(Number((await run({ port, host: 'localhost' }, shell)).elapsed) < 10)
    })
    const port = await freePort()
    const { message } = await failureOf(run({ host: 'example.invalid', port, timeout: 2 }, shell))
    assert.match(
      message,
      /nothing on the target can connect .* none of bash \(with timeout\), nc, busybox nc, curl and python3/,
    )
    const search = await failureOf(run({ port, search_regex: 'x', timeout: 2 }, shell))
    assert.match(search.message, /nothing on the target can connect/)
  })
})

test('a port that opens later is waited for, in one request', async () => {
  const port = await freePort()
  let requests = 0
  const counting: Shell = {
    ...SHELL,
    request(script, options) {
      requests++
      return SHELL.request(script, options)
    },
  }
  const server = createServer()
  setTimeout(() => server.listen(port, '127.0.0.1'), 300)
  try {
    await run({ port, timeout: 20 }, counting)
    assert.is(requests, 1)
  } finally {
    server.close()
  }
})

test('connections are waited for until they are gone', async () => {
  await withServer('', async (port) => {
    const { connect } = await import('node:net')
    const client = connect(port, '127.0.0.1')
    await new Promise((resolve) => client.once('connect', resolve))
    const busy = { port, state: 'drained', active_connection_states: ['ESTABLISHED'], timeout: 1 }
    const { message } = await failureOf(run(busy))
    assert.is(message, `Timeout when waiting for 127.0.0.1:${port} to drain`)
    assert.is((await run({ ...busy, exclude_hosts: ['127.0.0.1'] })).state, 'drained')
    client.destroy()
    assert.is((await run({ ...busy, timeout: 20 })).changed, false)
  })
})

test('without a port or a path it only lets time pass; check mode does not wait', async () => {
  assert.is((await run({ timeout: 0, delay: 0 })).elapsed, 0)
  const { fields } = await runModule(wait_for, { port: 1, timeout: 600 }, { shell: SHELL, check: true })
  assert.equal([fields.changed, fields.elapsed, fields.state], [false, 0, 'started'])
})

test('the plan changes nothing', () => {
  const plan = planOf(wait_for, { port: 80 }, undefined)
  assert.equal([plan.changes, plan.steps.map(({ label }) => label)], [[], ['wait for 127.0.0.1:80']])
})

test('addresses and ports are written as the kernel writes them', () => {
  assert.is(procAddress('127.0.0.1'), '0100007F')
  assert.is(procAddress('::1'), '00000000000000000000000001000000')
  assert.is(procAddress('fd00::2'), '000000FD000000000000000002000000')
  assert.equal(procForms('10.0.0.5'), ['0500000A', '0000000000000000FFFF00000500000A'])
  assert.is(procAddress('::ffff:10.0.0.5'), procForms('10.0.0.5')[1])
  assert.is(procAddress('web.example.org'), undefined)
  assert.is(procPort(80), '0050')
})

test('patterns are Python’s', () => {
  assert.equal(search(compilePattern('(?i)^B(?P<x>.)(y)?'), 'a\nbc'), {
    groups: ['c', null],
    named: { x: 'c' },
  })
  assert.is(search(compilePattern('\\Ab'), 'a\nb'), undefined)
  assert.throws(() => compilePattern('('), /is no regular expression/)
})

const BAD: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [{ path: '/x', state: 'drained' }, /state drained is for a port/],
  [{ path: '/x', state: 'stopped' }, /state stopped is for a port/],
  [{ state: 'drained' }, /needs a port/],
  [{ port: 1, exclude_hosts: ['::1'] }, /for state drained alone/],
  [{ port: 1, state: 'stopped', search_regex: 'x' }, /for states present and started/],
  [{ search_regex: 'x' }, /needs a port or a path/],
  [{ port: 1, state: 'drained', exclude_hosts: ['web1'] }, /'web1' is a name/],
  [{ port: 1, state: 'drained', active_connection_states: ['OPEN'] }, /no state 'OPEN'/],
]
for (const [args, message] of BAD) {
  test(`${JSON.stringify(args)} is refused`, () =>
    assert.throws(() => planOf(wait_for, args, undefined), message))
}
test('a port and a path exclude one another', () => {
  assert.throws(() => checkedArguments(wait_for, { port: 1, path: '/x' }), /mutually exclusive/)
})

test.run()
