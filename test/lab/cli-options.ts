import { parseArgs } from 'node:util'
import { defaultHosts } from './lab.ts'
import type { HostSpec } from './types.ts'

/** The command line is wrong; the message is for the user. */
export class UsageError extends Error {}

const options = {
  host: { type: 'string', multiple: true },
  id: { type: 'string' },
  all: { type: 'boolean' },
  'keep-old': { type: 'boolean' },
  'no-services': { type: 'boolean' },
  kubernetes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const takesValue = new Set(['--host', '--id'])

/**
 * Own options end at `--` or at the first other word: what follows is a command's own, options included.
 * (npm eats the first `--` of `npm run lab exec -- ls -l`, so it cannot be relied on.)
 */
function ownLength(argv: readonly string[]): number {
  let index = 0
  while (argv[index]?.startsWith('-') && argv[index] !== '--')
    index += takesValue.has(argv[index] ?? '') ? 2 : 1
  return index
}

/** Splits `command [options] words…`. Throws UsageError on an option that does not exist. */
export function parseCommandLine([command = 'help', ...argv]: readonly string[]) {
  const length = ownLength(argv)
  const [own, words] = [argv.slice(0, length), argv.slice(length)]
  if (words[0] === '--') words.shift()
  try {
    return { command, words, values: parseArgs({ args: own, options }).values }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

export type CommandLine = ReturnType<typeof parseCommandLine>

/** `--host name=profile`, several times; the default hosts without. */
export function hostSpecs({ values }: CommandLine): readonly HostSpec[] {
  return values.host?.map(hostSpec) ?? defaultHosts
}

function hostSpec(text: string): HostSpec {
  const [name = '', profile = 'plain'] = text.split('=')
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) throw new UsageError(`--host ${text}: not a host name`)
  if (profile === 'plain' || profile === 'k8s' || profile === 'busybox') return { name, profile }
  throw new UsageError(`--host ${text}: profile is "${profile}"; use plain, k8s or busybox`)
}

export const usage = `usage: npm run lab <command> [options] [words]

  up                      boot a lab that stays up
  run -- command…         boot a lab, run a command inside it, remove it; ends with the command's exit code
  exec -- command…        run a command of this machine inside the lab's network, with its names
  shell                   a shell for the tutorial: inside the lab's network, tsx and a stand-in for tofu on the PATH
  ssh [host] [words…]     log in as root (-l k8s, -l operator)
  status                  the labs and their hosts
  reset [host…]           throw disks away and boot again from the base
  kubernetes              build the real API server once, for up and run with --kubernetes (10 minutes and more)
  rotate-key [host]       new service account key at the cluster API; --keep-old publishes both
  down                    stop the lab and remove everything; --all: every lab

  --host name=profile     for up and run, repeatable; profile k8s, plain or busybox
                          (default ${defaultHosts.map(({ name, profile }) => `${name}=${profile}`).join(' ')})
  --kubernetes            for up and run: the real API server on k8s hosts, not its stand-in
  --no-services           for up and run: no ACME CA, DNS and downloads
  --id id                 which lab, if several are up
With npm, options of the lab itself need a -- before them: npm run lab -- up --host web=plain
`
