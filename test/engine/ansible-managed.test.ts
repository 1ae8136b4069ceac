import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ansibleManaged } from '../../src/engine/ansible-managed.ts'

const test = suite('ansible_managed')

const texts: readonly [string, string][] = [
  ['Ansible managed', 'Ansible managed'],
  ['{file} on {host} by {uid}, {other}', `DIR/50%Y.j2 on ${hostname()} by ${userInfo().username}, {other}`],
  ['changed %Y-%m-%d, 100%%', 'changed 2024-03-05, 100%'],
]
for (const [text, expected] of texts) {
  test(text, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'playscript-managed-'))
    try {
      const file = join(dir, '50%Y.j2')
      writeFileSync(file, '')
      const time = new Date(2024, 2, 5, 12)
      utimesSync(file, time, time)
      assert.is((await ansibleManaged(text, file)).replaceAll(dir, 'DIR'), expected)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
}

test.run()
