import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { htmlPrinter } from '../../src/report/html.ts'
import { label, printed, result } from './events.ts'

const test = suite('report/html')
const page = printed(htmlPrinter)

test('the page is whole, and needs nothing from elsewhere', () => {
  assert.match(page, /^<!doctype html>\n<html lang="en">/)
  assert.not.match(page, /<script|src=|url\(|https?:/)
  for (const tag of ['table', 'tr', 'td', 'details', 'pre', 'div', 'span', 'a']) {
    const count = (pattern: string) => page.match(new RegExp(pattern, 'g'))?.length ?? 0
    assert.is(count(`<${tag}[ >]`), count(`</${tag}>`), tag)
  }
})

test('the recap has a row for each host', () => {
  assert.match(
    page,
    '<tr><th>h1</th><td class="number">1</td><td class="number">1</td><td class="number zero">0</td>',
  )
})

test('the timeline has a lane for each host, and bars that lead to the tasks', () => {
  assert.is(page.match(/class="lane"/g)?.length, 2)
  assert.is(page.match(/<a class="/g)?.length, 5)
  // The clock goes on by a second at each result, and each took half of one: 1 s to 5 s in all.
  assert.match(
    page,
    /<a class="changed" href="#p1t1" title="Write &lt;motd&gt;: changed, 0.50 s" style="left:10.000%;width:10.000%">/,
  )
  assert.match(page, 'id="p1t1"')
})

test('differences and results are shown, what failed is open, and nothing of a host is markup', () => {
  assert.match(page, '<span class="minus">-a</span>')
  assert.match(page, '<span class="plus">+&lt;b&gt;</span>')
  assert.match(page, /<details open><summary><span class="mark failed">failed<\/span> h1/)
  assert.match(page, '<div class="place">part.yml:4:2</div>')
  assert.match(page, /<details><summary><span class="mark failed">failed<\/span> h2 \(ignored\)/)
  assert.match(page, 'handler: Restart')
  assert.match(page, '<li>careful &lt;now&gt;</li>')
  assert.not.match(page, '<b>')
})

test('check mode and delegation are told', () => {
  const task = label('t', 1)
  const done = { ...result(task, 'a', 'ok'), delegate: 'b' }
  const text = printed(htmlPrinter, [
    { kind: 'play', name: 'p', hosts: ['a'], check: true },
    { kind: 'task', task },
    done,
    { kind: 'recap', hosts: new Map() },
  ])
  assert.match(text, 'check mode: nothing was changed')
  assert.match(text, 'a → b')
})

test.run()
