import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { OptionFields } from './ssh-options.ts'

/** What ssh said of a host, and of how it came to that (`ssh -v`). */
export interface SshAnswer {
  readonly fields: OptionFields
  readonly log: string
}

/** An answer that holds for every host, as long as what it comes from is as it was. */
interface Common {
  readonly fields: OptionFields
  readonly sources: readonly string[]
  readonly state: string
}

const answers = new Map<string, Promise<Common | undefined>>()

/**
 * The options of a host: those that ssh gave for another one where they must be the same, since each question costs a
 * process and most configurations single no host out. Where one might, or has changed since, ssh is asked.
 * @param argv the arguments of the question, without the address
 * @param ask asks ssh; undefined where there is none
 * @throws as `ask`
 */
export async function commonOptions(
  argv: readonly string[],
  address: string,
  ask: () => Promise<SshAnswer | undefined>,
): Promise<OptionFields | undefined> {
  const key = JSON.stringify(argv)
  const known = answers.get(key)
  const common = known && (await known)
  if (common !== undefined && common.state === stateOf(common.sources))
    return new Map([...common.fields, ['hostname', [isIP(address) ? address : address.toLowerCase()]]])
  const asking = ask()
  // Where hosts are singled out none waits for another: that stays known.
  if (known === undefined || common !== undefined)
    answers.set(
      key,
      asking.then(
        (answer) => answer && commonOf(answer, argv),
        () => undefined,
      ),
    )
  return (await asking)?.fields
}

/** What makes an answer one host's own (ssh_config(5)): a block, a token, another name, or a hop that it may be itself. */
const OWN = /%|^\s*(Match\b|Host[ \t=]+(?!"?\*"?[ \t]*$)|HostName\b|ProxyJump\b|Canonical)/im

function commonOf({ fields, log }: SshAnswer, argv: readonly string[]): Common | undefined {
  const read = [...log.matchAll(/^debug1: Reading configuration data (.+?)\r?$/gm)].map(
    ([, file = '']) => file,
  )
  const texts = read.map((file) => contentOf(file) ?? '')
  // The path of a master's socket has tokens mostly, and no part in a login.
  const isOwn = (text: string) => OWN.test(text.replace(/^\s*#.*|ControlPath.*/gim, ''))
  if (read.length === 0 || [...texts, argv.join('\n')].some(isOwn)) return undefined
  const sources = [
    ...read,
    `${homedir()}/.ssh/config`,
    ...texts.flatMap((text, n) => foldersIn(text, read[n] ?? '')),
  ]
  return { fields, sources, state: stateOf(sources) }
}

/** The folders that a file includes others from. */
function foldersIn(text: string, file: string): readonly string[] {
  const names = [...text.matchAll(/^\s*Include[ \t=]+(.*)$/gim)].flatMap(([, list = '']) =>
    list.trim().split(/\s+/),
  )
  return names.map((name) => dirname(resolve(dirname(file), name.replace(/^~(?=\/)/, homedir()))))
}

// A folder changes when a file is put in or taken out.
function stateOf(paths: readonly string[]): string {
  const state = (path: string) => {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isDirectory() ? found.mtimeMs : contentOf(path)
  }
  return JSON.stringify(paths.map((path) => state(path) ?? null))
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
