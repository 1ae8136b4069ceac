import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { errorText } from '../../src/cli/error-text.ts'
import {
  AbsentError,
  ArgumentError,
  PlaybookError,
  type PlayscriptError,
  Problem,
  TemplateError,
  UsageError,
  YamlError,
} from '../../src/core/errors.ts'

const test = suite('cli/error-text')
const at = { file: '/here/site.yml', line: 3, column: 7 }
const problem = new Problem('it is wrong', { at, hint: 'Mend it.' })
const absent = new AbsentError('it is not there', { at: { file: '/other/x.yml', line: 1, column: 1 } })

const TEXTS: readonly [string, PlayscriptError, string][] = [
  ['the sentence comes first', problem, 'ERROR! it is wrong\n  at site.yml:3:7\n  Mend it.\n'],
  [
    'a file is what a sentence is about',
    new Problem('is empty', { at: { file: '/here/a' } }),
    'ERROR! a: is empty\n',
  ],
  ['without a place there is the sentence alone', new UsageError('no'), 'ERROR! no\n'],
  [
    'all that is wrong is told',
    new PlaybookError([problem, absent]),
    'ERROR! it is wrong\n  at site.yml:3:7\n  Mend it.\nERROR! it is not there\n  at /other/x.yml:1:1\n',
  ],
]
for (const [name, error, text] of TEXTS) test(name, () => assert.is(errorText(error, '/here'), text))

const EXITS: readonly [string, PlayscriptError, number][] = [
  ['a wrong playbook', problem, 4],
  ['broken YAML', new YamlError('x'), 4],
  ['what is not there', absent, 1],
  ['a wrong template', new TemplateError('x'), 1],
  ['a wrong command line', new UsageError('x'), 5],
  ['wrong and missing things', new PlaybookError([absent, problem]), 4],
  ['missing things and wrong arguments', new PlaybookError([absent, new ArgumentError('x')]), 1],
]
for (const [name, error, code] of EXITS) test(`${name}: exit code ${code}`, () => assert.is(error.exit, code))

test.run()
