import { parseArgs } from 'node:util'

/** What of the benchmarks is to run. */
export interface Options {
  readonly only: ReadonlySet<string>
  readonly latencies: readonly number[]
  readonly hosts: readonly number[]
  readonly contenders: ReadonlySet<string> | undefined
  readonly rounds: number
  /** Write docs/benchmarks.md. */
  readonly write: boolean
}

/** The parts: work on hosts, then what needs no lab. */
export const PARTS = ['connect', 'first', 'converged', 'micro', 'scale', 'startup']

const usage = `usage: npm run bench -- [options]

  --only PART,…         ${PARTS.join(', ')} (default: all)
  --latency MS,…        round trips to emulate (default 0,20,100)
  --hosts N,…           how many hosts (default 1,10)
  --contender NAME,…    node, tsx (both playscript), ansible, pipelining, mitogen, pyinfra (default: those that are installed)
  --rounds N            how often each cell is measured; the table has medians (default 3)
  --write               write docs/benchmarks.md

A run of some parts, hosts or latencies replaces only their rows of docs/benchmarks.md. Ratios are those to the first
column, so measure all contenders of a row in one run. What takes part:

  node        playbook.ts with Node 24, which is installed from npm in ~/.cache/playscript where it is missing
  tsx         the same with tsx, on the Node that runs this
  ansible, pipelining, mitogen    apt-get install ansible-core ansible-mitogen
  pyinfra     python3 -m venv ~/pyinfra && ~/pyinfra/bin/pip install pyinfra
              then PLAYSCRIPT_BENCH_PYINFRA=~/pyinfra/bin/pyinfra, or pyinfra on the PATH
`

/** Prints the usage and exits where it is asked for. @throws with the usage, for what it does not know */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      latency: { type: 'string', default: '0,20,100' },
      hosts: { type: 'string', default: '1,10' },
      contender: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const words = (text: string) => text.split(',').filter(Boolean)
  const numbers = (text: string) => words(text).map(Number)
  const only = words(values.only ?? PARTS.join(','))
  const options = {
    only: new Set(only),
    latencies: numbers(values.latency),
    hosts: numbers(values.hosts),
    contenders: values.contender === undefined ? undefined : new Set(words(values.contender)),
    rounds: Number(values.rounds),
    write: values.write,
  }
  const wrong = [...options.latencies, ...options.hosts, options.rounds].some((one) => !(one >= 0))
  if (values.help) {
    console.log(usage)
    process.exit(0)
  }
  if (wrong || only.some((part) => !PARTS.includes(part))) throw new Error(usage)
  return options
}
