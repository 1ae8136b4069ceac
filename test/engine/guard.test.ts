import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Expectation, expectAbsent, expectFile, expectOutput } from '../../src/core/expectation.ts'
import type { Step } from '../../src/core/module.ts'
import { Script, sh } from '../../src/core/quote.ts'
import { applySteps } from '../../src/engine/apply.ts'
import { holdLock, lockDirectory, StaleError } from '../../src/engine/guard.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('engine/guard')

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'guard '))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const shellIn = (folder: string, argv?: readonly string[]) =>
  plainShell({ temp: join(folder, '.uploads'), ...(argv && { argv }) })

async function isStale(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return false
  } catch (error) {
    if (error instanceof StaleError) return true
    throw error
  }
}

interface Case {
  readonly what: string
  readonly now: string | undefined
  readonly expects: (path: string) => Expectation
  readonly stale: boolean
}

const CASES: readonly Case[] = [
  { what: 'a file as it was', now: 'a\n', expects: (path) => expectFile(path, 'a\n'), stale: false },
  { what: 'another text', now: 'b\n', expects: (path) => expectFile(path, 'a\n'), stale: true },
  { what: 'a file that is gone', now: undefined, expects: (path) => expectFile(path, 'a\n'), stale: true },
  { what: 'no file, as before', now: undefined, expects: (path) => expectFile(path, ''), stale: false },
  { what: 'a file that is new', now: 'a\n', expects: (path) => expectFile(path, ''), stale: true },
  { what: 'nothing, as before', now: undefined, expects: expectAbsent, stale: false },
  { what: 'an empty file that is new', now: '', expects: expectAbsent, stale: true },
  {
    what: 'the same output',
    now: 'a\n',
    expects: (path) => expectOutput(sh`cat ${path}; echo end`, Buffer.from('a\nend\n'), '/'),
    stale: false,
  },
  {
    what: 'another output',
    now: 'b\n',
    expects: (path) => expectOutput(sh`cat ${path}; echo end`, Buffer.from('a\nend\n'), '/'),
    stale: true,
  },
]

const STEPS: readonly ((path: string) => Step)[] = [
  (path) => ({ kind: 'write', label: 'write', path, content: 'new' }),
  (path) => ({ kind: 'script', label: 'script', script: sh`printf new >${path}` }),
  (path) => ({ kind: 'run', label: 'run', argv: ['sh', '-c', 'printf new >"$1"', 'sh', path] }),
]

for (const { what, now, expects, stale } of CASES) {
  for (const step of STEPS) {
    test(`a step is ${stale ? 'not ' : ''}carried out: ${what}, ${step('').kind}`, () =>
      inFolder(async (folder) => {
        const path = join(folder, "it's a file")
        if (now !== undefined) writeFileSync(path, now)
        const guarded = { ...step(path), expects: expects(path) }
        assert.is(await isStale(applySteps(shellIn(folder), [guarded])), stale)
        const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
        assert.is(text, stale ? now : 'new')
        assert.equal(
          readdirSync(folder).filter((name) => name.startsWith('.playscript')),
          [],
        )
      }))
  }
}

test('an exit code of a step that expects nothing is its own', () =>
  inFolder(async (folder) => {
    const step: Step = { kind: 'script', label: 'own', as: 'own', ok: 'any', script: sh`exit 117` }
    assert.is((await applySteps(shellIn(folder), [step])).own?.code, 117)
  }))

// The write step waits for the lock, so that it sees what was written under it.
for (const argv of [['sh'], ['bash', '--posix']]) {
  test(`what another writes under the lock counts (${argv.join(' ')})`, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a')
      const [held, going] = [join(folder, 'held'), join(folder, 'going')]
      writeFileSync(path, 'old')
      const other = shellIn(folder, argv).request(
        new Script(
          `${lockDirectory(`'${folder}'`).text}; : >'${held}'; until [ -e '${going}' ]; do sleep 0.01; done; sleep 0.1; printf other >'${path}'`,
        ),
      )
      while (!existsSync(held)) await sleep(5)
      const step: Step = {
        kind: 'write',
        label: 'write',
        path,
        content: 'new',
        validate: `{ : >'${going}'; : %s; }`,
        expects: expectFile(path, 'old'),
      }
      assert.is(await isStale(applySteps(shellIn(folder, argv), [step])), true)
      await other
      assert.is(readFileSync(path, 'utf8'), 'other')
    }))
}

test('a lock is held over several requests, and the steps under it do not wait for it', () =>
  inFolder(async (folder) => {
    const shell = shellIn(folder)
    const path = join(folder, 'a')
    writeFileSync(path, 'old')
    const isFree = async () => (await shell.request(sh`flock -n ${folder} true`)).code === 0
    const release = await holdLock(shell, folder, undefined)
    assert.is(await isFree(), false)
    const step: Step = {
      kind: 'write',
      label: 'write',
      path,
      content: 'new',
      expects: expectFile(path, 'old'),
    }
    await applySteps(shell, [step], { locked: folder })
    assert.is(readFileSync(path, 'utf8'), 'new')
    assert.is(await isFree(), false)
    await release?.()
    while (!(await isFree())) await sleep(5)
  }))

test('a directory that cannot be locked is written to all the same', () =>
  inFolder(async (folder) => {
    const tools = join(folder, 'tools')
    mkdirSync(tools)
    const commands = 'cat sh mktemp stat chown chmod mv rm rmdir ln sha1sum id date cp printf readlink'.split(
      ' ',
    )
    for (const command of commands) {
      const found = ['/bin', '/usr/bin'].map((dir) => join(dir, command)).find(existsSync)
      if (found !== undefined) symlinkSync(found, join(tools, command))
    }
    const shell = plainShell({ temp: folder, path: tools, argv: ['/bin/sh'] })
    assert.is(await holdLock(shell, folder, undefined), undefined)
    const path = join(folder, 'a')
    const write = (before: string): Step => ({
      kind: 'write',
      label: 'write',
      path,
      content: 'new',
      expects: expectFile(path, before),
    })
    await applySteps(shell, [write('')])
    assert.is(readFileSync(path, 'utf8'), 'new')
    assert.is(await isStale(applySteps(shell, [write('')])), true)
    assert.is(await holdLock(shellIn(folder), join(folder, 'missing'), undefined), undefined)
  }))

test.run()
