import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { plainValue, sameValue, settingIn, withSetting } from '../../../src/modules/sysctl/settings.ts'

const test = suite('lines of sysctl.conf')
const FILE = '# c\n\n net.a = 1 \n; x\nnet.b=2 3\nnet.a=4\nodd line\n'

test('the last line that sets a name counts', () => {
  assert.is(settingIn(FILE, 'net.a'), '4')
  assert.is(settingIn(FILE, 'net.b'), '2 3')
  assert.is(settingIn(FILE, 'net.c'), undefined)
  assert.is(settingIn('#net.c=1\n', 'net.c'), undefined)
})

test('a setting is put in the place of its first line, or at the end', () => {
  assert.is(withSetting(FILE, 'net.a', '9'), '# c\n\nnet.a=9\n; x\nnet.b=2 3\nodd line\n')
  assert.is(withSetting('a=1', 'b', '2'), 'a=1\nb=2\n')
  assert.is(withSetting('', 'b', '2'), 'b=2\n')
})

test('a setting goes with all its lines', () => {
  assert.is(withSetting(FILE, 'net.a', undefined), '# c\n\n; x\nnet.b=2 3\nodd line\n')
})

test('words for yes and no are numbers', () => {
  for (const word of ['yes', 'True', 'on', ' 1 ']) assert.is(plainValue(word), '1')
  for (const word of ['no', 'False', 'off', '0']) assert.is(plainValue(word), '0')
  assert.is(plainValue(' 4096 87380 '), '4096 87380')
})

test('blanks between numbers say nothing', () => {
  assert.ok(sameValue('4096\t87380\t6291456\n', '4096 87380 6291456'))
  assert.not.ok(sameValue('1', '2'))
  assert.not.ok(sameValue(undefined, '2'))
})

test.run()
