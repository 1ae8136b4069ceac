import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { junitPrinter } from '../../src/report/junit.ts'
import { escapeMarkup } from '../../src/report/markup.ts'
import { printed } from './events.ts'

const test = suite('report/junit')

test('plays are suites, tasks on hosts are cases', () => {
  const text = printed(junitPrinter)
  assert.match(
    text,
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="playscript" tests="5" failures="1" errors="1" skipped="1" time="2.500">',
  )
  assert.match(text, '<testsuite id="0" name="Web &amp; more" timestamp="2026-01-01T12:00:00.000Z" tests="5"')
  assert.match(
    text,
    '<testcase classname="h1" name="Write &lt;motd&gt;" file="/p/site.yml" line="3" time="0.500">',
  )
  assert.match(text, '<skipped message="not now"/>')
  assert.match(
    text,
    /<failure type="failed" message="no \\u0007 &amp; &lt;b&gt;">at part.yml:4:2\nat site.yml:9\n\{/,
  )
  assert.match(text, '<error type="unreachable" message="gone">')
  assert.match(text, '<system-out>ignored: never mind</system-out>')
  assert.ok(text.endsWith('  </testsuite>\n</testsuites>\n'))
})

test('what neither XML nor HTML can hold is written out', () => {
  assert.is(escapeMarkup(`<a href="x">&'`), '&lt;a href=&quot;x&quot;&gt;&amp;&#39;')
  assert.is(escapeMarkup('a\u0000b\ud800c\u001b[0m\tok 😀\n'), 'a\\u0000b\\ud800c\\u001b[0m\tok 😀\n')
})

test.run()
