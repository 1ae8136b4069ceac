import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Case, runCorpus, same } from './support/corpus.ts'

/** What differs from the record on purpose, with the reason. One that no longer differs has to go. */
const differences = JSON.parse(
  readFileSync(join(import.meta.dirname, 'corpus', 'differences.json'), 'utf8'),
) as Record<string, Record<string, string>>

const test = suite('template corpus')

function check(kind: string, cases: readonly Case[], atLeast: number): void {
  const known = differences[kind] ?? {}
  const different = cases.filter(({ recorded, ours }) => !same(recorded, ours)).map(({ name }) => name)
  const surprising = cases.filter(({ name }) => different.includes(name) && !(name in known))
  assert.equal(
    surprising.map(({ name, recorded, ours }) => ({ name, recorded, ours })),
    [],
    `${surprising.length} ${kind} render otherwise than recorded`,
  )
  const fixed = Object.keys(known).filter((name) => !different.includes(name))
  assert.equal(fixed, [], 'these differ no more (or are not in the corpus): take them off the list')
  assert.ok(cases.length >= atLeast, `${cases.length} ${kind} are in the corpus`)
}

const corpus = runCorpus()

test('expressions give the recorded text and value', () => check('expressions', corpus.expressions, 800))
test('whole templates give the recorded text', () => check('templates', corpus.templates, 90))
test('strings of playbooks give the recorded text', () => check('strings', corpus.strings, 30))

test.run()
