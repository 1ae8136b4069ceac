import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import type { Controller, Module } from '../../../src/core/module.ts'
import { copy } from '../../../src/modules/copy.ts'
import { file } from '../../../src/modules/file.ts'
import { lineinfile } from '../../../src/modules/lineinfile.ts'
import { template } from '../../../src/modules/template.ts'
import { unarchive } from '../../../src/modules/unarchive.ts'
import { type ModuleCase, tryCase } from '../../helpers/module-cases.ts'
import { fakeController } from '../../helpers/module-harness.ts'
import { ensureLab, labUnavailable } from '../../lab/index.ts'
import { COPY_CASES, makeSources } from '../cases/copy.ts'
import { FILE_CASES } from '../cases/file.ts'
import { LINEINFILE_CASES } from '../cases/lineinfile.ts'
import { TEMPLATE_CASES } from '../cases/template.ts'
import { UNARCHIVE_CASES } from '../cases/unarchive.ts'
import { rootShell } from './root-shell.ts'

// The cases of the modules for files once more: over SSH, as an ordinary user who becomes root with a password, on
// Debian and where there is only busybox.
const test = suite('modules for files, over SSH')
const reason = labUnavailable()

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
  const modules: readonly [string, Module, readonly ModuleCase[], Controller?][] = [
    ['file', file as unknown as Module, FILE_CASES],
    ['copy', copy as unknown as Module, COPY_CASES, controller],
    ['template', template as unknown as Module, TEMPLATE_CASES, controller],
    ['lineinfile', lineinfile as unknown as Module, LINEINFILE_CASES],
    ['unarchive', unarchive as unknown as Module, UNARCHIVE_CASES],
  ]
  for (const name of ['plain-1', 'busybox-1']) {
    const { shell, close } = await rootShell(lab, name)
    for (const [module, definition, cases, controller] of modules) {
      for (const one of cases) {
        if (one.userland !== undefined && one.userland !== shell.target.userland) continue
        test(`${module}: ${one.name} (${name})`, () =>
          tryCase(definition, one, { shell, ...(controller && { controller }) }))
      }
    }
    test.after(close)
  }
}

test.run()
