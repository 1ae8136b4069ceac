import type { Emit } from '../core/events.ts'
import { formatLocation } from '../core/location.ts'
import { printable } from '../core/printable.ts'
import type { Fields, HostSummary } from '../core/result.ts'
import { formatDiffs } from './diff.ts'
import { type Cell, collector, type PlayReport, type Row, type RunReport } from './html/collect.ts'
import { STYLE } from './html/style.ts'
import { seconds, taskId, timeline } from './html/timeline.ts'
import { escapeMarkup } from './markup.ts'
import { placesOf } from './places.ts'
import { toJson } from './text.ts'

export interface HtmlOptions {
  /** Takes the document, once, at the end of the run. */
  readonly write: (text: string) => void
  readonly now: () => Date
  readonly cwd: string
}

/**
 * Writes the report of a run as one HTML file that needs nothing else: recap, timeline, and each task with its result
 * on every host, differences included.
 */
export function htmlPrinter({ write, now, cwd }: HtmlOptions): Emit {
  const { take, report } = collector(now)
  return (event) => {
    take(event)
    if (event.kind === 'recap') write(documentOf(report, cwd))
  }
}

function documentOf(report: RunReport, cwd: string): string {
  const names = report.plays.map(({ name }) => name).join(', ')
  const check = report.plays.some((play) => play.check) ? ' (check mode: nothing was changed)' : ''
  const warnings = report.warnings.map((text) => `<li>${escapeMarkup(printable(text))}</li>`).join('')
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeMarkup(names)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeMarkup(names)}</h1>
<p>${report.started.toISOString()}${check}</p>
${recap(report.hosts)}
${timeline(report)}
${report.plays.map((play, index) => playOf(play, index, cwd)).join('\n')}
${warnings === '' ? '' : `<h2>Warnings</h2>\n<ul>${warnings}</ul>`}
</body>
</html>
`
}

function recap(hosts: RunReport['hosts']): string {
  const columns = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'] as const
  const cell = (one: HostSummary, name: (typeof columns)[number]) =>
    `<td class="number${one[name] === 0 ? ' zero' : ''}">${one[name]}</td>`
  const rows = [...hosts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([host, one]) =>
        `<tr><th>${escapeMarkup(host)}</th>${columns.map((name) => cell(one, name)).join('')}</tr>`,
    )
  return `<h2>Recap</h2>
<table><tr><th>Host</th>${columns.map((name) => `<th>${name}</th>`).join('')}</tr>
${rows.join('\n')}
</table>`
}

function playOf(play: PlayReport, index: number, cwd: string): string {
  const rows = play.rows.filter(({ cells }) => cells.size > 0)
  return `<h2>${escapeMarkup(play.name)}</h2>
<table>
${rows.map((row) => rowOf(row, taskId(index, play.rows.indexOf(row)), cwd)).join('\n')}
</table>`
}

function rowOf({ task, cells }: Row, id: string, cwd: string): string {
  const place =
    task.at === undefined ? '' : `<div class="place">${escapeMarkup(formatLocation(task.at, cwd))}</div>`
  const handler = task.handler ? 'handler: ' : ''
  const results = [...cells.values()].map((cell) => cellOf(cell, cwd)).join('\n')
  return `<tr id="${id}"><td>${handler}${escapeMarkup(printable(task.name))}${place}</td><td>${results}</td></tr>`
}

function cellOf({ host, delegate, result, start, end }: Cell, cwd: string): string {
  const { status, fields } = result
  const who = delegate === undefined ? host : `${host} → ${delegate}`
  const ignored = result.ignored ? ' (ignored)' : ''
  const bad = (status === 'failed' || status === 'unreachable') && !result.ignored
  const head = `<span class="mark ${status}">${status}</span> ${escapeMarkup(who)}${ignored} <span class="time">${seconds(end - start)}</span>`
  const places = placesOf(fields, {}, cwd).map((place) => `<div class="place">${escapeMarkup(place)}</div>`)
  return `<details${bad ? ' open' : ''}><summary>${head}</summary>${places.join('')}${diffOf(fields)}${fieldsOf(fields)}</details>`
}

function diffOf({ diff }: Fields): string {
  const diffs = Array.isArray(diff) ? diff : diff === undefined ? [] : [diff]
  const text = formatDiffs(diffs, false)
  return text.trim() === '' ? '' : `<pre>${text.split('\n').map(diffLine).join('\n')}</pre>`
}

function diffLine(line: string): string {
  const kind = { '+': 'plus', '-': 'minus', '@': 'hunk' }[line[0] ?? '']
  return kind === undefined ? escapeMarkup(line) : `<span class="${kind}">${escapeMarkup(line)}</span>`
}

function fieldsOf(fields: Fields): string {
  const shown = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'diff'))
  return `<pre>${escapeMarkup(toJson(shown, 2))}</pre>`
}
