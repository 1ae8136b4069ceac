import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inSlices } from '../../../src/core/slices.ts'
import { repr } from '../../../src/core/values/text.ts'
import { parseYaml, parsing } from '../../../src/core/yaml/parse.ts'
import { LONG, type Piece, piecesOf } from '../../../src/core/yaml/pieces.ts'
import { complaint } from '../../inventory/temporary-folder.ts'

const test = suite('long YAML documents')

/** An entry in many forms; `n` makes its key unique. */
const FORMS: readonly ((n: number) => string)[] = [
  (n) => `web${n}:\n`,
  (n) => `web${n}:   # a comment\n  ansible_host: 10.0.0.${n % 256}\n`,
  (n) => `web[${n}:20].example.com:22: {a: 1, b: [x, "y: z"]}\n`,
  (n) => `"quoted ${n}":\n  port: 22\n  yes: no\n`,
  (n) => `'single ${n}': text # comment\n`,
  (n) => `a${n}: |\n  line: one\n\n  # not a comment\n   more\n\n`,
  (n) => `b${n}: >-\n  folded\n  text\n# a comment at the margin\n`,
  (n) => `c${n}: "over\n  two lines: x"\n`,
  (n) => `d${n}: plain text\n  that goes on\n`,
  (n) => `e${n}:\n- one\n- two: 2\n  three: 3\n`,
  (n) => `f${n}:\n  - - 1\n    - 2\n`,
  (n) => `g${n}: {\n  a: 1,\n  b: 2 }\n`,
  (n) => `h${n}: !unsafe "{{ x }}"\n`,
  (n) => `i${n}: &anchor${n} {p: ${n}}\nj${n}: *anchor${n}\n`,
  (n) => `k${n}: &k\n  p: ${n}\nl${n}:\n  <<: *k\n  q: 1\n`,
  (n) => `m${n}: ${n}\n\n\n`,
  (n) => `n${n}: http://x:80/#y\n`,
  (n) => `2001:db8::${n}:\n  x: ~\n`,
]

/** Chance that gives the same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

function indented(text: string, by: number): string {
  return text.replace(/^(?=[^\n])/gm, ' '.repeat(by))
}

/** A document of nested mappings that is long enough to be cut. */
function longDocument(seed: number): string {
  const random = numbers(seed)
  let count = 0
  const entries = (size: number): string => {
    let text = ''
    for (; text.length < size; count += 1) text += FORMS[random(FORMS.length)]?.(count) ?? ''
    return text
  }
  const deep = `top:\n${indented(`${entries(20_000)}inner: # deep\n\n${indented(entries(40_000), 1 + random(4))}`, 2)}`
  return `${entries(200)}${deep}${entries(30_000)}last: ${indented(deep.replace('top', 'x'), 2).trimStart().replace('x:', '\n  x:')}`
}

/** The same document read as a whole: a key that is not cut at makes it so. */
function asAWhole(text: string): unknown {
  const data = parseYaml(`${text}\n~: 1\n`, 'f.yml').data as Map<unknown, unknown>
  data.delete(null)
  return data
}

function pieces(text: string): readonly Piece[] {
  return [...piecesOf(text)]
}

for (let seed = 1; seed <= 4; seed++) {
  test(`made-up document ${seed} is the same in pieces and as a whole`, () => {
    const text = longDocument(seed)
    assert.ok(text.length > LONG && pieces(text).length > 8)
    const document = parseYaml(text, 'f.yml')
    assert.is(repr(document.data), repr(asAWhole(text)))
    const top = (document.data as { top: { inner: Record<string, unknown> } }).top
    const line = (part: string) => text.slice(0, text.indexOf(part)).split('\n').length
    assert.is(document.locate(top, 'inner').line, line('inner: # deep'))
    const [key = ''] = Object.keys(top.inner).slice(-1)
    const at = document.locate(top.inner, key)
    assert.match(
      text.split('\n')[(at.line ?? 0) - 1]?.slice((at.column ?? 0) - 1) ?? '',
      new RegExp(`^['"]?${key.replace(/[[\].]/g, '\\$&')}`),
    )
  })
}

function hosts(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, index) => `    web${index}:\n      ansible_host: 10.0.0.1\n`,
  )
  return `---\nall:\n  hosts:\n${lines.join('')}...\n`
}

test('pieces are short and in order, and together they are the text', () => {
  const text = hosts(4000)
  let at = '---\n'.length
  for (const piece of pieces(text)) {
    if (piece.kind === 'close') continue
    assert.is(piece.from, at)
    assert.ok(piece.to - piece.from < 20_000)
    at = piece.to
  }
  assert.is(text.slice(at), '...\n')
})

test('the number of pieces grows as the document does', () => {
  const [few, many] = [pieces(hosts(5000)).length, pieces(hosts(50_000)).length]
  assert.ok(many <= 10 * few, `${few}, ${many}`)
})

const WHOLE: readonly (readonly [name: string, entry: string])[] = [
  ['an explicit key', '? key\n: value\n'],
  ['a merge', '<<: {a: b}\n'],
  ['a carriage return alone', 'a: b\rc: d\n'],
  ['quoted text that goes on at the margin', 'a: "x\nb: y"\n'],
  ['a brace at the margin', 'a: {b: c\n}\n'],
]

for (const [name, entry] of WHOLE) {
  test(`a long document with ${name} is read as a whole`, () => {
    const pad = Array.from({ length: 8000 }, (_, index) => `x${index}: 1\n`).join('')
    const outcome = (text: string): unknown => {
      try {
        return parseYaml(text, 'f.yml').data
      } catch (error) {
        return (error as Error).message
      }
    }
    assert.equal(outcome(pad + entry), outcome(`${pad}${entry}`.replace('x0: 1\n', '"x0": 1\n')))
    const short = outcome(entry)
    const long = outcome(pad + entry)
    if (typeof short === 'string') assert.is(long, short)
    else
      for (const [key, value] of Object.entries(short as object))
        assert.equal((long as Record<string, unknown>)[key], value)
  })
}

test('a mistake late in a long document has its place and words', async () => {
  const text = hosts(2000).replace('...\n', '    web0:\n')
  assert.is(
    await complaint(() => parseYaml(text, 'f.yml')),
    'f.yml:4004:5: found a duplicate dict key (web0), first given in line 4',
  )
})

test('work in slices can be given up between two of them', async () => {
  let slices = 0
  const rest = async (): Promise<void> => {
    slices += 1
    if (slices === 3) throw new Error('enough')
  }
  try {
    await inSlices(parsing(hosts(4000), 'f.yml', {}), rest)
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).message, 'enough')
  }
  assert.is(slices, 3)
})

test.run()
