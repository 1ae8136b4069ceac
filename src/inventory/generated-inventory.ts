import { isCollection, parseDocument } from 'yaml'
import { InventoryError } from '../core/errors.ts'
import { type TofuOutputs, textOutput } from '../core/tofu/outputs.ts'
import { createDraft, type Draft } from './draft.ts'
import { HOST_KEY_VARIABLE, knownHostsLine } from './host-key.ts'
import { expandHosts } from './host-pattern.ts'
import { addOutputs, OUTPUTS } from './tofu.ts'

interface Wanted {
  /** Replaces `ansible_ssh_private_key_file`. */
  readonly keyFile: string | undefined
  /** Name of the known_hosts file beside the inventory, when there shall be one. */
  readonly knownHostsFile: string | undefined
}

interface Generated {
  readonly text: string
  /** Where the inventory looks for the private key. */
  readonly keyFile: string | undefined
  /** The content of the known_hosts file; empty when no host's key is known. */
  readonly known: string
  /** Hosts whose public key is not known. */
  readonly unverified: readonly string[]
}

const KEY_FILE = 'ansible_ssh_private_key_file'
const SSH_ARGUMENTS = 'ansible_ssh_common_args'

/**
 * The inventory file for a stack's outputs: the text of `ansible_inventory_yaml`, with each host's public key, the
 * place of the private key and the known_hosts file added where they are not in it yet.
 * @throws InventoryError when the outputs are missing or wrong
 */
export function generatedInventory(outputs: TofuOutputs, wanted: Wanted): Generated {
  const draft = createDraft()
  addOutputs(draft, outputs, outputs.from)
  const document = parseDocument(textOutput(outputs, OUTPUTS.inventory), {
    version: '1.1',
    schema: 'failsafe',
  })
  const known: string[] = []
  for (const path of hostPaths(document.toJS())) {
    const pattern = path.at(-1) ?? ''
    const host = draft.hosts.get(expandHosts(pattern).names[0] ?? '')
    const additions = {
      [HOST_KEY_VARIABLE]: host?.vars.get(HOST_KEY_VARIABLE),
      ...(wanted.keyFile === undefined ? {} : { [KEY_FILE]: wanted.keyFile }),
      ...knownHosts(draft, pattern, known, wanted.knownHostsFile),
    }
    for (const [name, value] of Object.entries(additions)) {
      const keep = name !== KEY_FILE && document.hasIn([...path, name])
      if (value === undefined || keep) continue
      if (!isCollection(document.getIn(path))) document.setIn(path, document.createNode({}))
      document.setIn([...path, name], value)
    }
  }
  const keyFile = [...draft.hosts.values()]
    .map(({ vars }) => vars.get(KEY_FILE))
    .find((file) => typeof file === 'string')
  const unverified = [...draft.hosts.values()]
    .filter(({ vars }) => !vars.has(HOST_KEY_VARIABLE))
    .map(({ name }) => name)
  return { text: document.toString({ lineWidth: 0 }), keyFile, known: known.join(''), unverified }
}

/** Adds the known_hosts lines of a host entry, and gives the variable that makes ssh read them. */
function knownHosts(
  draft: Draft,
  pattern: string,
  known: string[],
  file: string | undefined,
): Readonly<Record<string, string>> {
  if (file === undefined) return {}
  const lines = expandHosts(pattern).names.flatMap((name) => {
    const vars = draft.hosts.get(name)?.vars
    const key = vars?.get(HOST_KEY_VARIABLE)
    if (typeof key !== 'string') return []
    try {
      return [
        knownHostsLine(
          String(vars?.get('ansible_host') ?? name),
          Number(vars?.get('ansible_port') ?? 22),
          key,
        ),
      ]
    } catch (cause) {
      throw new InventoryError(`host '${name}': ${(cause as Error).message}`, { cause })
    }
  })
  known.push(...lines)
  return lines.length === 0 ? {} : { [SSH_ARGUMENTS]: `-o UserKnownHostsFile={{ inventory_dir }}/${file}` }
}

/** Where in a tree of groups the hosts are: the keys that lead to each. */
function hostPaths(tree: unknown, path: readonly string[] = []): string[][] {
  return Object.entries((tree ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
    const group = (value ?? {}) as { hosts?: object; children?: object }
    const hosts = Object.keys(group.hosts ?? {}).map((host) => [...path, name, 'hosts', host])
    return [...hosts, ...hostPaths(group.children, [...path, name, 'children'])]
  })
}
