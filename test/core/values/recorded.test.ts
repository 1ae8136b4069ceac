import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { equal } from '../../../src/core/values/compare.ts'
import { readJson } from '../../../src/core/values/read-json.ts'
import { repr } from '../../../src/core/values/text.ts'
import { parseYaml } from '../../../src/core/yaml/parse.ts'
import { createTemplar } from '../../../src/template/index.ts'
import { scopeOf } from '../../template/support/corpus.ts'

type Row = readonly [kind: string, text: string, repr: string, ...rendered: (string | null)[]]

const test = suite('values as Python has them')
const rows = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, 'recorded.json.gz'))).toString(),
) as readonly Row[]
const templar = createTemplar()
const RENDERINGS = [
  'v | to_json',
  'v | to_nice_json',
  'v | to_yaml(sort_keys=false)',
  'v.items() | list | string',
]

function read(kind: string, text: string): unknown {
  return kind === 'json' ? readJson(text) : parseYaml(text, 'f', { duplicateKeys: 'collect' }).data
}

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch {
    return null
  }
}

test(`${rows.length} random documents are read and written as recorded`, () => {
  assert.is(rows.length, 2000)
  const different = rows.flatMap(([kind, text, shown, ...rendered]) => {
    const v = read(kind, text)
    const ours = [
      repr(v),
      ...RENDERINGS.slice(0, rendered.length).map((one) =>
        attempt(() => templar.evaluate(one, scopeOf({ v }))),
      ),
    ]
    return [shown, ...rendered].flatMap((recorded, index) =>
      ours[index] === recorded ? [] : [{ text, recorded, ours: ours[index] }],
    )
  })
  assert.equal(different.slice(0, 5), [], `${different.length} differ`)
})

test('a document equals itself read again, unless it holds nan', () => {
  const unequal = rows.filter(
    ([kind, text]) => !/nan/i.test(text) && !equal(read(kind, text), read(kind, text)),
  )
  assert.equal(unequal, [])
})

test.run()
