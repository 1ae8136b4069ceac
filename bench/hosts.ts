import { rmSync } from 'node:fs'
import { type Lab, startLab } from '../test/lab/index.ts'
import type { Contender, Work } from './contenders.ts'
import { difference, endState } from './end-state.ts'
import { delayedLink, directLink, type Link } from './link.ts'
import { type Measurement, measure } from './measure.ts'
import type { Options } from './options.ts'
import { makeProject, type Project } from './project.ts'
import type { Cell, Results } from './results.ts'
import { changesIn, statesOf } from './states.ts'

type Part = Cell['part']

/** All that the parts of one lab share. */
interface Bench {
  readonly lab: Lab
  readonly project: Project
  readonly names: readonly string[]
  readonly contenders: readonly Contender[]
  readonly options: Options
  readonly results: Results
  readonly say: (line: string) => void
  /** What the first contender left behind and reported, by part: the others are held against it. */
  readonly seen: Map<string, string>
}

const WORKS: Record<Part, Work> = { connect: 'connect', first: 'role', converged: 'role', micro: 'micro' }
/** A cell that took longer is measured once. */
const LONG = 60

/** Measures the work on `count` hosts, all contenders within the same minutes. */
export async function benchHosts(count: number, shared: Omit<Bench, 'lab' | 'project' | 'names' | 'seen'>) {
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`)
  const lab = await startLab({ hosts: names.map((name) => ({ name, profile: 'k8s' })) })
  const project = await makeProject(lab)
  const bench: Bench = { ...shared, lab, project, names, seen: new Map() }
  try {
    for (const latency of shared.options.latencies) {
      const link = latency === 0 ? directLink(lab) : await delayedLink(lab, latency)
      await benchLink(bench, link).finally(link.close)
    }
  } finally {
    rmSync(project.dir, { recursive: true, force: true })
    await lab.stop()
  }
}

async function benchLink(bench: Bench, link: Link): Promise<void> {
  const { only } = bench.options
  if (only.has('connect')) await rounds(bench, link, 'connect')
  if (only.has('first')) await firstConverge(bench, link)
  if (only.has('converged')) {
    // Whoever converges the hosts: their states are equal.
    if (!only.has('first')) await once(bench, directLink(bench.lab), bench.contenders[0], 'first')
    await rounds(bench, link, 'converged')
  }
  if (only.has('micro')) await micro(bench, link)
}

async function firstConverge(bench: Bench, link: Link): Promise<void> {
  const { lab, names, contenders, options } = bench
  for (let round = 0; round < (link.roundTrip === 0 ? options.rounds : 1); round++) {
    for (const contender of contenders) {
      await Promise.all(names.map(lab.reset))
      await sample(bench, link, contender, 'first')
      await compare(bench, contender, 'role')
    }
  }
}

async function micro(bench: Bench, link: Link): Promise<void> {
  for (const contender of bench.contenders) {
    await Promise.all(bench.names.map((name) => bench.lab.sh(name, 'rm -rf /root/bench')))
    await once(bench, directLink(bench.lab), contender, 'micro')
    await compare(bench, contender, 'micro')
  }
  await rounds(bench, link, 'micro')
}

/** Rounds of all contenders, one after another. */
async function rounds(bench: Bench, link: Link, part: Part): Promise<void> {
  const slow = new Set<Contender>()
  for (let round = 0; round < bench.options.rounds; round++) {
    for (const contender of bench.contenders) {
      if (slow.has(contender)) continue
      const { seconds } = await sample(bench, link, contender, part)
      if (seconds > LONG) slow.add(contender)
    }
  }
}

async function once(
  { project }: Bench,
  link: Link,
  contender: Contender | undefined,
  part: Part,
): Promise<Measurement> {
  if (contender === undefined) throw new Error('nobody is there to take part')
  const { argv, ...command } = contender.command(WORKS[part], project)
  return measure({ ...command, argv: link.command(argv) })
}

async function sample(bench: Bench, link: Link, contender: Contender, part: Part): Promise<Measurement> {
  const { names, results, say } = bench
  const cell = { part, hosts: names.length, latency: link.roundTrip }
  await link.traffic()
  const measured = await once(bench, link, contender, part)
  const traffic = await link.traffic()
  results.add(cell, contender.name, measured, traffic)
  const { seconds, cpuSeconds, megabytes } = measured
  const waited = traffic === undefined ? '' : `${traffic.rounds} round trips`
  say(
    `${part.padEnd(10)} ${names.length} hosts ${link.roundTrip} ms  ${contender.name.padEnd(11)}` +
      `${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB ${waited}`,
  )
  checkReport(bench, contender, part, measured.output)
  return measured
}

// No figure may come from work left out: the tasks must end as they do for the others, and nothing change twice.
function checkReport(bench: Bench, contender: Contender, part: Part, output: string): void {
  const changes = changesIn(output)
  if (part !== 'connect' && part !== 'first' && changes !== undefined && changes > 0)
    throw new Error(`${contender.name} reports ${changes} changes in the part ${part}:\n${output}`)
  const states = statesOf(output, bench.names[0] ?? '')
  if (states !== undefined) hold(bench, `states of ${part}`, states.join('\n'), contender)
}

async function compare(bench: Bench, contender: Contender, work: 'role' | 'micro'): Promise<void> {
  for (const name of bench.names) {
    const state = await endState(bench.lab, name, work)
    const domain = bench.lab.host(name).domain ?? ''
    hold(
      bench,
      `end state of ${work}`,
      state.replaceAll(domain, 'DOMAIN').replaceAll(name, 'HOST'),
      contender,
    )
  }
}

function hold({ seen, say }: Bench, what: string, value: string, contender: Contender): void {
  const known = seen.get(what)
  if (known === undefined) seen.set(what, value)
  else if (known !== value) {
    const lines = difference(known, value)
    say(`${contender.name}: ${what} differs:\n${lines.join('\n')}`)
    throw new Error(`${contender.name}: ${what} is not that of the others`)
  }
}
