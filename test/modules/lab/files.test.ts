import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
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
import { fakeController } from '../../helpers/module-harness.ts'
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
import { casesOn, onEveryHost } from './lab-host.ts'

// The cases of the modules for files once more: over SSH, as an ordinary user who becomes root with a password, on
// Debian and where there is only busybox; what may change nothing leaves the whole disk as it is.
const test = suite('modules for files, over SSH')

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

await onEveryHost(test, (machine) => {
  const on = casesOn(test, machine)
  on(file, FILE_CASES)
  on(copy, COPY_CASES, controller)
  on(template, TEMPLATE_CASES, controller)
  on(lineinfile, LINEINFILE_CASES)
  on(blockinfile, BLOCKINFILE_CASES)
  on(replace, REPLACE_CASES)
  on(assemble, ASSEMBLE_CASES)
  on(find, FIND_CASES)
  on(stat, STAT_CASES)
  on(slurp, SLURP_CASES)
  on(tempfile, TEMPFILE_CASES)
  on(unarchive, UNARCHIVE_CASES)
  on(fetch, fetchCases(join(root, machine.name)), fetching)
})

test.run()
