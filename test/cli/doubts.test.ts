import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { doubtsText } from '../../src/cli/doubts.ts'
import { Problem } from '../../src/core/errors.ts'

const test = suite('doubts')
const at = (line: number) => ({ at: { file: '/p/site.yml', line, column: 3 } })

test('each error has a line with its place, once', () => {
  const one = new Problem('file: state is "fiel"\nmore', at(4))
  assert.is(
    doubtsText([one, one, new Problem('playscript has no module dnf', at(6))], '/p'),
    [
      '[WARNING]: 2 errors fail their tasks if a host reaches them (--strict refuses to run):',
      '  site.yml:4:3: file: state is "fiel"',
      '  site.yml:6:3: playscript has no module dnf',
      '',
    ].join('\n'),
  )
})

test('a long list is cut', () => {
  const many = Array.from({ length: 25 }, (_, index) => new Problem('x', at(index + 1)))
  const lines = doubtsText(many, '/p').trimEnd().split('\n')
  assert.is(lines.length, 22)
  assert.is(lines.at(-1), "  … and 5 more; 'playscript lint' lists them all")
})

test.run()
