import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { marksOf, openFrame } from '../../src/connection/frame.ts'

const test = suite('frame')
const marks = marksOf('n0nce')

// Cuts text into pieces of one size, as a stream might.
function* pieces(text: string, size: number): Iterable<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const OUTPUTS = [
  '',
  'out',
  'out\n',
  '€ 🎉',
  '@',
  '@@@end-',
  marks.end.slice(0, -1),
  `${marks.begin}again`,
  '\0\n\0',
]

for (const size of [1, 2, 3, 7, 1000]) {
  test(`output is found in pieces of ${size} bytes`, () => {
    for (const output of OUTPUTS) {
      const frame = openFrame(marks)
      const stream = `noise @begin${marks.begin}${output}${marks.end}42\nlate`
      const done = [...pieces(stream, size)].map((piece) => frame.push(piece))
      assert.is(frame.output().toString(), output)
      assert.is(frame.code, 42)
      assert.is(done.at(-1), true)
    }
  })
}

test('an exit code that is cut is waited for', () => {
  const frame = openFrame(marks)
  assert.not.ok(frame.push(Buffer.from(`${marks.begin}x${marks.end}1`)))
  assert.not.ok(frame.done)
  assert.ok(frame.push(Buffer.from('3\n')))
  assert.is(frame.code, 13)
})

test('live output is not held back, unless it may be a mark', () => {
  const seen: string[] = []
  const frame = openFrame(marks, { onOutput: (chunk) => seen.push(chunk.toString()) })
  frame.push(Buffer.from(marks.begin))
  frame.push(Buffer.from('prompt: '))
  assert.equal(seen, ['prompt: '])
  frame.push(Buffer.from('mail a@en'))
  assert.equal(seen, ['prompt: ', 'mail a'])
  frame.push(Buffer.from('terprise'))
  assert.is(seen.join(''), 'prompt: mail a@enterprise')
})

test('what comes before the begin mark is noise', () => {
  const noise: string[] = []
  const frame = openFrame(marks, { onNoise: (chunk) => noise.push(chunk.toString()) })
  for (const piece of pieces(`Welcome!\n${marks.end}0\n${marks.begin}x${marks.end}0\n`, 5)) frame.push(piece)
  assert.is(noise.join(''), `Welcome!\n${marks.end}0\n`)
  assert.is(frame.output().toString(), 'x')
})

test('bytes are looked at once, however many pieces there are', () => {
  // Twice the pieces take twice the work: the bytes given to `concat` grow with them, not with their square.
  const work = (count: number): number => {
    const original = Buffer.concat
    let bytes = 0
    Buffer.concat = (list, length) => {
      const joined = original(list, length)
      bytes += joined.length
      return joined
    }
    try {
      const frame = openFrame(marks)
      frame.push(Buffer.from(marks.begin))
      for (let index = 0; index < count; index += 1) frame.push(Buffer.from('some output @end-'))
      frame.push(Buffer.from(`${marks.end}0\n`))
      assert.is(frame.output().length, count * 17)
    } finally {
      Buffer.concat = original
    }
    return bytes
  }
  assert.ok(work(2000) < 2.5 * work(1000))
})

test.run()
