import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ReplacedError } from '../../src/core/errors.ts'
import { expectFile } from '../../src/core/expectation.ts'
import type { Step } from '../../src/core/module.ts'
import type { Shell } from '../../src/core/remote.ts'
import { StaleError } from '../../src/engine/guard.ts'
import { planAgain, type Retry } from '../../src/engine/plan-again.ts'
import { lineinfile } from '../../src/modules/lineinfile.ts'
import { runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('engine/plan-again')

const STEP: Step = {
  kind: 'write',
  label: 'write /srv/a',
  path: '/srv/a',
  content: '',
  expects: expectFile('/srv/a', ''),
}

// A shell whose locks are only noted.
function lockShell(): { readonly shell: Shell; readonly asked: string[] } {
  const asked: string[] = []
  const shell = plainShell({ temp: '/nowhere' })
  return {
    asked,
    shell: {
      ...shell,
      async request({ text }) {
        asked.push(text.startsWith('kill') ? 'release' : 'lock')
        return { code: 0, stdout: Buffer.from('4711\n'), stderr: Buffer.alloc(0) }
      },
    },
  }
}

async function staleTimes(times: number, { begun = false }: { readonly begun?: boolean } = {}) {
  const { shell, asked } = lockShell()
  const retries: (Retry | undefined)[] = []
  const work = async (retry: Retry | undefined) => {
    retries.push(retry)
    if (retries.length > times) return { fields: { changed: false } }
    throw Object.assign(new StaleError(STEP), { begun })
  }
  const outcome = await planAgain(work, { shell, signal: undefined }).catch((error: Error) => error)
  return { outcome, asked, retries }
}

test('work that nothing disturbs is done once, without a lock', async () => {
  const { outcome, asked, retries } = await staleTimes(0)
  assert.equal(outcome, { fields: { changed: false } })
  assert.equal([asked, retries], [[], [undefined]])
})

test('a file that was replaced while it was read is read again, after a pause', async () => {
  const { shell, asked } = lockShell()
  let times = 0
  const work = async () => {
    times += 1
    if (times < 3) throw new ReplacedError('the file was replaced while it was read')
    return { fields: { changed: false } }
  }
  assert.equal(await planAgain(work, { shell, signal: undefined }), { fields: { changed: false } })
  assert.equal([times, asked], [3, []])
})

test('a retry holds the lock, and releases it whatever comes of it', async () => {
  const { outcome, asked, retries } = await staleTimes(2)
  assert.equal(outcome, { fields: { changed: false } })
  assert.equal(asked, ['lock', 'release', 'lock', 'release'])
  assert.equal(retries, [undefined, { locked: '/srv' }, { locked: '/srv' }])
})

test('what was done before a step proved stale makes the task changed', async () => {
  assert.equal((await staleTimes(1, { begun: true })).outcome, { fields: { changed: true } })
})

test('it gives up in the end and says so', async () => {
  const { outcome, retries } = await staleTimes(1000)
  assert.is(retries.length, 30)
  assert.match(String(outcome), /write \/srv\/a was not carried out: .*each of the 30 times/)
})

test('an edit is planned again from what another wrote in between, and both stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plan-again-'))
  const path = join(folder, 'a')
  writeFileSync(path, 'first\n')
  const plain = plainShell({ temp: join(folder, '.uploads') })
  let requests = 0
  const shell: Shell = {
    ...plain,
    async request(script, options) {
      const reply = await plain.request(script, options)
      requests += 1
      if (requests === 1) appendFileSync(path, 'theirs\n')
      return reply
    },
  }
  try {
    const { fields } = await runModule(lineinfile, { path, line: 'ours' }, { shell })
    assert.is(readFileSync(path, 'utf8'), 'first\ntheirs\nours\n')
    assert.is(fields.changed, true)
    // Probe and write; lock, probe, write and release.
    assert.is(requests, 6)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
