import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Shell } from '../../src/core/remote.ts'
import { async_status } from '../../src/modules/async_status.ts'
import type { Task } from '../../src/playbook/types.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { checkedArguments, failureOf, fakeController, runModule } from '../helpers/module-harness.ts'
import { type Ran, type RunSettings, runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('async_status')

const MARK = '@step-0123@'

/** A job as another run left it. */
interface Left {
  readonly record?: Readonly<Record<string, unknown>>
  readonly stdout?: string | Buffer
  readonly stderr?: string
  readonly pid?: number
}

async function withJob(
  left: Left,
  work: (status: (args: object) => ReturnType<typeof runModule>, dir: string) => Promise<void>,
) {
  for (const { use } of LOCAL_SHELLS) {
    const dir = mkdtempSync(join(tmpdir(), 'async-status-'))
    const { record = {}, stdout = '', stderr = '', pid = process.pid } = left
    const known = {
      ansible_job_id: 'j1.2',
      mark: MARK,
      time_limit: 9,
      started: 1,
      finished: 1,
      rc: 0,
      expired: false,
      ...record,
    }
    try {
      mkdirSync(join(dir, 'j1.2.job'))
      writeFileSync(join(dir, 'j1.2'), `${JSON.stringify(known, null, 2)}\n`)
      for (const [name, content] of Object.entries({ stdout, stderr, pid: String(pid) }))
        writeFileSync(join(dir, 'j1.2.job', name), content)
      const controller = fakeController({ variables: { ansible_async_dir: `${dir}/` } })
      await use((shell: Shell) =>
        work((args) => runModule(async_status, { jid: 'j1.2', ...args }, { shell, controller }), dir),
      )
    } finally {
      rmSync(dir, { recursive: true })
    }
  }
}

test('a job that runs has not finished, and says nothing yet', async () => {
  await withJob({ record: { finished: 0, rc: null }, stdout: 'so far' }, async (status, dir) => {
    const { fields } = await status({})
    assert.equal(fields, {
      ansible_job_id: 'j1.2',
      results_file: join(dir, 'j1.2'),
      started: 1,
      finished: 0,
      changed: false,
      stdout: '',
      stderr: '',
      stdout_lines: [],
      stderr_lines: [],
    })
  })
})

test('a job of another run gives its exit code and its output', async () => {
  const job = { stdout: `one\n{\n}\n${MARK} 0\ntwo é\n${MARK} 0\n`, stderr: `oh\n${MARK}\n${MARK}\n` }
  await withJob(job, async (status) => {
    const { stdout, stderr, rc, finished, changed } = (await status({})).fields
    assert.equal([stdout, stderr, rc, finished, changed], ['one\n{\n}\ntwo é', 'oh', 0, 1, true])
  })
})

test('a job of another run that failed fails', async () => {
  await withJob({ record: { rc: 3 }, stdout: `x\n${MARK} 3\n` }, async (status) => {
    const { message, result } = await failureOf(status({}))
    assert.equal([message, result.rc, result.stdout, result.finished], ['non-zero return code', 3, 'x', 1])
  })
})

test('a job that was ended since its time was over fails', async () => {
  await withJob({ record: { rc: 137, expired: true } }, async (status) => {
    const { message } = await failureOf(status({}))
    assert.is(message, 'async task did not complete within the requested time - 9s')
  })
})

test('a job whose process is gone without a result fails', async () => {
  await withJob({ record: { finished: 0 }, pid: 2 ** 22 + 1 }, async (status) => {
    const { message, result } = await failureOf(status({}))
    assert.match(message, /^the job is gone/)
    assert.is(result.finished, 1)
  })
})

test('a job that is not known fails, as does a name that leads elsewhere', async () => {
  await withJob({}, async (status, dir) => {
    for (const jid of ['j9.9', '../j1.2', 'j1.2.job', '', '.']) {
      const { message, result } = await failureOf(status({ jid }))
      assert.equal([message, result.finished, result.started], ['could not find job', 1, 1])
      await failureOf(status({ jid, mode: 'cleanup' }))
    }
    assert.ok(existsSync(join(dir, 'j1.2')))
  })
})

test('cleanup removes what a job left, once', async () => {
  await withJob({}, async (status, dir) => {
    const { erased, changed } = (await status({ mode: 'cleanup' })).fields
    assert.equal([erased, changed], [join(dir, 'j1.2'), false])
    assert.not.ok(existsSync(join(dir, 'j1.2')))
    assert.not.ok(existsSync(join(dir, 'j1.2.job')))
    assert.is((await failureOf(status({ mode: 'cleanup' }))).message, 'could not find job')
  })
})

test('wrong arguments are refused', () => {
  assert.throws(() => checkedArguments(async_status, {}), /jid/)
  assert.throws(() => checkedArguments(async_status, { jid: 'j', mode: 'remove' }), /status, cleanup/)
})

async function runJob(task: Task, settings: RunSettings = {}): Promise<Ran> {
  const dir = mkdtempSync(join(tmpdir(), 'async-status-'))
  const jid = '{{ job.ansible_job_id }}'
  const tasks: Task[] = [
    { name: 'start', ...task, async: 60, poll: 0, register: 'job' },
    {
      name: 'look',
      async_status: { jid },
      register: 'seen',
      until: 'seen.finished',
      delay: 0.1,
      retries: 300,
      ignore_errors: true,
    },
    { name: 'clean', async_status: { jid, mode: 'cleanup' } },
    { name: 'look again', async_status: { jid }, ignore_errors: true },
  ]
  try {
    return await runPlaybook([{ tasks, vars: { ansible_async_dir: dir, dir } }], settings)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

test('a job of this run has the fields of the task that started it', async () => {
  const ran = await runJob({ shell: 'sleep 0.3; echo out' })
  assert.equal(ran.lines, [
    'changed one start',
    'changed one look',
    'ok one clean',
    'failed one look again ignored',
  ])
  const { stdout, rc, cmd, finished, delta } = ran.fields('look')
  assert.equal([stdout, rc, cmd, finished], ['out', 0, 'sleep 0.3; echo out', 1])
  assert.match(String(delta), /^0:00:0\d\.\d{6}$/)
  assert.is(ran.fields('look again').msg, 'could not find job')
})

test('a job of this run that fails fails where it is looked at', async () => {
  const ran = await runJob({ shell: 'echo out; exit 3' })
  assert.is(ran.lines[1], 'failed one look ignored')
  const { stdout, rc, msg, finished } = ran.fields('look')
  assert.equal([stdout, rc, msg, finished], ['out', 3, 'non-zero return code', 1])
})

test('a task that needed no job can be looked at as well', async () => {
  for (const settings of [{}, { check: true }]) {
    const ran = await runJob({ shell: 'echo out', args: { creates: '/' } }, settings)
    assert.equal(ran.lines.slice(0, 2), ['ok one start', 'ok one look'])
    assert.match(String(ran.fields('look').stdout), 'skipped, since /')
  }
})

test.run()
