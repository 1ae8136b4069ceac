import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseTime } from '../../src/modules/shared/file/times.ts'
import { chmodMode, formatMode, resolveMode } from '../../src/modules/shared/file-mode.ts'
import { validateCommand } from '../../src/modules/shared/validate-command.ts'

const test = suite('modules/files-mode')

// Mode before, mode wanted, mode after, of a file or a directory, with umask 022: what Ansible's file module makes of it.
for (const [kind, before, wanted, after] of [
  ['directory', 0o2755, 'u=rwx,g=rx,o=', 0o750],
  ['directory', 0o2755, '0755', 0o755],
  ['directory', 0o2755, '=rx', 0o555],
  ['file', 0o4755, 'u=rw', 0o655],
  ['file', 0o644, '+x', 0o755],
  ['file', 0o644, '+w', 0o644],
  ['file', 0o666, '-w', 0o466],
  ['file', 0o640, 'o=g', 0o644],
  ['file', 0o644, 'a+X', 0o644],
  ['file', 0o744, 'a+X', 0o755],
  ['directory', 0o644, 'a+X', 0o755],
  ['file', 0o1755, 'o=rx', 0o755],
  ['file', 0o755, 'u+s,g+s', 0o6755],
  ['file', 0o6755, 'u-s', 0o2755],
  ['file', 0o644, '+t', 0o1644],
  ['file', 0o640, 'g+u', 0o660],
  ['file', 0o777, '=r', 0o444],
  ['file', 0o644, 'g=u-x', 0o664],
  ['file', 0o600, 'u+x-w', 0o500],
] as const) {
  test(`${formatMode(before)} and ${wanted} make ${formatMode(after)} of a ${kind}`, () => {
    const base = { directory: kind === 'directory', umask: 0o022 }
    const mode = resolveMode(wanted, { ...base, mode: before })
    assert.is(formatMode(mode), formatMode(after))
    if (!wanted.startsWith('-')) assert.is(resolveMode(wanted, { ...base, mode }), mode, 'the second time')
  })
}

test('modes are written as results and as chmod want them', () => {
  assert.equal([formatMode(0o644), formatMode(0o1777), formatMode(0)], ['0644', '01777', '0000'])
  assert.equal([chmodMode(0o755), chmodMode(0o2755)], ['00755', '02755'])
})

test('preserve needs a source', () => {
  assert.throws(() => resolveMode('preserve', { mode: 0, directory: false, umask: 0 }), /needs a source file/)
})

for (const [text, format, time] of [
  ['202002030405.06', '%Y%m%d%H%M.%S', '202002030405.06'],
  ['3/2/20 04h', '%d/%m/%y %Hh', '202002030400.00'],
  ['100%', '%S0%%', '190001010000.10'],
] as const) {
  test(`the time ${text} by ${format}`, () => assert.is(parseTime(text, format), time))
}
for (const [text, format, problem] of [
  ['now-ish', '%Y', /does not match its format/],
  ['Mon', '%a', /%a, which is not supported/],
] as const) {
  test(`the time ${text} by ${format} is refused`, () =>
    assert.throws(() => parseTime(text, format), problem))
}

test('a validate command is quoted word by word', () => {
  const command = validateCommand('visudo -cf %s --x="a b %s" $HOME; id')
  assert.match(command, /^\{ visudo -cf %s '--x=a b '%s '\$HOME;' id; \}/)
  assert.throws(() => validateCommand('visudo -c'), /must contain %s/)
  assert.throws(() => validateCommand("grep 'x %s"), /is not closed in: /)
})

test.run()
