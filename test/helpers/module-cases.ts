import * as assert from 'uvu/assert'
import type { ArgumentSpecs } from '../../src/core/arguments.ts'
import type { Controller, Module } from '../../src/core/module.ts'
import { Script, sh } from '../../src/core/quote.ts'
import type { Shell } from '../../src/core/remote.ts'
import { LOCAL_SHELLS } from './local-shells.ts'
import { checkedArguments, failureOf, runModule } from './module-harness.ts'

/**
 * One module call on a real host, as data: any host that has a shell can run it. `before` and `after` are sh scripts
 * that run in a new empty folder; each line of `after` must succeed.
 */
export interface ModuleCase {
  readonly name: string
  readonly before?: string
  /** The arguments; the folder's path is given. */
  readonly args: (folder: string) => Readonly<Record<string, unknown>>
  readonly after?: string
  /** Whether the first run changes something. Check mode must say the same. */
  readonly changed?: boolean
  /**
   * Fields that the real run's result has, with these values; the folder's path is given. A function gets the field and
   * gives what of it counts, and what that must be.
   */
  readonly result?: (folder: string) => Readonly<Record<string, unknown>>
  /** The call fails, saying this. */
  readonly fails?: RegExp
  /** It fails only when it is carried out: nothing to see of that in check mode. */
  readonly fails_late?: true
  /** The second run changes something as well; says why. */
  readonly never_settles?: string
  /** Only there it works at all. */
  readonly userland?: 'gnu'
  /** A command that it works with and a small system may not have: there the call must fail and name it. */
  readonly needs?: string
  /** It needs root: to give files away, to make device nodes. */
  readonly root?: true
}

/** Where a case is tried. */
export interface CasePlace {
  readonly shell: Shell
  readonly controller?: Controller | undefined
  /** The folder in which the case's own is made, and what tells that nothing has changed: by default that folder alone. */
  readonly disk?: { readonly folder: string; readonly look: () => string }
}

/** Registers nothing and asserts everything: check mode first (no byte changes), then for real, then again. */
export async function tryCase<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  module: Module<S, State, Local, F, O>,
  one: ModuleCase,
  { shell, controller, disk }: CasePlace,
): Promise<void> {
  const folder = (await must(shell, sh`mktemp -d -p ${disk?.folder ?? '/tmp'}`)).trim()
  const look = async () => disk?.look() ?? listing(shell, folder)
  try {
    await must(shell, sh`cd ${folder} || exit 1; set -e; umask 022; ${new Script(one.before ?? '')}`)
    const args = one.args(folder)
    const lacking = one.needs !== undefined && (await shell.request(sh`command -v ${one.needs}`)).code !== 0
    const skips = () => module.not_in_check?.(checkedArguments(module, args)) !== undefined
    const run = (check: boolean) =>
      runModule(module, args, { shell, check, diff: true, ...(controller && { controller }) })
    const found = await look()
    if (lacking) {
      assert.match((await failureOf(run(false))).message, one.needs, `${one.name}: names what is missing`)
      return
    }
    if (one.fails !== undefined) {
      if (!one.fails_late && !skips()) {
        assert.match((await failureOf(run(true))).message, one.fails, `${one.name}: in check mode`)
      }
      assert.match((await failureOf(run(false))).message, one.fails, one.name)
      if (one.after === undefined) assert.is(await look(), found, `${one.name}: a failure changed files`)
    } else {
      const { changed = true } = one
      const checked = (await run(true)).fields
      if (skips()) assert.is(checked.skipped, true, `${one.name}: skipped, in check mode`)
      assert.is(checked.changed, changed && !skips(), `${one.name}: changed, in check mode`)
      assert.is(await look(), found, `${one.name}: check mode changed files`)
      const { fields } = await run(false)
      assert.is(fields.changed, changed, `${one.name}: changed`)
      for (const [key, value] of Object.entries(one.result?.(folder) ?? {})) {
        const [found, wanted] = typeof value === 'function' ? value(fields[key]) : [fields[key], value]
        assert.equal(found, wanted, `${one.name}: the result's ${key}`)
      }
      if (!changed) assert.is(await look(), found, `${one.name}: files changed though the result says ok`)
      if (!one.never_settles) {
        const done = await look()
        assert.is((await run(false)).fields.changed, false, `${one.name}: the second run changed something`)
        assert.is(await look(), done, `${one.name}: the second run touched files`)
      }
    }
    for (const line of (one.after ?? '').split('\n').filter((text) => text.trim() !== '')) {
      const reply = await shell.request(sh`cd ${folder} || exit 1; ${new Script(line)}`)
      assert.is(reply.code, 0, `${one.name}: not so: ${line.trim()}\n${reply.stdout}${reply.stderr}`)
    }
  } finally {
    await shell.request(sh`chmod -R u+rwX -- ${folder} 2>/dev/null; rm -rf -- ${folder}`)
  }
}

async function must(shell: Shell, script: Script): Promise<string> {
  const reply = await shell.request(script)
  if (reply.code !== 0) throw new Error(`${script.text}\nfailed: ${reply.stderr.toString()}`)
  return reply.stdout.toString()
}

/** Every file below a folder with all that a change could show in, access times aside. */
export function listing(shell: Shell, folder: string): Promise<string> {
  return must(
    shell,
    sh`cd ${folder} && find . -exec stat -c '%n|%F|%a|%u:%g|%s|%Y|%Z|%i|%N' {} \; | LC_ALL=C sort && find . -type f -exec sha1sum {} \; | LC_ALL=C sort`,
  )
}

/** Adds a test for each case on each userland that is here; what needs root is left out for others. */
export function tryCases<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  test: (name: string, body: () => Promise<void>) => void,
  module: Module<S, State, Local, F, O>,
  cases: readonly ModuleCase[],
  controller?: Controller,
): void {
  const isRoot = process.getuid?.() === 0
  for (const one of cases) {
    if (one.root && !isRoot) continue
    for (const local of LOCAL_SHELLS) {
      if (one.userland !== undefined && local.userland !== one.userland) continue
      test(`${one.name} (${local.name})`, () =>
        local.use((shell) => tryCase(module, one, { shell, ...(controller && { controller }) })))
    }
  }
}
