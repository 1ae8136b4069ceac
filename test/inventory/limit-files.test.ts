import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readLimit } from '../../src/inventory/limit-files.ts'
import { complaint, withFolder } from './temporary-folder.ts'

const test = suite('files of --limit')

test('a file stands for the patterns in its lines', () =>
  withFolder({ limit: 'w1\n# comment\n\nd1:&db\n' }, async (cwd) => {
    assert.is(readLimit('x1,@limit,!y', cwd), 'x1,w1,d1:&db,!y')
    assert.is(readLimit('web:&db', cwd), 'web,&db')
  }))

test('a file that is missing, or limits nothing, is an error', () =>
  withFolder({ empty: '\n# nothing failed\n' }, async (cwd) => {
    assert.match(await complaint(async () => readLimit('@none', cwd)), /limit file cannot be read/)
    assert.match(await complaint(async () => readLimit('@empty', cwd)), /the limit file names no host/)
  }))

test.run()
