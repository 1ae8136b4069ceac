import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { controllerPath, homeOwner } from '../../src/core/controller-home.ts'
import { homeOwners } from '../../src/engine/home-owners.ts'
import { createTemplar } from '../../src/template/index.ts'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('home directories of other users')

const ROOTS_HOME = /^root:(?:[^:]*:){4}([^:]*):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1] ?? ''

for (const [path, owner] of [
  ['~kim/.profile', 'kim'],
  ['~kim', 'kim'],
  ['~k.im-1_/x', 'k.im-1_'],
  ['~/x', undefined],
  ['~', undefined],
  ['/~kim', undefined],
  ['~$(id)/x', undefined],
  ['~;id', undefined],
  ['~kim two/x', undefined],
] as const)
  test(`${path} begins with the home of ${owner ?? 'nobody else'}`, () => {
    assert.is(homeOwner(path), owner)
  })

test('on the controller the name and its home change places', () => {
  assert.is(controllerPath('~root/a b'), `${ROOTS_HOME}/a b`)
  assert.is(controllerPath('~no-such-user/a'), '~no-such-user/a')
})

test('the filter expanduser knows other users', () => {
  const render = createTemplar({ searchPath: [] })
  const scope = { has: () => false, get: () => undefined, names: () => [] }
  assert.is(render.render("{{ '~root/x' | expanduser }}", scope), `${ROOTS_HOME}/x`)
})

test('the owners of all paths of the parameters are found, and those of no other text', () => {
  const specs = {
    path: { type: 'path', doc: '' },
    paths: { type: 'list', elements: 'path', doc: '' },
    text: { type: 'str', doc: '' },
    deep: { type: 'list', elements: 'dict', options: { file: { type: 'path', doc: '' } }, doc: '' },
  } as const
  const args = { path: '~a', paths: ['~b/x', '/c', '~a/y'], text: '~d', deep: [{ file: '~e/z' }, {}] }
  assert.equal([...homeOwners(specs, args)], ['a', 'b', 'e'])
})

test('a path of a host may begin with the home of any of its users', async () => {
  const ran = await runPlaybook([
    {
      tasks: [
        { name: 'known', stat: { path: '~root' } },
        { name: 'unknown', stat: { path: '~no-such-user/x' } },
        { name: 'several', find: { paths: ['~root', '~no-such-user'], patterns: ['no such file'] } },
        { name: 'command', command: { cmd: 'pwd', chdir: '~root/..' } },
      ],
    },
  ])
  assert.is((ran.fields('known').stat as { path: string }).path, ROOTS_HOME)
  assert.equal(ran.fields('unknown').stat, { exists: false })
  // Only root may look into root's home.
  const closed = process.getuid?.() === 0 ? [] : [ROOTS_HOME]
  assert.equal(Object.keys(ran.fields('several').skipped_paths as object), [...closed, '~no-such-user'])
  assert.is(ran.fields('command').stdout, ROOTS_HOME.replace(/\/[^/]*$/, '') || '/')
})

test('commands on the controller start in the folder of the playbook', async () => {
  const ran = await runPlaybook(
    [
      {
        tasks: [
          { name: 'pwd', command: 'pwd' },
          { name: 'beside', stat: { path: 'beside.txt' } },
          { name: 'wanted', debug: { msg: '{{ playbook_dir }}' } },
        ],
      },
    ],
    { files: { 'beside.txt': 'x' } },
  )
  assert.is(ran.fields('pwd').stdout, ran.fields('wanted').msg)
  assert.is((ran.fields('beside').stat as { exists: boolean }).exists, true)
})

test.run()
