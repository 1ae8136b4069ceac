import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readFreeForm } from '../../../src/modules/commands/free-form.ts'

const freeForm = suite('free-form commands')

const CASES: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['ls -l /tmp', 'ls -l /tmp', {}],
  ['creates=/etc/x ls', 'ls', { creates: '/etc/x' }],
  ['ls creates="/etc/a b" -l', 'ls -l', { creates: '/etc/a b' }],
  [
    'make install chdir={{ src | default("/a b") }} -j2',
    'make install -j2',
    { chdir: '{{ src | default("/a b") }}' },
  ],
  ['echo {{ "creates=/x" }}', 'echo {{ "creates=/x" }}', {}],
  ['echo "creates=/x"', 'echo "creates=/x"', {}],
  ['echo creates\\=/x', 'echo creates=/x', {}],
  ['dd if=/dev/zero of=/tmp/x', 'dd if=/dev/zero of=/tmp/x', {}],
  ['cat <<EOF\n a  b\nEOF\nchdir=/tmp', 'cat <<EOF\n a  b\nEOF', { chdir: '/tmp' }],
  ['executable=/bin/bash echo', 'echo', { executable: '/bin/bash' }],
  ['executable=/bin/sh\ncreates=/x\necho "a"\n', 'echo "a"\n', { executable: '/bin/sh', creates: '/x' }],
  ['a  \\\n"b \\\nc" \\\n   | d\n', 'a  "b \\\nc"   | d\n', {}],
  ['creates=/x \\\n  chdir=/y\n', '', { creates: '/x', chdir: '/y' }],
]
for (const [text, command, parameters] of CASES) {
  freeForm(`reads ${JSON.stringify(text)}`, () => assert.equal(readFreeForm(text), { command, parameters }))
}

freeForm.run()
