import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assemble } from '../../src/modules/assemble.ts'
import { assembleFragments } from '../../src/modules/shared/assemble-fragments.ts'
import { tryCases } from '../helpers/module-cases.ts'
import { checkedArguments, fakeController, planOf } from '../helpers/module-harness.ts'
import { ASSEMBLE_CASES } from './cases/assemble.ts'
import { fileView } from './edited.ts'

const test = suite('modules/assemble')

function together(parts: Readonly<Record<string, string>>, wish: object = {}): string {
  const fragments = Object.entries(parts).map(([name, text]) => ({ name, content: Buffer.from(text) }))
  const all = { delimiter: undefined, regexp: undefined, ignore_hidden: false, ...wish }
  return assembleFragments(fragments, all).toString()
}

test('a part and a delimiter end in a newline when another part follows', () => {
  assert.is(together({ b: 'B', a: 'A' }), 'A\nB')
  assert.is(together({ a: 'A\n', b: 'B\n' }), 'A\nB\n')
  assert.is(together({ a: '', b: 'B' }), '\nB')
  assert.is(together({ a: 'A', b: 'B' }, { delimiter: '#' }), 'A\n#\nB')
  assert.is(together({ a: 'A', b: 'B' }, { delimiter: '#\\n\\n' }), 'A\n#\n\nB')
  assert.is(together({ a: 'A', b: 'B' }, { delimiter: 'é\\x21\\q' }), 'A\né!\\q\nB')
  assert.is(together({}), '')
})

test('parts are chosen by name, and sorted by bytes', () => {
  assert.is(together({ '.a': '1', b: '2', B: '3' }, { ignore_hidden: true }), '3\n2')
  assert.is(together({ ab: '1', b: '2' }, { regexp: 'b' }), '1\n2')
  assert.is(together({ ab: '1', b: '2' }, { regexp: '^b' }), '2')
})

test('the plan writes the parts, and nothing when they are there', () => {
  const view = (text: string) => ({
    problem: '',
    fragments: [{ name: 'a', content: Buffer.from('x\n') }],
    dest: fileView(text),
  })
  const args = { src: '/d', dest: '/f' }
  const local = { local: { fragments: undefined } }
  assert.is(planOf(assemble, args, view('y\n'), local).steps[0]?.kind, 'write')
  assert.equal(planOf(assemble, args, view('x\n'), local).changes, [])
})

test('parts of the controller are read there', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assemble-'))
  try {
    mkdirSync(join(root, 'files/parts/sub'), { recursive: true })
    writeFileSync(join(root, 'files/parts/one'), 'x')
    const args = checkedArguments(assemble, { src: 'parts', dest: '/f', remote_src: false })
    const local = await assemble.prepare?.(args, fakeController({ root }))
    assert.equal(local, { fragments: [{ name: 'one', content: Buffer.from('x') }] })
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('a folder and a file must be named', () => {
  assert.throws(() => checkedArguments(assemble, { src: '/d' }), /dest/)
})

tryCases(test, assemble, ASSEMBLE_CASES)

test.run()
