import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { atOnce } from '../../src/core/slices.ts'
import { createDraft, finish } from '../../src/inventory/draft.ts'
import { addIni } from '../../src/inventory/ini.ts'
import { complaint } from './temporary-folder.ts'

const test = suite('INI inventories')

function load(text: string) {
  const draft = createDraft()
  atOnce(addIni(draft, text, '/inv/hosts'))
  return finish(draft)
}

test('hosts, groups, variables and children', () => {
  const { hosts, groups } = load(
    [
      'lone ansible_port=22 # comment',
      '; comment',
      '[web]#comment',
      'w[1:2] role="front end"',
      '[parent:children]',
      'web',
      'later',
      '[web:vars]',
      'level = web',
      '[later]',
      'w2',
    ].join('\r\n'),
  )
  assert.equal([...hosts.keys()], ['lone', 'w1', 'w2'])
  assert.equal(hosts.get('w2')?.groups, ['web', 'later'])
  assert.equal(hosts.get('w2')?.vars, { role: 'front end' })
  assert.equal(hosts.get('lone')?.vars, { ansible_port: 22 })
  assert.equal(groups.get('ungrouped')?.hosts, ['lone'])
  assert.equal(groups.get('parent')?.children, ['web', 'later'])
  assert.equal(groups.get('web')?.vars, { level: 'web' })
  assert.is(groups.get('web')?.depth, 2)
})

test('an address with a port is a host and not a section', () => {
  assert.equal([...load('[2001:db8::1]:2200').hosts.keys()], ['2001:db8::1'])
})

const ERRORS: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['a second word', 'h1 h2', /^\/inv\/hosts:1: expected key=value, found 'h2'/],
  ['a comment sign of the wrong kind', 'h1 ; x', /expected key=value, found ';'/],
  ['a variable without a value', '[g]\nh\n[g:vars]\nx', /^\/inv\/hosts:4: expected key=value/],
  [
    'variables of a group that is not there',
    '[wbe:vars]\nx=1\n[web]\nh',
    /:1: group 'wbe' is not declared; did you mean 'web'\?/,
  ],
  ['a child that is not there', '[g:children]\nnope', /:2: group 'nope' is not declared/],
  ['an unknown kind of section', '[g:var]', /:1: section \[g:var\] .* did you mean 'vars'\?/],
  ['an unclosed section', '[g', /'\[g' is not a section/],
  [
    'groups that contain each other',
    '[a:children]\nb\n[b:children]\na',
    /:4: group 'a' cannot be a child of 'b'/,
  ],
  ['an open quote', "h a='x", /:1: a ' is not closed in: /],
  ['a bad range', 'ok\nh[3:1]', /:2: 'h\[3:1\]': '\[3:1\]' must go up/],
  ['a host name that is an option', '-oProxyCommand=x', /:1: .* starts with '-'/],
  ['a prototype as variable', 'h __proto__=1', /expected key=value/],
]

for (const [name, text, message] of ERRORS) {
  test(`${name} is an error with its line`, async () => {
    assert.match(await complaint(() => load(text)), message)
  })
}

test.run()
