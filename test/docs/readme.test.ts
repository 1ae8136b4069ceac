import { existsSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FLAGS } from '../../src/cli/options.ts'

const test = suite('documents')
const documents = ['README.md', 'docs/one-run.md', 'docs/convert.md']
const text = documents.map((file) => readFileSync(file, 'utf8')).join('\n')
const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts)

test('every script they name is one of the package', () => {
  const named = [...text.matchAll(/npm (?:run )?([a-z:]+\w)\b/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'ci')
  assert.ok(named.length > 5)
  assert.equal(
    named.filter((name) => !scripts.includes(name)),
    [],
  )
})

test('every flag of a playbook they name is one', () => {
  const named = [...text.matchAll(/tsx playbook\.ts([^\n`#]*)/g)].flatMap(
    ([, rest = '']) => rest.match(/--[a-z-]+/g) ?? [],
  )
  assert.ok(named.length > 3)
  assert.equal(
    named.filter((flag) => !(flag.slice(2) in FLAGS)),
    [],
  )
})

test('every file of the sources they name is there', () => {
  // docs/convert.md speaks of the reader's files.
  const ours = ['README.md', 'docs/one-run.md'].map((file) => readFileSync(file, 'utf8')).join('\n')
  const paths = ours.matchAll(/`((?:src|test|roles|templates|vars|inventory|infra|docs)\/[\w./-]+)`/g)
  const named = [...paths].map(([, file = '']) => file)
  assert.ok(named.length > 10)
  assert.equal(
    named.filter((file) => !existsSync(file)),
    [],
  )
})

test.run()
