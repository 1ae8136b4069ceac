import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WriteStep } from '../../src/core/module.ts'
import { sh } from '../../src/core/quote.ts'
import { applySteps } from '../../src/engine/apply.ts'
import { plainShell } from '../helpers/plain-shell.ts'

const test = suite('engine/write-step')

async function write(
  own: Partial<WriteStep>,
  before: (folder: string) => void = () => {},
  argv: readonly string[] = ['sh'],
) {
  const folder = mkdtempSync(join(tmpdir(), 'write-'))
  before(folder)
  const shell = plainShell({ temp: join(folder, 'uploads'), argv })
  const step: WriteStep = { kind: 'write', label: 'write', path: join(folder, 'a'), content: 'new', ...own }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  try {
    await applySteps(shell, [step])
    return {
      link: lstatSync(step.path).isSymbolicLink(),
      mode: statSync(step.path).mode & 0o7777,
      text: read('a'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('what a script prints on the target is the content', async () => {
  assert.is((await write({ content: { script: sh`printf %s there; printf %s ' too'` } })).text, 'there too')
})

test('a script that fails leaves nothing', async () => {
  let message = ''
  try {
    await write({ content: { script: sh`printf half; echo broken >&2; exit 3` } })
  } catch (error) {
    message = String(error)
  }
  assert.match(message, /broken/)
})

test('a replaced link is no model for the new file’s mode', async () => {
  const written = await write({ mode: undefined }, (folder) => {
    writeFileSync(join(folder, 'target'), 'old', { mode: 0o600 })
    symlinkSync('target', join(folder, 'a'))
  })
  assert.is(written.link, false)
  assert.is(written.mode, 0o666 & ~process.umask())
})

test('the new content is never readable to more than the mode allows', async () => {
  // validate runs when owner and mode are set; the check of the old mode comes from the file that is replaced.
  const script = sh`stat -c %a -- "$w_up/$w_dir"; printf %s secret`
  const written = await write(
    { content: { script }, mode: '00600', validate: '[ "$(stat -c %a %s)" = 600 ]' },
    (folder) => writeFileSync(join(folder, 'a'), 'old', { mode: 0o644 }),
  )
  assert.is(written.mode, 0o600)
  assert.is(written.text, '700\nsecret')
})

test('without a mode the old one stays', async () => {
  const written = await write({}, (folder) => writeFileSync(join(folder, 'a'), 'old', { mode: 0o640 }))
  assert.is(written.mode, 0o640)
})

test('who may write beside somebody else’s file replaces it by one of his own', async () => {
  if (process.getuid?.() !== 0) return
  const argv = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh']
  const open = (folder: string) => {
    writeFileSync(join(folder, 'a'), 'old')
    for (const [name, mode] of [
      ['', 0o777],
      ['a', 0o666],
    ] as const)
      chmodSync(join(folder, name), mode)
  }
  const written = await write({}, open, argv)
  assert.equal([written.text, written.mode], ['new', 0o666])
})

test.run()
