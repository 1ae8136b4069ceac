import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isNative } from '../../src/core/import-code.ts'
import { withFolder } from '../inventory/temporary-folder.ts'

const test = suite('a limit of open files')

const HOSTS = 60
const ROOT = new URL('../..', import.meta.url).pathname

// Sixty shells at the ends of three pipes each, under a limit of 128.
test('more local hosts than there is room for are all ok, with one warning', async () => {
  const files = {
    'hosts.yml': `all:\n  hosts:\n    h[1:${HOSTS}]:\n  vars:\n    ansible_connection: local\n`,
    'play.yml': [
      '- hosts: all',
      '  gather_facts: false',
      '  tasks:',
      '    - {command: echo one, changed_when: false}',
      '    - {file: {path: /, state: directory}}',
      '    - {command: echo two, become: false, changed_when: false}',
      '',
    ].join('\n'),
  }
  await withFolder(files, async (cwd) => {
    // Where Node needs tsx, tsx has a cache of its own, which it writes with as many open files as it has sources.
    const loader = isNative() ? [] : ['--import', import.meta.resolve('tsx')]
    const run = [process.execPath, ...loader, `${ROOT}src/bin.ts`, 'run', 'play.yml', '-i', 'hosts.yml']
    const { exitCode, stdout, stderr } = await execa('sh', ['-c', 'ulimit -n 128; exec "$@"', 'sh', ...run], {
      cwd,
      reject: false,
      env: { NODE_OPTIONS: '' },
    })
    assert.is(exitCode, 0, stdout.slice(-2000) + stderr.slice(-2000))
    assert.is(stdout.match(/: ok=3 .*unreachable=0 +failed=0/g)?.length, HOSTS)
    assert.is((stdout + stderr).match(/the limit of 128 open files/g)?.length, 1)
  })
})

test.run()
