import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { Lab } from '../../lab/index.ts'
import { coreFor } from '../program.ts'
import type { RunRecord } from '../record-types.ts'
import { splitWords } from '../split-words.ts'

const HERE = dirname(fileURLToPath(import.meta.url))

/** The one host of these playbooks, as their inventory calls it. */
export const TARGET = 'target'
const KUBECONFIG = '/etc/rancher/k3s/k3s.yaml'

/** A playbook that changes a host: how it is run, in this order on one host, and what is looked at in the end. */
export interface HostCase {
  readonly name: string
  readonly file: string
  readonly recorded: string
  /** The command lines: `# run: …`. */
  readonly runs: readonly (readonly string[])[]
  /** Shell commands whose output is the state that was reached: `# state: …`. */
  readonly state: readonly string[]
  /** The ansible-core it is recorded with, where that is not the usual one: `# recorded with: …`. */
  readonly core: string | undefined
  /** Programs of the recording machine that the host needs for that, and has no more: `# recorded beside: …`. */
  readonly programs: readonly string[]
  /** It asks the lab's services, as AWS for example: `# services: yes`. */
  readonly services: boolean
  /** The machine of the lab: `# machine: …`. */
  readonly machine: string
  /** It is recorded on the controller, which has this port of the machine meanwhile: `# recorded through port: …`. */
  readonly port: string | undefined
}

/** What came of a case. */
export interface HostRecord {
  readonly runs: readonly RunRecord[]
  /** By command, what it printed. */
  readonly state: Readonly<Record<string, string>>
}

/** All playbooks of this folder. */
export function findHostCases(): readonly HostCase[] {
  const files = readdirSync(HERE).filter((name) => name.endsWith('.yml'))
  return files.sort().map((name) => {
    const file = join(HERE, name)
    const text = readFileSync(file, 'utf8')
    const all = (word: string) =>
      [...text.matchAll(new RegExp(`^# ${word}: ?(.*)$`, 'gm'))].map(([, rest = '']) => rest)
    return {
      name: basename(name, '.yml'),
      file,
      recorded: file.replace(/\.yml$/, '.json'),
      runs: all('run').map(splitWords),
      state: all('state'),
      core: coreFor(text),
      programs: all('recorded beside').flatMap(splitWords),
      services: all('services').length > 0,
      machine: all('machine')[0] ?? 'plain-1',
      port: all('recorded through port')[0],
    }
  })
}

/** An inventory that both engines read: the lab's host, and the keys by which each knows the other. */
export function inventoryFor(lab: Lab, machine: string): string {
  const { address, hostKey } = lab.host(machine)
  const variables = {
    kubeconfig: KUBECONFIG,
    ansible_host: address,
    ansible_user: 'root',
    ansible_ssh_private_key_file: lab.paths.key,
    ansible_ssh_host_key_ed25519_public: hostKey,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.paths.knownHosts}`,
    ansible_python_interpreter: '/usr/bin/python3',
  }
  return stringify({ all: { hosts: { [TARGET]: variables } } })
}

/** An inventory for a recording on the controller; the folder gets what else that needs. */
export async function controllerInventory(lab: Lab, machine: string, folder: string): Promise<string> {
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, (await lab.sh(machine, `cat ${KUBECONFIG}`)).stdout)
  const variables = {
    ansible_connection: 'local',
    ansible_python_interpreter: '/usr/bin/python3',
    kubeconfig,
  }
  return stringify({ all: { hosts: { [TARGET]: variables } } })
}

/** Looks at what a case has left behind. */
export async function readState(
  lab: Lab,
  { machine, state: commands }: HostCase,
): Promise<HostRecord['state']> {
  const state: Record<string, string> = {}
  for (const command of commands) {
    const { stdout, stderr } = await lab.sh(machine, command)
    state[command] = stdout + stderr
  }
  return state
}
