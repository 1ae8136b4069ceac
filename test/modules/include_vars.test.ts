import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Variables } from '../../src/core/scope.ts'
import { include_vars } from '../../src/modules/include_vars.ts'
import { checkedArguments, failureOf, fakeController, runModule } from '../helpers/module-harness.ts'

const test = suite('include_vars')

interface Case {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly args: Record<string, unknown> | string
  readonly variables?: Variables
  readonly facts?: Variables
  /** Names of the files that were read, from the root on. */
  readonly read?: readonly string[]
  readonly fails?: RegExp
}

const TREE = { 'vars/d/b.yml': 'x: b', 'vars/d/a.json': '{"x": "a", "y": 1}', 'vars/d/sub/c.yaml': 'x: c' }

const CASES: readonly Case[] = [
  {
    name: 'a file, as YAML 1.1',
    files: { 'vars/one.yml': 'a: yes\nmode: 0644\nb: &b {c: 1}\nd: {<<: *b}\nt: "{{ x }}"\nu: !unsafe "{{"' },
    args: 'one.yml',
    facts: { a: true, mode: 420, b: { c: 1 }, d: { c: 1 }, t: '{{ x }}', u: { __ansible_unsafe: '{{' } },
    read: ['vars/one.yml'],
  },
  { name: 'an empty file', files: { 'vars/e.yml': '# nothing\n' }, args: { file: 'e.yml' }, facts: {} },
  {
    name: 'variables below one name',
    files: { 'vars/one.yml': 'a: 1' },
    args: { file: 'one.yml', name: 'all' },
    facts: { all: { a: 1 } },
  },
  {
    name: 'a folder, by names, its own files first',
    files: TREE,
    args: { dir: 'd' },
    facts: { x: 'c', y: 1 },
    read: ['vars/d/a.json', 'vars/d/b.yml', 'vars/d/sub/c.yaml'],
  },
  {
    name: 'one level of a folder',
    files: TREE,
    args: { dir: 'd', depth: 1 },
    facts: { x: 'b', y: 1 },
  },
  {
    name: 'only files that match',
    files: TREE,
    args: { dir: 'd', files_matching: '^[ac]\\.' },
    read: ['vars/d/a.json', 'vars/d/sub/c.yaml'],
  },
  {
    name: 'all but some files',
    files: TREE,
    args: { dir: 'd', ignore_files: ['b.yml', 'c.yaml'] },
    read: ['vars/d/a.json'],
  },
  {
    name: 'another kind of file is a failure',
    files: { 'vars/d/README.md': 'hello' },
    args: { dir: 'd' },
    fails: /README\.md does not have a valid extension: json, yaml, yml/,
  },
  {
    name: 'another kind of file may be passed over',
    files: { 'vars/d/README.md': 'hello', 'vars/d/x.conf': 'a: 1' },
    args: { dir: 'd', ignore_unknown_extensions: true, extensions: 'conf' },
    read: ['vars/d/x.conf'],
  },
  {
    name: 'the role’s own main.yml is left out',
    files: { 'vars/main.yml': 'a: 1', 'vars/sub/main.yml': 'b: 1' },
    args: { dir: 'vars' },
    facts: { b: 1 },
  },
  {
    name: 'dictionaries are replaced',
    files: { 'vars/one.yml': 'h: {b: {d: 2}}' },
    args: 'one.yml',
    variables: { h: { a: 1, b: { c: 1 } } },
    facts: { h: { b: { d: 2 } } },
  },
  {
    name: 'dictionaries are merged when asked for',
    files: { 'vars/one.yml': 'h: {b: {d: 2}}' },
    args: { file: 'one.yml', hash_behaviour: 'merge' },
    variables: { h: { a: 1, b: { c: 1 } } },
    facts: { h: { a: 1, b: { c: 1, d: 2 } } },
  },
  {
    name: 'a list is no file of variables',
    files: { 'vars/l.yml': '- 1' },
    args: 'l.yml',
    fails: /must hold a dictionary/,
  },
  { name: 'wrong YAML', files: { 'vars/w.yml': 'a: [1' }, args: 'w.yml', fails: /w\.yml:1/ },
  { name: 'a file that is not there', files: {}, args: 'none.yml', fails: /could not find none\.yml/ },
  { name: 'a name that came out empty', files: {}, args: { file: '' }, fails: /Could not find file/ },
]

for (const one of CASES) {
  test(one.name, async () => {
    const root = mkdtempSync(join(tmpdir(), 'include-vars-'))
    try {
      for (const [path, text] of Object.entries(one.files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      const controller = fakeController({ root, variables: { role_path: root, ...one.variables } })
      const running = runModule(include_vars, one.args, { controller })
      if (one.fails !== undefined) {
        assert.match((await failureOf(running)).describe(), one.fails)
        return
      }
      const { fields } = await running
      assert.is(fields.changed, false)
      if (one.facts !== undefined) assert.equal(fields.ansible_facts, one.facts)
      if (one.read !== undefined) {
        const wanted = one.read.map((path) => join(root, path))
        assert.equal(fields.ansible_included_var_files, wanted)
      }
    } finally {
      rmSync(root, { recursive: true })
    }
  })
}

test('a file or a folder must be given, and only one of them', () => {
  assert.throws(() => checkedArguments(include_vars, {}), /one of the following is required/)
  assert.throws(() => checkedArguments(include_vars, { file: 'a', dir: 'b' }), /mutually exclusive/)
})

test.run()
