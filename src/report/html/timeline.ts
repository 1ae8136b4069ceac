import { escapeMarkup } from '../markup.ts'
import type { Cell, RunReport } from './collect.ts'

interface Bar extends Cell {
  readonly name: string
  readonly target: string
}

/** When each host worked on which task: a lane for each host, a bar for each task, as long as it took. */
export function timeline({ plays }: RunReport): string {
  const bars = plays.flatMap((play, number) =>
    play.rows.flatMap((row, index) =>
      [...row.cells.values()].map(
        (cell): Bar => ({ ...cell, name: row.task.name, target: taskId(number, index) }),
      ),
    ),
  )
  if (bars.length === 0) return ''
  const total = Math.max(1, ...bars.map(({ end }) => end))
  const hosts = [...new Set(bars.map(({ host }) => host))].sort()
  const lanes = hosts.map((host) => {
    const own = bars.filter((bar) => bar.host === host)
    return `<div class="lane"><span>${escapeMarkup(host)}</span><div class="track">${own.map((bar) => barOf(bar, total)).join('')}</div></div>`
  })
  const axis = `<div class="axis"><span>0 s</span><span>${seconds(total / 2)}</span><span>${seconds(total)}</span></div>`
  return `<h2>Timeline</h2>\n${lanes.join('\n')}\n${axis}`
}

function barOf({ start, end, result, name, target }: Bar, total: number): string {
  const percent = (part: number) => `${((part / total) * 100).toFixed(3)}%`
  const title = escapeMarkup(`${name}: ${result.status}, ${seconds(end - start)}`)
  return `<a class="${result.status}" href="#${target}" title="${title}" style="left:${percent(start)};width:${percent(end - start)}"></a>`
}

/** The anchor of a task's row. */
export function taskId(play: number, row: number): string {
  return `p${play + 1}t${row + 1}`
}

/** Milliseconds as people read them. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`
}
