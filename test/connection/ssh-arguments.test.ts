import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseSshArguments } from '../../src/connection/ssh-arguments.ts'
import { shellWords } from '../../src/core/shell-words.ts'

const test = suite('ssh arguments')

const WORDS: readonly [string, readonly string[]][] = [
  ['', []],
  ['  ', []],
  ['a  b\tc\n', ['a', 'b', 'c']],
  [`-o 'A b' -o "C=d e"`, ['-o', 'A b', '-o', 'C=d e']],
  [`a'b'"c"\\ d`, ['abc d']],
  [`'' ""`, ['', '']],
  [`"a\\"b\\n"`, ['a"b\\n']],
  ['a#b #c', ['a#b', '#c']],
]

for (const [line, words] of WORDS) {
  test(`${JSON.stringify(line)} is ${words.length} words`, () => assert.equal(shellWords(line), words))
}

for (const line of ["it's", '"', 'a\\']) {
  test(`${JSON.stringify(line)} is an error`, () =>
    assert.throws(() => shellWords(line), /not closed|a backslash ends/))
}

const ROWS: readonly [string, readonly string[], string | undefined, number][] = [
  ['-o StrictHostKeyChecking=no -oPort=22', ['StrictHostKeyChecking=no', 'Port=22'], undefined, 0],
  ['-o "StrictHostKeyChecking accept-new"', ['StrictHostKeyChecking=accept-new'], undefined, 0],
  [`-o ProxyCommand="ssh -W %h:%p -q jump"`, ['ProxyCommand=ssh -W %h:%p -q jump'], undefined, 0],
  [
    '-J user@jump:2222 -p 2200 -l me -i ~/k',
    ['ProxyJump=user@jump:2222', 'Port=2200', 'User=me', 'IdentityFile=~/k'],
    undefined,
    0,
  ],
  ['-F /etc/my_config', [], '/etc/my_config', 0],
  ['-4C -A', ['AddressFamily=inet', 'Compression=yes', 'ForwardAgent=yes'], undefined, 0],
  [
    '-C -o ControlMaster=auto -o ControlPersist=60s',
    ['Compression=yes', 'ControlMaster=auto', 'ControlPersist=60s'],
    undefined,
    0,
  ],
  ['-vvv -q -T -6', ['AddressFamily=inet6'], undefined, 0],
  ['-L 80:localhost:80 -p 22', ['Port=22'], undefined, 1],
  ['stray -p 22', ['Port=22'], undefined, 1],
  ['-9 -p 22', ['Port=22'], undefined, 1],
]

for (const [text, options, configFile, warnings] of ROWS) {
  test(`${text}`, () => {
    const warned: string[] = []
    assert.equal(
      parseSshArguments(text, (message) => warned.push(message)),
      { options, configFile },
    )
    assert.is(warned.length, warnings)
  })
}

test.run()
