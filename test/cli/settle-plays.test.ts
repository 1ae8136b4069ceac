import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { main } from '../../src/cli/main.ts'

const test = suite('cli/settle-plays')

const PLAYBOOK = `
- { name: "On {{ target }}", hosts: "{{ target }}", vars: { target: h1 }, tasks: [{ ping: }] }
- { hosts: "{{ given | default('h2') }}", tasks: [{ ping: }] }
- { hosts: "{{ asked }}", vars_prompt: [{ name: asked, default: h1 }], tasks: [{ ping: }] }
`

async function list(...argv: readonly string[]): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'playscript-lists-'))
  let said = ''
  const say = (text: string) => {
    said += text
  }
  try {
    writeFileSync(join(dir, 'site.yml'), PLAYBOOK)
    const io = { out: say, err: say, cwd: dir, width: 80, terminal: false, env: { HOME: dir } }
    const signal = new AbortController().signal
    await main(['run', 'site.yml', '-i', 'h1,h2,', '--list-hosts', ...argv], { ...io, signal })
    return said
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test('hosts and names that are templates are listed with their values', async () => {
  const said = await list()
  assert.match(said, /play #1 \(h1\): On h1\t.*\n {4}pattern: \['h1'\]\n {4}hosts \(1\):\n {6}h1\n/)
  assert.match(said, /play #2 \(h2\): h2\t/)
  assert.match(said, /play #3 \(h1\): h1\t/)
})

test('the command line has the last word', async () => {
  assert.match(await list('-e', 'target=h2', '-e', 'given=h1,h2'), /#1 \(h2\): On h2\t[^#]*#2 \(h1,h2\)/)
})

test.run()
