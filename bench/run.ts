import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { labUnavailable } from '../test/lab/index.ts'
import { CONTENDERS, type Contender } from './contenders.ts'
import { benchHosts } from './hosts.ts'
import { INTRODUCTION } from './introduction.ts'
import { endMeasuring } from './measure.ts'
import { mergePage, type Part } from './merge.ts'
import { type Options, parseOptions } from './options.ts'
import { Results } from './results.ts'
import { benchScale } from './scale.ts'
import { benchStartup } from './startup.ts'
import { table } from './table.ts'

// How long work takes beside others that do the same. Times depend on the machine: compare the columns of one run.

const say = (line: string): void => console.log(line)

async function present(options: Options): Promise<readonly Contender[]> {
  const chosen = CONTENDERS.filter(({ name }) => options.contenders?.has(name) ?? true)
  const reasons = await Promise.all(chosen.map(({ missing }) => missing()))
  for (const [index, reason] of reasons.entries())
    if (reason !== undefined) say(`${chosen[index]?.name} does not take part: ${reason}`)
  return chosen.filter((_, index) => reasons[index] === undefined)
}

async function onHosts(options: Options): Promise<string> {
  if (!['connect', 'first', 'converged', 'micro'].some((part) => options.only.has(part))) return ''
  const reason = labUnavailable()
  if (reason !== undefined) throw new Error(`the hosts of the lab are needed: ${reason}`)
  const contenders = await present(options)
  const results = new Results()
  for (const count of options.hosts) await benchHosts(count, { contenders, options, results, say })
  const show = (title: string, field: Parameters<typeof table>[2]['field'], unit: string, digits: number) => {
    const text = table(results, contenders, { field, unit, digits, ratios: field !== 'rounds' })
    return text === '' ? '' : `### ${title}\n\n${text}\n`
  }
  return [
    show('Wall time', 'seconds', 's', 2),
    show('CPU of the control node', 'cpuSeconds', 's', 2),
    show('Peak memory of the control node', 'megabytes', 'MB', 0),
    show('Serial round trips', 'rounds', 'round trips', 0),
    show('Packets with content sent to the hosts', 'sent', 'packets', 0),
  ].join('')
}

const PAGE = 'docs/benchmarks.md'

const options = parseOptions(process.argv.slice(2))
try {
  const parts: readonly Part[] = [
    ['On hosts', await onHosts(options)],
    ['A thousand hosts', options.only.has('scale') ? await benchScale(say) : ''],
    ['Start-up', options.only.has('startup') ? await benchStartup(Math.max(options.rounds, 5), say) : ''],
  ]
  console.log(mergePage('', parts, ''))
  if (options.write)
    writeFileSync(PAGE, mergePage(INTRODUCTION, parts, existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''))
} finally {
  endMeasuring()
}
