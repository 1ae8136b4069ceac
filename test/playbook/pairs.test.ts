import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readPairs } from '../../src/playbook/pairs.ts'

const test = suite('pairs')

test('words with a name are parameters, and one without makes it no short form', () => {
  assert.equal(readPairs(`path=/f line='two words' mode=0644`), {
    path: '/f',
    line: 'two words',
    mode: '0644',
  })
  assert.is(readPairs('echo a=b'), undefined)
})

test('names of variables may be made by templates', () => {
  const text = "{{ a.b }}={{ c }} pre_{{ d }}='x y' e=1"
  assert.equal(readPairs(text, { made: true }), { '{{ a.b }}': '{{ c }}', 'pre_{{ d }}': 'x y', e: '1' })
  assert.is(readPairs(text), undefined)
})

test('escapes are read whatever the quotes, as Ansible reads them', () => {
  assert.equal(readPairs(String.raw`a='\\b(.)\\b' b="x\ny" c=\x41\u00e9 d='\q\d'`), {
    a: String.raw`\b(.)\b`,
    b: 'x\ny',
    c: 'Aé',
    d: String.raw`\q\d`,
  })
  assert.equal(readPairs(String.raw`a='\b'`), { a: '\b' })
})

test.run()
