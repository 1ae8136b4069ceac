import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, MissingError, TaskError } from '../../src/core/errors.ts'
import type { GitState } from '../../src/modules/git/state.ts'
import { git } from '../../src/modules/git.ts'
import { LOCAL_SHELLS } from '../helpers/local-shells.ts'
import { listing } from '../helpers/module-cases.ts'
import { checkedArguments, failureOf, planOf, runModule } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('modules/git')

const [OLD, NEW, TAG] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string]
const HERE: GitState = {
  gitDir: '/srv/site/.git',
  before: OLD,
  modified: [],
  url: 'https://h/site.git',
  branch: 'main',
  local: new Map([['refs/heads/main', OLD]]),
  resolved: undefined,
  remote: new Map([
    ['HEAD', NEW],
    ['refs/heads/main', NEW],
    ['refs/heads/same', OLD],
    ['refs/tags/v1', TAG],
    ['refs/tags/v1^{}', OLD],
  ]),
  remoteBranch: 'main',
  staleSubmodules: false,
  archived: false,
}
const NOT_HERE = { ...HERE, gitDir: undefined, before: undefined, url: undefined, branch: undefined }
const CURRENT = { ...HERE, before: NEW }

for (const [what, own, state, changes, steps] of [
  ['nothing is there', {}, NOT_HERE, ['version'], ['clone', 'submodule', 'rev-parse']],
  [
    'a branch is cloned',
    { version: 'same' },
    NOT_HERE,
    ['version'],
    ['clone', 'checkout', 'submodule', 'rev-parse'],
  ],
  ['it is not to be cloned', { clone: false }, NOT_HERE, ['version'], []],
  ['all is well', {}, CURRENT, [], []],
  ['it is not to be updated', { update: false }, HERE, [], []],
  [
    'there are newer commits',
    {},
    HERE,
    ['version'],
    ['fetch', 'checkout', 'reset', 'submodule', 'rev-parse'],
  ],
  ['a tag is of this commit', { version: 'v1' }, HERE, [], []],
  [
    'a tag is of another',
    { version: 'v1' },
    CURRENT,
    ['version'],
    ['fetch', 'checkout', 'submodule', 'rev-parse'],
  ],
  [
    'another branch has this commit',
    { version: 'same' },
    HERE,
    ['branch'],
    ['fetch', 'checkout', 'submodule', 'rev-parse'],
  ],
  ['this commit is wanted', { version: OLD }, HERE, [], []],
  [
    'submodules lag behind',
    {},
    { ...CURRENT, staleSubmodules: true },
    ['submodules'],
    ['submodule', 'rev-parse'],
  ],
  [
    'the address is another',
    {},
    { ...CURRENT, url: 'https://h/other.git' },
    ['remote_url'],
    ['remote', 'fetch', 'rev-parse'],
  ],
  [
    'files were changed',
    { force: true },
    { ...CURRENT, modified: [' M x'] },
    ['modifications'],
    ['reset', 'rev-parse'],
  ],
  ['a slash makes no difference', { repo: 'https://h/site.git/' }, CURRENT, [], []],
  [
    'the signature is checked each time',
    { verify_commit: true, version: OLD },
    HERE,
    [],
    ['signature', 'rev-parse'],
  ],
  ['an archive is wanted', { archive: '/srv/x.zip' }, CURRENT, ['archive'], ['/srv/x.zip']],
  ['the archive is there', { archive: '/srv/x.zip' }, { ...CURRENT, archived: true }, [], []],
  [
    'a bare one has an older branch',
    { bare: true },
    { ...HERE, local: new Map() },
    ['refs/heads/main', 'refs/heads/same', 'refs/tags/v1'],
    ['fetch', 'rev-parse'],
  ],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(git, { repo: 'https://h/site.git', dest: '/srv/site', ...own }, state)
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    const words = [
      'clone',
      'submodule',
      'rev-parse',
      'fetch',
      'checkout',
      'reset',
      'remote',
      'signature',
      '/srv/x.zip',
    ]
    assert.equal(
      plan.steps.map(({ label }) => words.find((word) => label.includes(word))),
      steps,
    )
  })
}

for (const [args, problem] of [
  [{ dest: '/a' }, /missing required arguments: repo/],
  [{ repo: 'x', dest: '/a', bare: true, separate_git_dir: '/b' }, /mutually exclusive/],
  [{ repo: 'x', dest: '/a', archive_prefix: 'b' }, /archive/],
] as const) {
  test(`${JSON.stringify(args)} is refused`, () => assert.throws(() => checkedArguments(git, args), problem))
}
for (const [own, problem] of [
  [{ dest: undefined }, /unless clone=no/],
  [{ version: '--upload-pack=x' }, /begins with a dash/],
  [{ umask: 22 }, /octal number in quotes/],
  [{ archive: '/x.rar' }, /\.zip, \.tar, \.tar\.gz or \.tgz/],
] as const) {
  test(`plan refuses ${JSON.stringify(own)}`, () =>
    assert.throws(
      () => planOf(git, { repo: 'x', dest: '/a', ...own }, HERE),
      (error: unknown) => error instanceof ArgumentError && problem.test(error.message),
    ))
}
test('plan: local modifications and unknown versions are failures', () => {
  const args = { repo: 'x', dest: '/a' }
  const fails = (own: object, state: GitState, problem: RegExp) =>
    assert.throws(
      () => planOf(git, { ...args, ...own }, state),
      (error: unknown) => error instanceof TaskError && problem.test(error.message),
    )
  fails({}, { ...HERE, modified: [' M x'] }, /Local modifications exist in the destination: \/a \(force=no\)/)
  fails({ version: 'nowhere' }, NOT_HERE, /no branch, tag or commit 'nowhere'/)
  fails({}, { ...NOT_HERE, remote: new Map() }, /no commits/)
})

const ENVIRONMENT = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.org',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.org',
}
const FILES = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'protocol.file.allow', GIT_CONFIG_VALUE_0: 'always' }

interface World {
  readonly folder: string
  readonly repo: string
  readonly dest: string
  /** Runs git in the author's own checkout. */
  readonly git: (...words: string[]) => string
  /** Commits a file's new content and pushes; gives the commit. */
  readonly commit: (text: string, branch?: string) => string
}

async function world(work: (world: World) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'git-'))
  const [repo, author] = [join(folder, 'the repo.git'), join(folder, 'author')]
  const command = (cwd: string, words: readonly string[]) =>
    execFileSync('git', words, {
      cwd,
      env: ENVIRONMENT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  const own = (...words: string[]) => command(author, words)
  try {
    command(folder, ['init', '-q', '--bare', '-b', 'main', repo])
    command(folder, ['init', '-q', '-b', 'main', author])
    own('remote', 'add', 'origin', repo)
    const commit = (text: string, branch = 'main') => {
      own('checkout', '-q', '-B', branch)
      writeFileSync(join(author, 'file'), text)
      own('add', '-A')
      own('commit', '-q', '-m', text)
      own('push', '-q', '--tags', 'origin', branch)
      return own('rev-parse', 'HEAD')
    }
    await work({ folder, repo, dest: join(folder, 'sub', 'a checkout'), git: own, commit })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const { name, use } of LOCAL_SHELLS) {
  type Args = Record<string, unknown>
  const on = (
    work: (
      run: (args: Args, check?: boolean) => Promise<Readonly<Record<string, unknown>>>,
      hash: (folder: string) => Promise<string>,
    ) => Promise<void>,
  ) =>
    use((shell) =>
      work(
        async (args, check = false) =>
          (await runModule(git, args, { shell, check, diff: check, environment: FILES })).fields,
        (folder) => listing(shell, folder),
      ),
    )

  test(`a checkout is cloned, found up to date, and updated (${name})`, () =>
    world(({ folder, repo, dest, commit, git: own }) =>
      on(async (run, hash) => {
        const first = commit('one')
        const args = { repo, dest }
        const empty = await hash(folder)
        const predicted = await run(args, true)
        assert.equal([predicted.changed, predicted.before, predicted.after], [true, null, first])
        assert.is(await hash(folder), empty)
        assert.is((await run(args)).after, first)
        assert.is(readFileSync(join(dest, 'file'), 'utf8'), 'one')
        const before = await hash(folder)
        assert.equal([(await run(args, true)).changed, (await run(args)).changed], [false, false])
        assert.is(await hash(folder), before)
        own('tag', '-a', '-m', 'x', 'v1')
        const second = commit('two')
        const later = await hash(folder)
        const update = await run(args, true)
        assert.equal([update.changed, update.before, update.after], [true, first, second])
        assert.is(await hash(folder), later)
        const done = await run(args)
        assert.equal([done.changed, done.before, done.after], [true, first, second])
        assert.is((await run(args)).changed, false)
        for (const version of ['v1', first.slice(0, 10), 'v1', 'main']) {
          await run({ ...args, version })
          assert.is((await run({ ...args, version })).changed, false, version)
        }
        assert.is(readFileSync(join(dest, 'file'), 'utf8'), 'two')
        const side = commit('three', 'side/branch')
        const branch = await run({ ...args, version: 'side/branch', remote: 'origin' })
        assert.equal([branch.after, (await run({ ...args, version: 'side/branch' })).changed], [side, false])
      }),
    ))

  test(`local modifications are kept, or thrown away when that is wanted (${name})`, () =>
    world(({ repo, dest, commit }) =>
      use(async (shell) => {
        commit('one')
        const args = { repo, dest }
        await runModule(git, args, { shell })
        writeFileSync(join(dest, 'untracked'), 'x')
        writeFileSync(join(dest, 'file'), 'mine')
        for (const check of [true, false]) {
          const failure = await failureOf(runModule(git, args, { shell, check }))
          assert.match(failure.message, /Local modifications exist/)
        }
        assert.is(readFileSync(join(dest, 'file'), 'utf8'), 'mine')
        assert.is(
          (await runModule(git, { ...args, force: true }, { shell, check: true })).fields.changed,
          true,
        )
        assert.is((await runModule(git, { ...args, force: true }, { shell })).fields.changed, true)
        assert.is(readFileSync(join(dest, 'file'), 'utf8'), 'one')
        assert.ok(existsSync(join(dest, 'untracked')))
        assert.is((await runModule(git, { ...args, force: true }, { shell })).fields.changed, false)
      }),
    ))

  test(`depth, bare, other remotes, refspecs and folders of their own (${name})`, () =>
    world(({ folder, repo, dest, commit, git: own }) =>
      on(async (run) => {
        commit('one')
        const second = commit('two')
        own('push', '-q', 'origin', `${second}:refs/pull/7/head`)
        const count = (path: string, ref = 'HEAD') =>
          execFileSync('git', ['rev-list', '--count', ref], { cwd: path, encoding: 'utf8' }).trim()
        await run({ repo, dest, depth: 1 })
        assert.is(count(dest), '1')
        const third = commit('three')
        assert.is((await run({ repo, dest, depth: 1 })).after, third)
        assert.equal([count(dest), (await run({ repo, dest, depth: 1 })).changed], ['1', false])
        const bare = join(folder, 'bare')
        await run({ repo, dest: bare, bare: true, remote: 'up' })
        assert.is((await run({ repo, dest: bare, bare: true, remote: 'up' })).changed, false)
        commit('four')
        assert.is((await run({ repo, dest: bare, bare: true, remote: 'up' })).changed, true)
        assert.equal(
          [count(bare), (await run({ repo, dest: bare, bare: true, remote: 'up' })).changed],
          ['4', false],
        )
        const pull = {
          repo,
          dest: join(folder, 'pull'),
          refspec: '+refs/pull/*:refs/heads/pull/*',
          version: 'pull/7/head',
        }
        assert.is((await run(pull)).after, second)
        assert.is((await run(pull)).changed, false)
        const apart = { repo, dest: join(folder, 'apart'), separate_git_dir: join(folder, 'apart.git') }
        await run({ ...apart, separate_git_dir: undefined })
        assert.equal(
          [(await run(apart, true)).changed, (await run(apart)).changed, (await run(apart)).changed],
          [true, true, false],
        )
        assert.ok(statSync(join(folder, 'apart.git')).isDirectory())
        const moved = { repo: join(folder, 'moved.git'), dest }
        execFileSync('cp', ['-r', repo, moved.repo])
        assert.equal([(await run(moved)).remote_url_changed, (await run(moved)).changed], [true, false])
        assert.equal(
          [(await run({ repo, clone: false })).after, existsSync(join(folder, 'none'))],
          [own('rev-parse', 'HEAD'), false],
        )
        const single = {
          repo,
          dest: join(folder, 'single'),
          version: 'main',
          single_branch: true,
          umask: '0077',
        }
        await run(single)
        assert.is(statSync(join(folder, 'single', 'file')).mode & 0o777, 0o600)
        assert.is((await run({ ...single, update: false })).changed, false)
      }),
    ))

  test(`submodules and archives (${name})`, () =>
    world(({ folder, repo, dest, commit, git: own }) =>
      on(async (run) => {
        commit('one')
        const inner = join(folder, 'inner')
        const inside = (...words: string[]) =>
          execFileSync('git', words, { cwd: inner, env: ENVIRONMENT, stdio: 'pipe' })
        execFileSync('git', ['init', '-q', '-b', 'main', inner], { env: ENVIRONMENT })
        inside('commit', '-q', '--allow-empty', '-m', 'inner')
        own('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'inner')
        commit('two')
        const args = { repo, dest, archive: join(folder, 'x.tar.gz'), archive_prefix: 'x/' }
        await run(args)
        assert.ok(existsSync(join(dest, 'inner/.git')))
        assert.equal([(await run(args, true)).changed, (await run(args)).changed], [false, false])
        const held = execFileSync('tar', ['-tzf', args.archive], { encoding: 'utf8' })
        assert.match(held, /^x\/file$/m)
        inside('commit', '-q', '--allow-empty', '-m', 'newer')
        assert.is((await run(args)).changed, false)
        const tracked = { ...args, track_submodules: true }
        assert.equal([(await run(tracked)).changed, (await run(tracked)).changed], [true, false])
        rmSync(join(dest, 'inner'), { recursive: true })
        const again = await run({ ...args, force: true })
        assert.equal([again.changed, again.submodules_changed], [true, true])
        assert.is((await run({ ...args, recursive: false, force: true })).changed, false)
        writeFileSync(args.archive, 'drifted')
        assert.equal([(await run(args)).changed, (await run(args)).changed], [true, false])
      }),
    ))
}

test('without git the error says so, and check mode assumes that it will be there', async () => {
  const shell = plainShell({ temp: '/nonexistent', path: '/nonexistent', argv: ['/bin/sh'] })
  const args = { repo: 'https://h/x', dest: '/srv/x' }
  const failure = await failureOf(runModule(git, args, { shell }))
  assert.ok(failure instanceof MissingError)
  assert.match(failure.message, /no git on the host: install it/)
  assert.is((await runModule(git, args, { shell, check: true })).fields.changed, true)
})

test('ssh gets its options, and never asks', () =>
  world(async ({ folder, dest }) => {
    const ssh = join(folder, 'ssh')
    writeFileSync(ssh, `#!/bin/sh\nprintf '%s|' "$@" >${folder}/said\nexit 255\n`)
    chmodSync(ssh, 0o755)
    const shell = plainShell({ temp: '/nonexistent', path: `${folder}:${process.env.PATH}` })
    const args = {
      repo: 'git@example.org:x.git',
      dest,
      key_file: '/a key',
      accept_newhostkey: true,
      ssh_opts: '-p 7',
    }
    const failure = await failureOf(runModule(git, args, { shell }))
    assert.match(failure.message, /Could not read from remote repository/)
    const said = readFileSync(join(folder, 'said'), 'utf8')
    assert.match(
      said,
      /-p\|7\|.*StrictHostKeyChecking=accept-new\|.*BatchMode=yes\|-i\|\/a key\|-o\|IdentitiesOnly=yes\|/,
    )
  }))

test.run()
