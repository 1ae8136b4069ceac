import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PlayscriptError } from '../../../src/core/errors.ts'
import type { Controller, Module } from '../../../src/core/module.ts'
import { Script, sh } from '../../../src/core/quote.ts'
import { assemble } from '../../../src/modules/assemble.ts'
import { blockinfile } from '../../../src/modules/blockinfile.ts'
import { copy } from '../../../src/modules/copy.ts'
import { fetch } from '../../../src/modules/fetch.ts'
import { file } from '../../../src/modules/file.ts'
import { find } from '../../../src/modules/find.ts'
import { lineinfile } from '../../../src/modules/lineinfile.ts'
import { replace } from '../../../src/modules/replace.ts'
import { slurp } from '../../../src/modules/slurp.ts'
import { stat } from '../../../src/modules/stat.ts'
import { tempfile } from '../../../src/modules/tempfile.ts'
import { template } from '../../../src/modules/template.ts'
import { unarchive } from '../../../src/modules/unarchive.ts'
import { type ModuleCase, tryCase } from '../../helpers/module-cases.ts'
import { fakeController, runModule } from '../../helpers/module-harness.ts'
import { ensureLab, labUnavailable } from '../../lab/index.ts'
import { ASSEMBLE_CASES } from '../cases/assemble.ts'
import { BLOCKINFILE_CASES } from '../cases/blockinfile.ts'
import { COPY_CASES, makeSources } from '../cases/copy.ts'
import { fetchCases } from '../cases/fetch.ts'
import { FILE_CASES } from '../cases/file.ts'
import { FIND_CASES } from '../cases/find.ts'
import { LINEINFILE_CASES } from '../cases/lineinfile.ts'
import { REPLACE_CASES } from '../cases/replace.ts'
import { SLURP_CASES } from '../cases/slurp.ts'
import { STAT_CASES } from '../cases/stat.ts'
import { TEMPFILE_CASES } from '../cases/tempfile.ts'
import { TEMPLATE_CASES } from '../cases/template.ts'
import { UNARCHIVE_CASES } from '../cases/unarchive.ts'
import { rootShell } from './root-shell.ts'

// The cases of the modules for files once more: over SSH, as an ordinary user who becomes root with a password, on
// Debian and where there is only busybox.
const test = suite('modules for files, over SSH')
const reason = labUnavailable()

// /tmp and /run are no part of a disk's state, and /var/tmp lends a probe a place to look into a zip archive.
const DISK = [
  '/bin',
  '/etc',
  '/home',
  '/lib',
  '/opt',
  '/root',
  '/sbin',
  '/srv',
  '/usr',
  '/var/lib',
  '/var/spool',
]

function expected(error: unknown): void {
  if (!(error instanceof PlayscriptError)) throw error
}

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  const root = mkdtempSync(join(tmpdir(), 'playscript-files-'))
  process.on('exit', () => rmSync(root, { recursive: true, force: true }))
  makeSources(root)
  mkdirSync(join(root, 'templates'))
  writeFileSync(join(root, 'templates/motd.njk'), 'hello {{ who }}\n', { mode: 0o640 })
  const controller = fakeController({
    root,
    renderFile: async (path) => readFileSync(path, 'utf8').replace('{{ who }}', 'world'),
  })
  const fetching = fakeController({ root, variables: { playbook_dir: root, inventory_hostname: 'web-1' } })
  const modules: readonly [string, Module, readonly ModuleCase[], Controller?][] = [
    ['file', file as unknown as Module, FILE_CASES],
    ['copy', copy as unknown as Module, COPY_CASES, controller],
    ['template', template as unknown as Module, TEMPLATE_CASES, controller],
    ['lineinfile', lineinfile as unknown as Module, LINEINFILE_CASES],
    ['blockinfile', blockinfile as unknown as Module, BLOCKINFILE_CASES],
    ['replace', replace as unknown as Module, REPLACE_CASES],
    ['assemble', assemble as unknown as Module, ASSEMBLE_CASES],
    ['find', find as unknown as Module, FIND_CASES],
    ['stat', stat as unknown as Module, STAT_CASES],
    ['slurp', slurp as unknown as Module, SLURP_CASES],
    ['tempfile', tempfile as unknown as Module, TEMPFILE_CASES],
    ['unarchive', unarchive as unknown as Module, UNARCHIVE_CASES],
  ]
  for (const name of ['plain-1', 'busybox-1']) {
    const { shell, close } = await rootShell(lab, name)
    const here = [
      ...modules,
      ['fetch', fetch as unknown as Module, fetchCases(join(root, name)), fetching] as const,
    ]
    for (const [module, definition, cases, controller] of here) {
      for (const one of cases) {
        if (one.userland !== undefined && one.userland !== shell.target.userland) continue
        test(`${module}: ${one.name} (${name})`, () =>
          tryCase(definition, one, { shell, ...(controller && { controller }) }))
      }
    }
    test(`check mode of all of them leaves the whole disk as it is (${name})`, async () => {
      const prepared: (() => Promise<unknown>)[] = []
      for (const [, definition, cases, controller] of here) {
        for (const one of cases) {
          const made = await shell.request(sh`mktemp -d -p /srv`)
          const folder = made.stdout.toString().trim()
          await shell.request(sh`cd ${folder} && umask 022 && { ${new Script(one.before ?? ':')}
}`)
          prepared.push(() =>
            runModule(definition, one.args(folder), {
              shell,
              check: true,
              diff: true,
              ...(controller && { controller }),
            }),
          )
        }
      }
      const found = await lab.treeHash(name, DISK)
      for (const run of prepared) await run().catch(expected)
      assert.is(await lab.treeHash(name, DISK), found)
      await shell.request(sh`chmod -R u+rwX /srv && rm -rf /srv/*`)
    })
    test.after(close)
  }
}

test.run()
