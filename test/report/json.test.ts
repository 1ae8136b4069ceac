import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { jsonPrinter } from '../../src/report/json.ts'
import { label, printed, RUN, result } from './events.ts'

const test = suite('report/json')

test('plays, tasks and hosts are laid out as Ansible’s json callback does it', () => {
  const document = JSON.parse(printed(jsonPrinter))
  assert.equal(Object.keys(document), ['custom_stats', 'global_custom_stats', 'plays', 'stats'])
  const [{ play, tasks }] = document.plays
  assert.is(play.name, 'Web & more')
  assert.ok(play.duration.start < play.duration.end)
  assert.equal(
    tasks.map(({ task }: { task: { name: string } }) => task.name),
    ['Write <motd>', 'Break "it"', 'Restart'],
  )
  const [first, second] = tasks
  assert.equal(Object.keys(first), ['hosts', 'task'])
  assert.is(first.task.path, 'site.yml:3')
  assert.ok(first.task.duration.start < first.task.duration.end)
  assert.is(first.hosts.h1.action, 'command')
  assert.is(first.hosts.h1.changed, true)
  assert.is(first.hosts.h2.skipped, true)
  assert.equal([second.hosts.h1.failed, second.hosts.h1.rc], [true, 1])
})

test('the recap has the counts under the names of the callback', () => {
  const { stats } = JSON.parse(printed(jsonPrinter))
  assert.equal(Object.keys(stats), ['h1', 'h2'])
  const counts = { changed: 1, failures: 1, ignored: 0, ok: 1, rescued: 0, skipped: 0, unreachable: 0 }
  assert.equal(stats.h1, counts)
})

test('what set_stats kept is there for each host and for the run', () => {
  const stats = { hosts: { a: { n: 1 } }, run: { words: ['x'] } }
  const document = JSON.parse(printed(jsonPrinter, [{ kind: 'recap', hosts: new Map(), stats }]))
  assert.equal(document.custom_stats, { a: { n: 1 } })
  assert.equal(document.global_custom_stats, { words: ['x'] })
})

test('nothing is written before the end', () => {
  assert.is(printed(jsonPrinter, RUN.slice(0, -1)), '')
})

test('a handler that runs twice has two entries, and one task at the pace of each host goes on where it was', () => {
  const again = label('again', 1)
  const document = JSON.parse(
    printed(jsonPrinter, [
      { kind: 'play', name: 'p', hosts: ['a', 'b'], check: false },
      { kind: 'task', task: again },
      result(again, 'a', 'ok'),
      { kind: 'task', task: again },
      result(again, 'a', 'ok', { stdout: 10n ** 20n }),
      result(again, 'b', 'ok'),
      { kind: 'recap', hosts: new Map() },
    ]),
  )
  const hosts = document.plays[0].tasks.map((task: { hosts: object }) => Object.keys(task.hosts))
  assert.equal(hosts, [['a'], ['a', 'b']])
  assert.is(document.plays[0].tasks[1].hosts.a.stdout, 100000000000000000000)
})

test.run()
