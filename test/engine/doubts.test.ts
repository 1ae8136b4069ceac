import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/doubts')
const NOBODY = { owner: 'nobody-of-that-name', group: 'no-group-of-that-name' }
const path = '{{ playbook_dir }}/playbook.json'

test('a whole run that is checked may be about to make the owner, and says what it cannot be sure of', async () => {
  const ran = await runPlaybook([{ tasks: [{ name: 'f', file: { path, ...NOBODY } }] }], { check: true })
  assert.equal(ran.lines, ['changed one f'])
  const warnings = ran.fields('f').warnings as readonly string[]
  assert.match(warnings[0] ?? '', /failed to look up user nobody-of-that-name/)
  assert.match(warnings[1] ?? '', /failed to look up group no-group-of-that-name/)
})

test('a task that alone is checked fails where the run would', async () => {
  const tasks = [
    { name: 'owner', file: { path, owner: NOBODY.owner }, check_mode: true, ignore_errors: true },
    { name: 'group', file: { path, group: NOBODY.group }, check_mode: true, ignore_errors: true },
    { name: 'number', file: { path, owner: '987654' }, check_mode: true },
    { name: 'known', file: { path, owner: '0', group: '{{ gid }}' }, check_mode: true },
    { name: 'missing', file: { path: '{{ playbook_dir }}/none', owner: '987654' }, ignore_errors: true },
  ]
  const ran = await runPlaybook([{ vars: { gid: String(process.getgid?.()) }, tasks }])
  assert.match(String(ran.fields('owner').msg), /chown failed: failed to look up user nobody-of/)
  assert.match(String(ran.fields('group').msg), /chgrp failed: failed to look up group no-group-of/)
  assert.match(String(ran.fields('owner').warnings), /failed to look up user nobody-of/)
  assert.is(ran.fields('number').failed, false, 'a number need not be anybody’s')
  assert.match(String(ran.fields('number').warnings), /failed to look up user with uid 987654/)
  assert.is(ran.fields('known').warnings, undefined)
  assert.match(String(ran.fields('missing').msg), /is absent, cannot continue/)
  assert.match(String(ran.fields('missing').warnings), /failed to look up user with uid 987654/)
})

test.run()
