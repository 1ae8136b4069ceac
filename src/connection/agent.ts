import { readFile } from 'node:fs/promises'
import type { BaseAgent, OpenSSHAgent, ParsedKey } from 'ssh2'
import { parseHostKey } from './known-hosts.ts'
import { ssh2 } from './ssh-library.ts'
import type { SshOptions } from './ssh-options.ts'

/** The part of an agent that is used for one host. */
export interface UsableAgent {
  readonly agent: BaseAgent
  /** How many of its keys are offered. */
  readonly count: number
  /** Identity files whose key the agent holds, so that they need not be opened. */
  readonly files: ReadonlySet<string>
  readonly note: string | undefined
}

/**
 * Opens the agent of a host. The keys of its identity files come first; with `IdentitiesOnly` there are no
 * others. An agent that does not answer is noted and left out.
 */
export async function openAgent(options: SshOptions): Promise<UsableAgent | undefined> {
  if (options.agent === undefined) return undefined
  const { OpenSSHAgent } = ssh2()
  const agent = new OpenSSHAgent(options.agent)
  let keys: readonly ParsedKey[]
  try {
    keys = await identities(agent)
  } catch (error) {
    const note = `the agent at ${options.agent} gave no keys: ${(error as Error).message}`
    return { agent, count: 0, files: new Set(), note }
  }
  const wanted = new Map<string, string>()
  for (const file of options.identityFiles) {
    const key = parseHostKey(await readFile(`${file.replace(/\.pub$/, '')}.pub`, 'utf8').catch(() => ''))
    if (key !== undefined) wanted.set(key.base64, file)
  }
  const base64 = (key: ParsedKey): string => key.getPublicSSH().toString('base64')
  const first = keys.filter((key) => wanted.has(base64(key)))
  const rest = options.identitiesOnly ? [] : keys.filter((key) => !wanted.has(base64(key)))
  const chosen = [...first, ...rest]
  // ssh2 asks the agent anew when it logs in; it is to see these keys only.
  agent.getIdentities = (callback) => callback(undefined, chosen)
  return {
    agent,
    count: chosen.length,
    files: new Set(first.map((key) => wanted.get(base64(key)) ?? '')),
    note: undefined,
  }
}

function identities(agent: OpenSSHAgent): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      if (error) reject(error)
      else resolve((keys ?? []).filter((key): key is ParsedKey => 'getPublicSSH' in key))
    })
  })
}
