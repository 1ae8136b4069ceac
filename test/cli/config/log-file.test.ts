import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Logged, withLog } from '../../../src/cli/config/log-file.ts'
import type { Io } from '../../../src/cli/io.ts'

const test = suite('log file')

interface Place {
  readonly dir: string
  readonly shown: { out: string; err: string }
  readonly open: (file: string | undefined) => Logged
}

function inFolder(name: string, check: (place: Place) => void): void {
  test(name, () => {
    const dir = mkdtempSync(join(tmpdir(), 'playscript-log-'))
    const shown = { out: '', err: '' }
    const io: Io = {
      out: (text) => {
        shown.out += text
      },
      err: (text) => {
        shown.err += text
      },
      cwd: dir,
      env: {},
      terminal: false,
      width: 80,
      signal: new AbortController().signal,
    }
    const mask = (text: string) => text.replaceAll('hunter2', '****')
    const open: Place['open'] = (file) =>
      withLog(io, file, { mask, now: () => new Date(2024, 0, 2, 3, 4, 5, 6) })
    try {
      check({ dir, shown, open })
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
}

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.replace(/^.*? \| /, ''))

inFolder(
  'whole lines, without colours and secrets; the screen gets all as it was',
  ({ dir, shown, open }) => {
    const file = join(dir, 'log/a.log')
    const { io, log, close } = open(file)
    io.out('\u001b[32mok: ')
    io.err('[WARNING]: hunter2\n')
    io.out('[one]\u001b[0m\n\nlast')
    log('ERROR! not shown\n')
    close()
    assert.equal(linesOf(file), ['[WARNING]: ****', 'ok: [one]', '', 'ERROR! not shown', 'last', ''])
    assert.equal(shown, { out: '\u001b[32mok: [one]\u001b[0m\n\nlast', err: '[WARNING]: hunter2\n' })
  },
)

inFolder('each line has its time, process and user', ({ dir, open }) => {
  const { io, close } = open(join(dir, 'a.log'))
  io.out('x\n')
  close()
  const text = readFileSync(join(dir, 'a.log'), 'utf8')
  assert.match(text, new RegExp(`^2024-01-02 03:04:05,006 p=${process.pid} u=\\S+ n=playscript \\| x\n$`))
})

inFolder('a new file is for its owner alone; one that is there goes on', ({ dir, open }) => {
  open(join(dir, 'new.log')).close()
  assert.is(statSync(join(dir, 'new.log')).mode & 0o777, 0o600)
  writeFileSync(join(dir, 'old.log'), 'before\n')
  const { io, close } = open(join(dir, 'old.log'))
  io.out('after\n')
  close()
  assert.equal(linesOf(join(dir, 'old.log')), ['before', 'after', ''])
})

inFolder('a file that cannot be written is warned of', ({ dir, shown, open }) => {
  writeFileSync(join(dir, 'file'), '')
  const { io, close } = open(join(dir, 'file/a.log'))
  io.out('x\n')
  close()
  assert.is(shown.out, 'x\n')
  assert.match(shown.err, /^\[WARNING\]: log_path is .*file\/a\.log, which cannot be written: /)
})

inFolder('without a file nothing is kept', ({ dir, shown, open }) => {
  const { io, close } = open(undefined)
  io.out('x\n')
  close()
  assert.is(shown.out, 'x\n')
  assert.not(existsSync(join(dir, 'a.log')))
})

test.run()
