import type { Emit, RunEvent } from '../core/events.ts'
import { escapeMarkup } from './markup.ts'
import { placesOf } from './places.ts'
import { toJson } from './text.ts'

export interface JunitOptions {
  /** Takes the document, once, at the end of the run. */
  readonly write: (text: string) => void
  readonly now: () => Date
  readonly cwd: string
}

type Result = Extract<RunEvent, { kind: 'result' }>

interface Suite {
  readonly name: string
  readonly timestamp: string
  readonly cases: Result[]
}

/** Prints a JUnit report: a suite for each play, a case for each task on each host. A failure that is ignored is none. */
export function junitPrinter({ write, now, cwd }: JunitOptions): Emit {
  const suites: Suite[] = []
  return (event) => {
    if (event.kind === 'play') suites.push({ name: event.name, timestamp: now().toISOString(), cases: [] })
    if (event.kind === 'result') suites.at(-1)?.cases.push(event)
    if (event.kind === 'recap') write(documentOf(suites, cwd))
  }
}

function documentOf(suites: readonly Suite[], cwd: string): string {
  const all = suites.flatMap((suite) => suite.cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'playscript', ...countsOf(all) })}>`,
    ...suites.flatMap(({ name, timestamp, cases }, index) => [
      `  <testsuite${attributes({ id: index, name, timestamp, ...countsOf(cases) })}>`,
      ...cases.flatMap((one) => caseOf(one, cwd)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n')
}

const isError = ({ result }: Result) => result.status === 'unreachable' && !result.ignored
const isFailure = ({ result }: Result) => result.status === 'failed' && !result.ignored

function countsOf(cases: readonly Result[]): Readonly<Record<string, string | number>> {
  return {
    tests: cases.length,
    failures: cases.filter(isFailure).length,
    errors: cases.filter(isError).length,
    skipped: cases.filter(({ result }) => result.status === 'skipped').length,
    time: secondsOf(cases.reduce((sum, { result }) => sum + result.duration, 0)),
  }
}

function caseOf(event: Result, cwd: string): readonly string[] {
  const { task, host, result } = event
  const file = task.at === undefined ? {} : { file: task.at.file, line: task.at.line ?? 1 }
  const open = attributes({ classname: host, name: task.name, ...file, time: secondsOf(result.duration) })
  const inside = insideOf(event, cwd)
  return inside === undefined
    ? [`    <testcase${open}/>`]
    : [`    <testcase${open}>`, `      ${inside}`, '    </testcase>']
}

function insideOf(event: Result, cwd: string): string | undefined {
  const { fields, status } = event.result
  const { msg } = fields
  const message = msg === undefined ? status : typeof msg === 'string' ? msg : toJson(msg)
  if (isError(event) || isFailure(event)) {
    const where = placesOf(fields, event.task, cwd).map((place) => `at ${place}\n`)
    const tag = isError(event) ? 'error' : 'failure'
    return `<${tag}${attributes({ type: status, message })}>${escapeMarkup(where.join('') + toJson(fields, 2))}</${tag}>`
  }
  if (status === 'skipped') return `<skipped${attributes({ message })}/>`
  if (status === 'ok') return undefined
  return `<system-out>${escapeMarkup(event.result.ignored ? `ignored: ${message}` : status)}</system-out>`
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeMarkup(String(value))}"`)
    .join('')
}

function secondsOf(duration: number): string {
  return duration.toFixed(3)
}
