import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTemplar } from '../../src/template/index.ts'
import { scopeOf } from './support/corpus.ts'
import { inFolder } from './support/folder.ts'

const test = suite('template files')
const scope = scopeOf({ a: 1, name: 'part' })

test('names are looked for beside the template, then on the search path and in its templates folders', () => {
  const files = {
    'role/templates/main.j2': '{% include "near.j2" %}{% include "far.j2" %}{% include "sub/deep.j2" %}',
    'role/templates/near.j2': 'near',
    'role/templates/sub/deep.j2': '-deep',
    'play/templates/far.j2': '-far',
    'play/templates/near.j2': 'wrong',
  }
  inFolder(files, (folder) => {
    const templar = createTemplar({ searchPath: [join(folder, 'play')] })
    assert.is(templar.renderFile(join(folder, 'role/templates/main.j2'), scope), 'near-far-deep')
    const elsewhere = createTemplar().within([join(folder, 'play')])
    assert.is(elsewhere.renderFile(join(folder, 'role/templates/main.j2'), scope), 'near-far-deep')
    assert.is(
      createTemplar().renderFile(join(folder, 'role/templates/main.j2'), scope, {
        searchPath: [join(folder, 'play')],
      }),
      'near-far-deep',
    )
  })
})

test('names cannot lead out of the search path', () => {
  inFolder(
    { 'in/main.j2': '{% include "../secret" %}', 'in/abs.j2': '{% include "/etc/hostname" %}', secret: 'x' },
    (folder) => {
      for (const name of ['main.j2', 'abs.j2']) {
        assert.throws(
          () => createTemplar().renderFile(join(folder, 'in', name), scope),
          /no template '.*' was found/,
        )
      }
    },
  )
})

test('a file that changed is compiled again', () => {
  inFolder({ 'a.j2': 'one {{ a }}' }, (folder) => {
    const templar = createTemplar()
    const path = join(folder, 'a.j2')
    assert.is(templar.renderFile(path, scope), 'one 1')
    writeFileSync(path, 'two {{ a }}')
    utimesSync(path, 1, 1)
    assert.is(templar.renderFile(path, scope), 'two 1')
  })
})

test('one file renders differently with other options', () => {
  inFolder({ 'a.j2': '{% if a %}\nx\n{% endif %}\n<< a >>' }, (folder) => {
    const templar = createTemplar()
    const path = join(folder, 'a.j2')
    assert.is(templar.renderFile(path, scope), 'x\n<< a >>')
    assert.is(templar.renderFile(path, scope, { trim_blocks: false }), '\nx\n\n<< a >>')
    assert.is(
      templar.renderFile(path, scope, { variable_start_string: '<<', variable_end_string: '>>' }),
      'x\n1',
    )
    assert.is(templar.renderFile(path, scope, { newline_sequence: '\r\n' }), 'x\r\n<< a >>')
  })
})

test('the variables of the template module are there', () => {
  inFolder(
    {
      'a.j2':
        '{{ template_path }} {{ template_destpath }} {{ ansible_managed }} {{ template_fullpath == full }}',
    },
    (folder) => {
      const path = join(folder, 'a.j2')
      const text = createTemplar().renderFile(path, scopeOf({ full: path }), {
        source: 'a.j2',
        destination: '/etc/a',
      })
      assert.is(text, 'a.j2 /etc/a Ansible managed True')
    },
  )
})

test('a wrong header, bytes that are not UTF-8, and a missing file are errors', () => {
  inFolder({ 'a.j2': '#jinja2: nope: True\nx', 'b.j2': '#jinja2: trim_blocks: 1\nx' }, (folder) => {
    const templar = createTemplar()
    assert.throws(() => templar.renderFile(join(folder, 'a.j2'), scope), /unknown setting 'nope'/)
    assert.throws(() => templar.renderFile(join(folder, 'b.j2'), scope), /write True or False/)
    writeFileSync(join(folder, 'c.j2'), Buffer.from([0x61, 0xff]))
    assert.throws(() => templar.renderFile(join(folder, 'c.j2'), scope), /cannot be read/)
    assert.throws(() => templar.renderFile(join(folder, 'd.j2'), scope), /cannot be read/)
  })
})

// What Jinja2 gives of the same.
for (const [source, rendered] of [
  ['% for i in [1,\n 2]:\n  a{{ i }} ## gone\n% endfor\n\n\nend\n', '  a1\n  a2\nend\n'],
  ['% if true\nfoo\n% endif\n', 'foo\n'],
  ['  % if true\nfoo\n  %- endif\n## all\nx % y\n', 'foo\nx % y\n'],
] as const) {
  test(`lines that are blocks or comments: ${JSON.stringify(source)}`, () => {
    const header = `#jinja2: line_statement_prefix: '%', line_comment_prefix: '##'\n`
    inFolder({ 'a.j2': header + source }, (folder) => {
      assert.is(createTemplar().renderFile(join(folder, 'a.j2'), scope), rendered)
    })
  })
}

test('a setting without a colon is told in Ansible’s words', () => {
  inFolder({ 'a.j2': '#jinja2: lstrip_blocks=True\n' }, (folder) => {
    const render = () => createTemplar().renderFile(join(folder, 'a.j2'), scope)
    assert.throws(render, /failed to parse jinja2 override 'lstrip_blocks=True'/)
  })
})

test('a byte order mark and NUL bytes are kept', () => {
  inFolder({ 'a.j2': '\ufeff{{ a }}\0\n' }, (folder) => {
    assert.is(createTemplar().renderFile(join(folder, 'a.j2'), scope), '\ufeff1\0\n')
  })
})

test('a template that includes itself is an error', () => {
  inFolder({ 'a.j2': '{% include "a.j2" %}' }, (folder) => {
    assert.throws(() => createTemplar().renderFile(join(folder, 'a.j2'), scope), /calls itself without end/)
  })
})

test('required blocks have to be overridden', () => {
  const files = {
    'base.j2': '{% block a required %}{% endblock %}',
    'without.j2': '{% extends "base.j2" %}',
    'with.j2': '{% extends "base.j2" %}{% block a %}x{% endblock %}',
  }
  inFolder(files, (folder) => {
    assert.throws(
      () => createTemplar().renderFile(join(folder, 'without.j2'), scope),
      /the block 'a' is required/,
    )
    assert.is(createTemplar().renderFile(join(folder, 'with.j2'), scope), 'x')
  })
})

test.run()
