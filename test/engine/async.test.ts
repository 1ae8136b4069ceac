import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { UnreachableError } from '../../src/core/errors.ts'
import { Script } from '../../src/core/quote.ts'
import type { Shell } from '../../src/core/remote.ts'
import { type AsyncTask, detach } from '../../src/engine/async.ts'
import type { Play } from '../../src/playbook/types.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { type Ran, type RunSettings, runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('async')

type Tasks = NonNullable<Play['tasks']>

/** Runs tasks whose jobs are kept in `dir/jobs`. */
async function withJobs(
  work: (dir: string, run: (tasks: Tasks, settings?: RunSettings) => Promise<Ran>) => Promise<void>,
) {
  const dir = mkdtempSync(join(tmpdir(), 'async-test-'))
  try {
    await work(dir, (tasks, settings = {}) =>
      runPlaybook([{ tasks, vars: { ansible_async_dir: join(dir, 'jobs'), dir } }], settings),
    )
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Waits until a job has finished, and gives its record. */
async function finished(path: unknown): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const record = JSON.parse(readFileSync(String(path), 'utf8'))
    if (record.finished === 1) return record
    await sleep(50)
  }
}

const jobsIn = (dir: string) => (existsSync(join(dir, 'jobs')) ? readdirSync(join(dir, 'jobs')) : [])

// What has ended may wait a moment for its parent to take note of it.
function isRunning(pidFile: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', readFileSync(pidFile, 'utf8').trim()], {
    encoding: 'utf8',
  })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}

test('a task that is waited for has the result it has without async, and leaves nothing behind', async () => {
  await withJobs(async (dir, run) => {
    const ran = await run([
      { name: 'job', shell: 'sleep 0.3; echo out; echo err >&2; printf x > {{ dir }}/x', async: 60, poll: 1 },
    ])
    const { stdout, stderr, rc, changed, finished, started, stdout_lines, cmd } = ran.fields('job')
    assert.equal([stdout, stderr, rc, changed, finished, started], ['out', 'err', 0, true, 1, 1])
    assert.equal(stdout_lines, ['out'])
    assert.match(String(cmd), 'sleep 0.3')
    assert.equal(jobsIn(dir), [])
    assert.is(readFileSync(join(dir, 'x'), 'utf8'), 'x')
  })
})

test('a job that fails fails its task, with its fields', async () => {
  await withJobs(async (_dir, run) => {
    const ran = await run([
      { name: 'job', shell: 'echo out; exit 3', async: 60, poll: 0.2, ignore_errors: true },
      { name: 'judged', shell: 'exit 3', async: 60, poll: 0.2, failed_when: false },
    ])
    assert.equal(ran.lines, ['failed one job ignored', 'changed one judged'])
    const { rc, stdout, msg, finished } = ran.fields('job')
    assert.equal([rc, stdout, msg, finished], [3, 'out', 'non-zero return code', 1])
  })
})

test('a module of several steps and large content goes through a job too', async () => {
  await withJobs(async (dir, run) => {
    const content = 'x'.repeat(300_000)
    const write = (name: string) => ({
      name,
      copy: { content, dest: join(dir, 'large') },
      async: 60,
      poll: 0.2,
    })
    const ran = await run([write('first'), write('again')])
    assert.equal(ran.lines, ['changed one first', 'ok one again'])
    assert.is(readFileSync(join(dir, 'large'), 'utf8'), content)
    assert.is(ran.fields('again').finished, 1)
    assert.equal(jobsIn(dir), [])
  })
})

test('a job has the environment, the umask and the folder that the task would have', async () => {
  await withJobs(async (_dir, run) => {
    const tell = { shell: 'echo $GREETING; umask; pwd; cat', environment: { GREETING: "it's me" } }
    const ran = await run([
      { name: 'plain', ...tell },
      { name: 'job', ...tell, async: 60, poll: 0.2 },
    ])
    assert.is(ran.fields('job').stdout, ran.fields('plain').stdout)
    assert.match(String(ran.fields('job').stdout), "it's me")
  })
})

test('a job whose time is over is ended with all its processes', async () => {
  await withJobs(async (dir, run) => {
    const ran = await run([
      {
        name: 'job',
        shell:
          '(trap "" TERM; sleep 300) & echo $! > {{ dir }}/pid; timeout 300 sleep 299 & echo $! > {{ dir }}/pid2; wait; touch {{ dir }}/after',
        async: 1,
        poll: 10,
        ignore_errors: true,
      },
    ])
    assert.equal(ran.lines, ['failed one job ignored'])
    assert.is(ran.fields('job').msg, 'async task did not complete within the requested time - 1s')
    assert.not.ok(isRunning(join(dir, 'pid')))
    assert.not.ok(isRunning(join(dir, 'pid2')))
    assert.not.ok(existsSync(join(dir, 'after')))
    assert.equal(jobsIn(dir), [])
  })
})

test('with poll 0 the run goes on and ends, and the job goes on after it', async () => {
  await withJobs(async (dir, run) => {
    const ran = await run([
      {
        name: 'job',
        shell: 'while [ ! -e {{ dir }}/go ]; do sleep 0.1; done; echo done; exit 4',
        async: 60,
        poll: 0,
      },
      { name: 'next', command: 'true' },
    ])
    const { ansible_job_id, results_file, ...rest } = ran.fields('job')
    assert.equal(rest, { started: 1, finished: 0, changed: true, failed: false })
    assert.is(results_file, join(dir, 'jobs', String(ansible_job_id)))
    assert.match(readFileSync(String(results_file), 'utf8'), '"finished": 0')
    assert.is(statSync(join(dir, 'jobs')).mode & 0o777, 0o700)
    assert.is(statSync(String(results_file)).mode & 0o777, 0o600)
    execFileSync('touch', [join(dir, 'go')])
    const { rc, expired, started, stdout_file } = await finished(results_file)
    assert.equal([rc, expired, started], [4, false, 1])
    assert.match(readFileSync(String(stdout_file), 'utf8'), /^done\n/)
  })
})

test('a job that nobody waits for is ended when its time is over', async () => {
  await withJobs(async (dir, run) => {
    const ran = await run([{ name: 'job', shell: 'echo $$ > {{ dir }}/pid; sleep 300', async: 1, poll: 0 }])
    assert.is((await finished(ran.fields('job').results_file)).expired, true)
    assert.not.ok(isRunning(join(dir, 'pid')))
  })
})

test('secrets of a job stand in no argument list', async () => {
  await withJobs(async (dir, run) => {
    const ran = await run([
      {
        name: 'job',
        shell: 'cat >/dev/null; while [ ! -e {{ dir }}/go ]; do sleep 0.1; done # {{ dir }}',
        args: { stdin: 'hunter2-in-a-job' },
        async: 60,
        poll: 0,
      },
    ])
    const shown = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
    execFileSync('touch', [join(dir, 'go')])
    await finished(ran.fields('job').results_file)
    assert.match(shown, dir)
    assert.not.match(shown, 'hunter2-in-a-job')
  })
})

test('check mode and tasks with nothing to do start no job, and have finished', async () => {
  await withJobs(async (dir, run) => {
    const job = { name: 'job', shell: 'touch {{ dir }}/x', async: 60, poll: 0 }
    const checked = await run([job], { check: true })
    assert.equal(checked.lines, ['skipped one job'])
    assert.is(checked.fields('job').finished, 1)
    const unchanged = await run([{ ...job, args: { creates: dir } }])
    assert.equal(unchanged.lines, ['ok one job'])
    assert.is(unchanged.fields('job').finished, 1)
    assert.equal([jobsIn(dir), existsSync(join(dir, 'x'))], [[], false])
  })
})

test('a script file takes no async, as in Ansible', async () => {
  await withJobs(async (_dir, run) => {
    const tasks = [{ name: 'file', script: '/no/such/script.sh', async: 5, ignore_errors: true }]
    assert.is((await run(tasks as Tasks)).fields('file').msg, 'async is not supported for this task.')
  })
})

test('what the controller does itself has async for its timeout', async () => {
  await withJobs(async (dir, run) => {
    const ran = await run([
      { name: 'in time', debug: { msg: 'hi' }, async: 60, poll: 0 },
      { name: 'late', pause: { seconds: 5 }, async: 1, ignore_errors: true },
      {
        name: 'late on the host',
        script: async ({ $ }: { $: (text: TemplateStringsArray) => Promise<unknown> }) => {
          await $`sleep 300`
        },
        async: 1,
        ignore_errors: true,
      },
    ] as Tasks)
    assert.equal(ran.lines, [
      'ok one in time',
      'failed one late ignored',
      'failed one late on the host ignored',
    ])
    assert.is(ran.fields('late').msg, 'async task did not complete within the requested time - 1s')
    assert.is(
      ran.fields('late on the host').msg,
      'async task did not complete within the requested time - 1s',
    )
    assert.equal(jobsIn(dir), [])
  })
})

test('each item of a loop is a job', async () => {
  await withJobs(async (_dir, run) => {
    const ran = await run([
      { name: 'jobs', shell: 'echo {{ item }}', loop: ['a', 'b'], async: 60, poll: 0, register: 'jobs' },
      {
        name: 'all',
        async_status: { jid: '{{ item.ansible_job_id }}' },
        loop: '{{ jobs.results }}',
        register: 'job',
        until: 'job.finished',
        delay: 0.1,
        retries: 300,
      },
    ])
    const results = ran.fields('all').results as readonly { readonly stdout: string }[]
    assert.equal(
      results.map(({ stdout }) => stdout),
      ['a', 'b'],
    )
  })
})

/** A job of one script on a shell, and how it ends. */
function jobOn(shell: Shell, folder: string, task: Partial<AsyncTask> & { readonly script: string }) {
  const { script, ...more } = task
  const remember = () => {}
  const reopen = async () => shell
  const run = detach({ limit: 60, poll: 0.1, shell, reopen, folder, environment: {}, remember, ...more })
  return run({
    steps: [{ kind: 'script', script: new Script(script), label: 'job', as: 'job', ok: 'any' }],
    planned: { changes: [], fields: { changed: true } },
    carryOut: () => Promise.reject(new Error('this was to be a job')),
    conclude: ({ job }) => ({ changes: [], fields: { changed: true, ...job } }),
  })
}

test('jobs work with every userland, with setsid and without', async () => {
  for (const { name, use } of LOCAL_SHELLS) {
    await use(async (shell) => {
      for (const tools of [new Set(['base64', 'setsid']), new Set(['base64'])]) {
        const dir = mkdtempSync(join(tmpdir(), 'async-test-'))
        const on = { ...shell, target: { ...shell.target, tools } }
        try {
          const folder = join(dir, 'it’s 100% a "folder"')
          const script = `umask 022; printf 'no end'; echo err >&2; (exit 3)`
          const { fields } = await jobOn(on, folder, { script })
          assert.equal([fields.stdout, fields.stderr, fields.code], ['no end', 'err\n', 3], name)
          const late = jobOn(on, folder, { script: `sleep 300 & echo $! >${dir}/pid; wait`, limit: 1 })
          assert.match(await late.catch((error) => error.message), /did not complete .* 1s$/)
          assert.not.ok(isRunning(join(dir, 'pid')), name)
        } finally {
          rmSync(dir, { recursive: true })
        }
      }
    })
  }
})

/** A shell that is lost at some of its requests, counted from 0. */
function failing(shell: Shell, lost: (count: number) => boolean): Shell {
  let count = 0
  const request: Shell['request'] = async (script, options) => {
    if (lost(count++)) throw new UnreachableError('one: the link is lost')
    return shell.request(script, options)
  }
  return { ...shell, request }
}

test('a job is found again when the link was lost and has come back', async () => {
  await withShell(async (shell, dir) => {
    let opened = 0
    const reopen = async () => {
      if (++opened === 1) throw new UnreachableError('one: no route')
      return shell
    }
    const { fields } = await jobOn(
      failing(shell, (count) => count > 0),
      dir,
      { script: 'sleep 0.5; echo out', reopen },
    )
    assert.equal([fields.stdout, fields.finished, opened], ['out\n', 1, 2])
  })
})

test('a link that does not come back in the job’s time makes the host unreachable', async () => {
  await withShell(async (shell, dir) => {
    const reopen = () => Promise.reject(new UnreachableError('one: no route'))
    const lost = failing(shell, (count) => count > 0)
    const error = await jobOn(lost, dir, { script: 'sleep 300', limit: 1, reopen }).catch((thrown) => thrown)
    assert.instance(error, UnreachableError)
    const record = readdirSync(dir).find((name) => !name.endsWith('.job'))
    assert.is((await finished(join(dir, String(record)))).expired, true)
  })
})

async function withShell(work: (shell: Shell, dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'async-test-'))
  try {
    await LOCAL_SHELLS[0]?.use((shell) => work(shell, dir))
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

test.run()
