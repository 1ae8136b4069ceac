import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import type { ArgumentSpecs } from '../../src/core/arguments.ts'
import type { Module } from '../../src/core/module.ts'
import { assemble } from '../../src/modules/assemble.ts'
import { blockinfile } from '../../src/modules/blockinfile.ts'
import { copy } from '../../src/modules/copy.ts'
import { file } from '../../src/modules/file.ts'
import { lineinfile } from '../../src/modules/lineinfile.ts'
import { replace } from '../../src/modules/replace.ts'
import { tempfile } from '../../src/modules/tempfile.ts'
import { template } from '../../src/modules/template.ts'
import { unarchive } from '../../src/modules/unarchive.ts'
import { type ModuleCase, tryCase } from '../helpers/module-cases.ts'
import { fakeController } from '../helpers/module-harness.ts'
import { plainShell } from '../helpers/plain-shell.ts'
import { ASSEMBLE_CASES } from './cases/assemble.ts'
import { BLOCKINFILE_CASES } from './cases/blockinfile.ts'
import { COPY_CASES, makeSources } from './cases/copy.ts'
import { FILE_CASES } from './cases/file.ts'
import { LINEINFILE_CASES } from './cases/lineinfile.ts'
import { REPLACE_CASES } from './cases/replace.ts'
import { TEMPFILE_CASES } from './cases/tempfile.ts'
import { TEMPLATE_CASES } from './cases/template.ts'
import { UNARCHIVE_CASES } from './cases/unarchive.ts'

// With POSIXLY_CORRECT in the environment GNU tools take no options behind operands, as on BSD: `chmod MODE -- FILE` fails.
const test = suite('modules/posixly-correct')

const root = mkdtempSync(join(tmpdir(), 'playscript-posixly-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))
makeSources(root)
mkdirSync(join(root, 'templates'))
writeFileSync(join(root, 'templates/motd.njk'), 'hello {{ who }}\n', { mode: 0o640 })
const controller = fakeController({
  root,
  renderFile: async (path) => readFileSync(path, 'utf8').replace('{{ who }}', 'world'),
})
const shell = plainShell({ temp: join(root, 'uploads'), argv: ['env', 'POSIXLY_CORRECT=1', 'sh'] })

/** How many cases of a module are tried. */
const FEW = 4

/** The case with its own scripts in an ordinary environment: what is tested is the module. */
function ordinary(one: ModuleCase): ModuleCase {
  const unset = (line: string) => (line.trim() === '' ? line : `unset POSIXLY_CORRECT; ${line}`)
  return {
    ...one,
    ...(one.before !== undefined && { before: unset(one.before) }),
    ...(one.after !== undefined && { after: one.after.split('\n').map(unset).join('\n') }),
  }
}

function few<S extends ArgumentSpecs, State, Local, F extends string, O extends boolean>(
  module: Module<S, State, Local, F, O>,
  cases: readonly ModuleCase[],
) {
  const able = cases.filter((one) => one.fails === undefined && (!one.root || process.getuid?.() === 0))
  for (const one of able.slice(0, FEW)) {
    test(`${module.name}: ${one.name}`, () => tryCase(module, ordinary(one), { shell, controller }))
  }
}

few(file, FILE_CASES)
few(copy, COPY_CASES)
few(template, TEMPLATE_CASES)
few(lineinfile, LINEINFILE_CASES)
few(blockinfile, BLOCKINFILE_CASES)
few(replace, REPLACE_CASES)
few(assemble, ASSEMBLE_CASES)
few(tempfile, TEMPFILE_CASES)
few(unarchive, UNARCHIVE_CASES)

test.run()
